// SPDX-License-Identifier: Apache-2.0
#include "read/inflate.hpp"

#include <fcntl.h>
#include <isa-l.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace trailhound::read {
namespace {

constexpr std::size_t kChunk = 128 << 10;  ///< Packed bytes read at a time

class DescriptorSource final : public ByteSource {
 public:
  DescriptorSource(int descriptor, std::atomic<std::uint64_t>* progress)
      : descriptor_(descriptor), progress_(progress) {}
  std::size_t read(char* room, std::size_t most) override {
    if (failure() != nullptr) return 0;
    for (;;) {
      const ssize_t got = ::pread(descriptor_, room, most, static_cast<off_t>(offset_));
      if (got >= 0) {
        offset_ += static_cast<std::size_t>(got);
        if (progress_ != nullptr) *progress_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno == EINTR) continue;
      fail("unreadable-file", std::string("reading failed: ") + std::strerror(errno));
      return 0;
    }
  }

 private:
  int descriptor_;
  std::atomic<std::uint64_t>* progress_;
  std::size_t offset_ = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t read(char* room, std::size_t most) override {
    const std::size_t got = std::min(most, bytes_.size() - given_);
    std::memcpy(room, bytes_.data() + given_, got);
    given_ += got;
    return got;
  }

 private:
  std::string bytes_;
  std::size_t given_ = 0;
};

/// The packed side of an unpacker: a chunk at a time.
class Packed {
 public:
  explicit Packed(SourcePtr from) : from_(std::move(from)) {}
  std::size_t left() const { return chunk_.size() - used_; }
  std::uint8_t* next() { return reinterpret_cast<std::uint8_t*>(chunk_.data() + used_); }
  void use(std::size_t bytes) { used_ += bytes; }
  /// Makes sure of at least one byte; false at the end.
  bool fill() {
    if (left() > 0) return true;
    chunk_.clear();
    used_ = 0;
    const std::size_t got = from_->read(chunk_.grow(kChunk), kChunk);
    chunk_.shrink_to(got);
    return got > 0;
  }
  /// Appends to what is left, until there are `bytes` or the end is reached.
  bool at_least(std::size_t bytes) {
    while (left() < bytes) {
      chunk_.drop_front(used_);
      used_ = 0;
      const std::size_t old = chunk_.size();
      const std::size_t got = from_->read(chunk_.grow(kChunk), kChunk);
      chunk_.shrink_to(old + got);
      if (got == 0) return false;
    }
    return true;
  }
  const Failure* failure() const { return from_->failure(); }

 private:
  SourcePtr from_;
  Buffer chunk_;
  std::size_t used_ = 0;
};

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(SourcePtr from) : packed_(std::move(from)), state_(new inflate_state) {
    begin_member();
  }

