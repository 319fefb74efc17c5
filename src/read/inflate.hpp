// SPDX-License-Identifier: Apache-2.0
//
// Bytes from somewhere, unpacked on the way: files, gzip, zstd.
//
//   auto source = unpack(open_file(path));        // as many layers as the bytes themselves tell
//   while (std::size_t got = source->read(room, most)) ...
//   if (const Failure* failure = source->failure()) note(failure->code, failure->words);
//
// A source gives what it can: a damaged stream gives all bytes before the damage, then fails.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "read/buffer.hpp"

namespace trailhound::read {

/// Why a source gives no more bytes although there are more.
struct Failure {
  std::string_view code;  ///< Of errors.def
  std::string words;
};

/// Bytes, front to back. Used by one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `most` bytes; 0 only at the end or after a failure.
  virtual std::size_t read(char* room, std::size_t most) = 0;
  const Failure* failure() const { return failure_ ? failure_.get() : nullptr; }

 protected:
  void fail(std::string_view code, std::string words) {
    if (!failure_) failure_ = std::make_unique<Failure>(Failure{code, std::move(words)});
  }

 private:
  std::unique_ptr<Failure> failure_;
};
using SourcePtr = std::unique_ptr<ByteSource>;

/// Reads a file descriptor from its start, by position. Adds what it reads to `*progress`, if
/// given.
SourcePtr read_descriptor(int descriptor, std::atomic<std::uint64_t>* progress = nullptr);
/// Reads bytes in memory.
SourcePtr read_memory(std::string bytes);

/// A source whose first bytes can be looked at before they are read.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(SourcePtr from) : from_(std::move(from)) {}
  /// The first bytes, `most` if there are so many; before the first `read` only.
  std::string_view peek(std::size_t most);
  std::size_t read(char* room, std::size_t most) override;

 private:
  SourcePtr from_;
  Buffer held_;
  std::size_t given_ = 0;
};

/// What bytes are packed in.
enum class Packing { None, Gzip, Zstd, Archive };
/// By their first bytes (512 are enough): zip, tar, 7z, rar, cpio and xz, bzip2 are archives.
Packing packing_of(std::string_view head);

/// Unpacks gzip, any number of members.
SourcePtr unpack_gzip(SourcePtr from);
/// Unpacks zstd, any number of frames.
SourcePtr unpack_zstd(SourcePtr from);

}  // namespace trailhound::read
