// SPDX-License-Identifier: Apache-2.0
//
// A run of bytes that grows: where writers put what they write, without an allocation a value.
//
//   buffer.add("eventname");
//   char* end = std::to_chars(buffer.room(20), buffer.room(20) + 20, number).ptr;
//   buffer.taken_to(end);
//
// Unlike std::string, room that is not used costs nothing: it is not cleared first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace trailhound::show {

/// Bytes waiting to be written.
class Buffer {
 public:
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

  void add(char byte) {
    if (size_ == capacity_) grow(1);
    bytes_[size_++] = byte;
  }
  void add(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void add(std::size_t times, char byte) {
    if (times == 0) return;
    std::memset(room(times), byte, times);
    size_ += times;
  }

  /// The end of what is written, with at least `bytes` free behind it.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return bytes_.get() + size_;
  }
  /// How much is free behind the end.
  std::size_t free() const { return capacity_ - size_; }
  /// Says how far `room` was filled.
  void taken_to(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
  /// Forgets the last bytes.
  void drop(std::size_t bytes) { size_ -= bytes; }

 private:
  void grow(std::size_t bytes) {
    const std::size_t capacity = std::max(capacity_ * 2, size_ + bytes + 4096);
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace trailhound::show