  std::size_t read(char* room, std::size_t most) override {
    if (failure() != nullptr || done_) return 0;
    auto* const out = reinterpret_cast<std::uint8_t*>(room);
    state_->next_out = out;
    state_->avail_out = static_cast<std::uint32_t>(std::min<std::size_t>(most, 1u << 30));
    for (;;) {
      if (state_->block_state == ISAL_BLOCK_FINISH) {
        // The stream's last bytes may still wait inside: they are given first.
        if (state_->next_out != out) break;
        if (!next_member()) break;
        state_->next_out = out;
        state_->avail_out = static_cast<std::uint32_t>(std::min<std::size_t>(most, 1u << 30));
      }
      const bool more = packed_.fill();
      if (!more && packed_.failure() != nullptr) {
        fail(packed_.failure()->code, packed_.failure()->words);
        break;
      }
      state_->next_in = packed_.next();
      state_->avail_in = static_cast<std::uint32_t>(packed_.left());
      const std::uint32_t room_before = state_->avail_out;
      const int result = isal_inflate(state_.get());
      packed_.use(packed_.left() - state_->avail_in);
      if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT) {
        fail("broken-compression", result == ISAL_INCORRECT_CHECKSUM
                                       ? "the gzip checksum does not match"
                                       : "the gzip stream is damaged");
        break;
      }
      if (state_->avail_out == 0) break;
      if (!more && state_->block_state != ISAL_BLOCK_FINISH && state_->avail_out == room_before) {
        fail("broken-compression", "the gzip stream ends too early");
        break;
      }
    }
    return static_cast<std::size_t>(state_->next_out - out);
  }

 private:
  void begin_member() {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
    state_->avail_in = 0;
  }

  /// Whether another member follows.
  bool next_member() {
    done_ = true;
    if (!packed_.at_least(2)) {
      if (packed_.left() == 0 || *packed_.next() == 0) return false;
    }
    // Tapes and some writers fill up with zeros.
    while (packed_.fill() && *packed_.next() == 0) packed_.use(1);
    if (packed_.left() == 0) return false;
    if (packed_.at_least(2) && packed_.next()[0] == 0x1F && packed_.next()[1] == 0x8B) {
      begin_member();
      done_ = false;
      return true;
    }
    fail("trailing-bytes", "bytes that are no gzip stand behind the gzip stream");
    return false;
  }

  Packed packed_;
  std::unique_ptr<inflate_state> state_;
  bool done_ = false;
};

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(SourcePtr from) : packed_(std::move(from)), stream_(ZSTD_createDStream()) {
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 27);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  std::size_t read(char* room, std::size_t most) override {
    if (failure() != nullptr) return 0;
    ZSTD_outBuffer out{room, most, 0};
    while (out.pos < out.size) {
      const bool more = packed_.fill();
      if (!more && packed_.failure() != nullptr) {
        fail(packed_.failure()->code, packed_.failure()->words);
        break;
      }
      ZSTD_inBuffer in{packed_.next(), packed_.left(), 0};
      const std::size_t before = out.pos;
      const std::size_t hint = ZSTD_decompressStream(stream_, &out, &in);
      packed_.use(in.pos);
      if (ZSTD_isError(hint)) {
        if (whole_ && ZSTD_getErrorCode(hint) == ZSTD_error_prefix_unknown) {
          fail("trailing-bytes", "bytes that are no zstd stand behind the zstd stream");
        } else {
          fail("broken-compression",
               std::string("the zstd stream is damaged: ") + ZSTD_getErrorName(hint));
        }
        break;
      }
      if (in.pos > 0 || out.pos > before) whole_ = hint == 0;
      if (!more && out.pos == before) {
        if (!whole_) fail("broken-compression", "the zstd stream ends too early");
        break;
      }
    }
    return out.pos;
  }

 private:
  Packed packed_;
  ZSTD_DStream* stream_;
  bool whole_ = false;
};

bool begins(std::string_view head, std::string_view magic) {
  return head.substr(0, magic.size()) == magic;
}

}  // namespace

SourcePtr read_descriptor(int descriptor, std::atomic<std::uint64_t>* progress) {
  return std::make_unique<DescriptorSource>(descriptor, progress);
}
SourcePtr read_memory(std::string bytes) {
  return std::make_unique<MemorySource>(std::move(bytes));
}
SourcePtr unpack_gzip(SourcePtr from) { return std::make_unique<GzipSource>(std::move(from)); }
SourcePtr unpack_zstd(SourcePtr from) { return std::make_unique<ZstdSource>(std::move(from)); }

std::string_view PeekSource::peek(std::size_t most) {
  while (held_.size() < most) {
    const std::size_t old = held_.size();
    const std::size_t got = from_->read(held_.grow(most - old), most - old);
    held_.shrink_to(old + got);
    if (got == 0) break;
  }
  return held_.view();
}

std::size_t PeekSource::read(char* room, std::size_t most) {
  if (given_ < held_.size()) {
    const std::size_t got = std::min(most, held_.size() - given_);
    std::memcpy(room, held_.data() + given_, got);
    given_ += got;
    return got;
  }
  const std::size_t got = from_->read(room, most);
  if (got == 0 && from_->failure() != nullptr)
    fail(from_->failure()->code, from_->failure()->words);
  return got;
}

Packing packing_of(std::string_view head) {
  using std::string_view_literals::operator""sv;
  if (begins(head, "\x1F\x8B")) return Packing::Gzip;
  if (begins(head, "\x28\xB5\x2F\xFD")) return Packing::Zstd;
  if (begins(head, "PK\x03\x04") || begins(head, "PK\x05\x06") ||
      begins(head, "7z\xBC\xAF\x27\x1C") || begins(head, "Rar!\x1A\x07") ||
      begins(head,
             "\xFD"
             "7zXZ\0"sv) ||
      begins(head, "BZh") || begins(head, "070701") || begins(head, "070707")) {
    return Packing::Archive;
  }
  if (head.size() >= 262 && head.substr(257, 5) == "ustar") return Packing::Archive;
  return Packing::None;
}

}  // namespace trailhound::read
