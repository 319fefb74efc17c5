// SPDX-License-Identifier: Apache-2.0
//
// Bytes that grow, with zeros behind them: simdjson reads past the end, and the walk stops at them.
//
//   Buffer text;
//   char* room = text.grow(65536);        // uninitialised; the old bytes stay
//   text.shrink_to(used);
//   text.seal();                          // zeros behind the last byte
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/check.hpp"

namespace trailhound::read {

/// A growing array of bytes. Reuse keeps its memory.
class Buffer {
 public:
  static constexpr std::size_t kPadding = 64;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  const char* data() const { return data_; }
  char* data() { return data_; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_, size_}; }

  void clear() { size_ = 0; }
  /// Makes `bytes` of room behind the end and counts them in.
  char* grow(std::size_t bytes) {
    reserve(size_ + bytes);
    char* room = data_ + size_;
    size_ += bytes;
    return room;
  }
  void shrink_to(std::size_t bytes) { size_ = bytes; }
  void append(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(grow(bytes.size()), bytes.data(), bytes.size());
  }
  void append(char byte) { *grow(1) = byte; }
  /// Takes `bytes` off the front.
  void drop_front(std::size_t bytes) {
    std::memmove(data_, data_ + bytes, size_ - bytes);
    size_ -= bytes;
  }
  /// Zeros behind the end.
  void seal() {
    reserve(size_);
    std::memset(data_ + size_, 0, kPadding);
  }
  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  /// Gives memory over `bytes` back.
  void trim(std::size_t bytes) {
    if (capacity_ > bytes && size_ <= bytes) resize_memory(bytes);
  }
  void reserve(std::size_t bytes) {
    if (bytes > capacity_ || data_ == nullptr) {
      resize_memory(bytes > capacity_ * 2 ? bytes : capacity_ * 2);
    }
  }

 private:
  void resize_memory(std::size_t bytes) {
    void* moved = std::realloc(data_, bytes + kPadding);
    CHECK(moved != nullptr, "no memory");
    data_ = static_cast<char*>(moved);
    capacity_ = bytes;
  }
  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace trailhound::read
