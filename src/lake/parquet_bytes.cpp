// SPDX-License-Identifier: Apache-2.0
#include "lake/parquet_bytes.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.hpp"
#include "base/packed.hpp"
#include "event/content_hash.hpp"

namespace trailhound::lake {
namespace {

constexpr std::size_t kGroup = 8;  ///< Packed values come in groups of so many
constexpr std::size_t kDeltaBlock = 128;
constexpr std::size_t kMiniBlock = 32;
constexpr std::size_t kBloomBits = 12;  ///< A value, before rounding up
constexpr std::size_t kBloomWords = 8;  ///< Of a block
constexpr std::array<std::uint32_t, kBloomWords> kSalt = {0x47b6137bu, 0x44974d91u, 0x8824ad5bu,
                                                          0xa2b7289du, 0x705495c7u, 0x2df1424bu,
                                                          0x9efc4947u, 0x5c6bfb31u};

// Types of the compact protocol.
constexpr unsigned kTrue = 1, kFalse = 2, kByte = 3, kShort = 4, kNumber = 5, kLong = 6,
                   kDouble = 7, kText = 8, kList = 9, kStruct = 12;
constexpr int kMostNested = 32;

/// Packs numbers bit by bit, the lowest first.
class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}
  void put(std::uint64_t value, unsigned width) {
    if (width > 32) {
      put(value & 0xFFFFFFFFu, 32);
      put(value >> 32, width - 32);
      return;
    }
    held_ |= value << bits_;
    bits_ += width;
    if (bits_ >= 32) {
      append_fixed32(out_, static_cast<std::uint32_t>(held_));
      held_ >>= 32;
      bits_ -= 32;
    }
  }
  void end() {
    for (; bits_ > 0; bits_ -= std::min(bits_, 8u)) {
      out_ += static_cast<char>(held_);
      held_ >>= 8;
    }
  }

 private:
  std::string& out_;
  std::uint64_t held_ = 0;
  unsigned bits_ = 0;
};

template <class Number>
void append_packed(std::string& out, std::span<const Number> values, unsigned width) {
  if (values.empty()) return;
  const std::size_t groups = (values.size() + kGroup - 1) / kGroup;
  put_number(out, groups << 1 | 1);
  Packer packer(out);
  for (const Number value : values) packer.put(value, width);
  for (std::size_t i = values.size(); i < groups * kGroup; ++i) packer.put(0, width);
  packer.end();
}

template <class Number>
void append_runs(std::string& out, std::span<const Number> values, unsigned width) {
  std::size_t packed = 0;  // from here on, nothing is written
  for (std::size_t i = 0; i < values.size();) {
    std::size_t end = i + 1;
    while (end < values.size() && values[end] == values[i]) ++end;
    // Only at the end may a group of packed values be incomplete.
    const std::size_t needed = (kGroup - (i - packed) % kGroup) % kGroup;
    if (end - i < kGroup + needed) {
      i = end;
      continue;
    }
    append_packed(out, values.subspan(packed, i + needed - packed), width);
    const std::size_t run = end - i - needed;
    put_number(out, run << 1);
    for (unsigned shift = 0; shift < width; shift += 8) {
      out += static_cast<char>(values[i] >> shift);
    }
    packed = i = end;
  }
  append_packed(out, values.subspan(packed), width);
}

}  // namespace

void append_fixed32(std::string& out, std::uint32_t number) {
  char bytes[4];
  for (char& byte : bytes) {
    byte = static_cast<char>(number);
    number >>= 8;
  }
  out.append(bytes, sizeof bytes);
}

void append_fixed64(std::string& out, std::uint64_t number) {
  append_fixed32(out, static_cast<std::uint32_t>(number));
  append_fixed32(out, static_cast<std::uint32_t>(number >> 32));
}

void append_hybrid(std::string& out, std::span<const std::uint32_t> values, unsigned width) {
  append_runs(out, values, width);
}

void append_hybrid(std::string& out, std::span<const std::uint8_t> values, unsigned width) {
  append_runs(out, values, width);
}

void append_deltas(std::string& out, std::span<const std::int64_t> values) {
  put_number(out, kDeltaBlock);
  put_number(out, kDeltaBlock / kMiniBlock);
  put_number(out, values.size());
  put_number(out, zigzag(values.empty() ? 0 : values[0]));
  std::array<std::uint64_t, kDeltaBlock> deltas{};
  for (std::size_t next = 1; next < values.size(); next += kDeltaBlock) {
    const std::size_t count = std::min(kDeltaBlock, values.size() - next);
    std::int64_t least = INT64_MAX;
    for (std::size_t i = 0; i < count; ++i) {
      // Numbers wrap around, for the reader as well.
      deltas[i] = static_cast<std::uint64_t>(values[next + i]) -
                  static_cast<std::uint64_t>(values[next + i - 1]);
      least = std::min(least, static_cast<std::int64_t>(deltas[i]));
    }
    put_number(out, zigzag(least));
    unsigned widths[kDeltaBlock / kMiniBlock] = {};
    for (std::size_t i = 0; i < count; ++i) {
      deltas[i] -= static_cast<std::uint64_t>(least);
      unsigned& width = widths[i / kMiniBlock];
      width = std::max(width, static_cast<unsigned>(std::bit_width(deltas[i])));
    }
    for (const unsigned width : widths) out += static_cast<char>(width);
    Packer packer(out);
    for (std::size_t i = 0; i < (count + kMiniBlock - 1) / kMiniBlock * kMiniBlock; ++i) {
      packer.put(i < count ? deltas[i] : 0, widths[i / kMiniBlock]);
    }
    packer.end();
  }
}

unsigned bits_of(std::uint32_t number) {
  return std::max(1u, static_cast<unsigned>(std::bit_width(number)));
}

BloomFilter::BloomFilter(std::size_t values)
    : words_(std::bit_ceil(std::max<std::size_t>(values * kBloomBits / 32, kBloomWords))) {}

void BloomFilter::add(std::string_view value) {
  const std::uint64_t hash = event::bloom_hash(value);
  const std::uint64_t blocks = words_.size() / kBloomWords;
  std::uint32_t* const block = words_.data() + ((hash >> 32) * blocks >> 32) * kBloomWords;
  for (std::size_t i = 0; i < kBloomWords; ++i) {
    block[i] |= 1u << (static_cast<std::uint32_t>(hash) * kSalt[i] >> 27);
  }
}

void BloomFilter::append_to(std::string& out) const {
  Thrift header;
  header.number(1, static_cast<std::int32_t>(words_.size() * sizeof(std::uint32_t)));
  for (const int id : {2, 3, 4}) {  // split blocks, xxHash, not compressed
    header.begin(id);
    header.begin(1);
    header.end();
    header.end();
  }
  header.end();
  out += header.take();
  for (const std::uint32_t word : words_) append_fixed32(out, word);
}

void Thrift::field(int id, unsigned type) {
  const int step = id - last_.back();
  CHECK(step > 0 && step < 16, "fields come in order");
  out_ += static_cast<char>(static_cast<unsigned>(step) << 4 | type);
  last_.back() = id;
}

void Thrift::number(int id, std::int32_t value) {
  field(id, kNumber);
  element(value);
}

void Thrift::long_number(int id, std::int64_t value) {
  field(id, kLong);
  put_number(out_, zigzag(value));
}

void Thrift::text(int id, std::string_view value) {
  field(id, kText);
  element(value);
}

void Thrift::flag(int id, bool value) { field(id, value ? kTrue : kFalse); }

void Thrift::byte(int id, std::int8_t value) {
  field(id, kByte);
  out_ += static_cast<char>(value);
}

void Thrift::begin(int id) {
  field(id, kStruct);
  last_.push_back(0);
}

void Thrift::end() {
  out_ += '\0';
  last_.pop_back();
}

void Thrift::list(int id, unsigned type, std::size_t count) {
  field(id, kList);
  if (count < 15) {
    out_ += static_cast<char>(count << 4 | type);
  } else {
    out_ += static_cast<char>(0xF0 | type);
    put_number(out_, count);
  }
}

void Thrift::texts(int id, std::size_t count) { list(id, kText, count); }
void Thrift::numbers(int id, std::size_t count) { list(id, kNumber, count); }
void Thrift::structs(int id, std::size_t count) { list(id, kStruct, count); }

void Thrift::element(std::string_view text) { put_text(out_, text); }

void Thrift::element(std::int32_t number) { put_number(out_, zigzag(number)); }
void Thrift::begin_element() { last_.push_back(0); }

std::string Thrift::take() {
  CHECK(last_.empty(), "a struct was not closed");
  return std::move(out_);
}

void ThriftReader::fail() {
  failed_ = true;
  rest_ = {};
}

unsigned ThriftReader::take_byte() {
  if (rest_.empty()) {
    fail();
    return 0;
  }
  const auto byte = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

std::uint64_t ThriftReader::varint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const unsigned byte = take_byte();
    number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return number;
  }
  fail();
  return 0;
}

std::int64_t ThriftReader::number() { return unzigzag(varint()); }

std::string_view ThriftReader::text() {
  const std::uint64_t size = varint();
  if (size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

bool ThriftReader::next_field(int& id) {
  const unsigned head = take_byte();
  type_ = head & 0xF;
  if (failed_ || type_ == 0) return false;
  const unsigned step = head >> 4;
  id = step == 0 ? static_cast<int>(number()) : id + static_cast<int>(step);
  return !failed_;
}

std::uint64_t ThriftReader::list_size() {
  const unsigned head = take_byte();
  type_ = head & 0xF;
  const std::uint64_t size = head >> 4 == 0xF ? varint() : head >> 4;
  if (size > rest_.size()) fail();  // an element has a byte at least
  return failed_ ? 0 : size;
}

void ThriftReader::skip_value(unsigned type, int depth) {
  if (depth > kMostNested) return fail();
  switch (type) {
    case kTrue:
    case kFalse:
      return;
    case kByte:
      take_byte();
      return;
    case kShort:
    case kNumber:
    case kLong:
      varint();
      return;
    case kDouble:
      if (rest_.size() < 8) return fail();
      return rest_.remove_prefix(8);
    case kText:
      text();
      return;
    case kList: {
      const std::uint64_t count = list_size();
      const unsigned element = type_;
      for (std::uint64_t i = 0; i < count && !failed_; ++i) {
        // In a list, a truth value is a byte.
        if (element == kTrue || element == kFalse) {
          take_byte();
        } else {
          skip_value(element, depth + 1);
        }
      }
      return;
    }
    case kStruct: {
      int id = 0;
      while (next_field(id)) skip_value(type_, depth + 1);
      return;
    }
    default:
      return fail();
  }
}

bool BloomFilter::may_hold(std::string_view filter, std::string_view value) {
  ThriftReader header(filter);
  std::int64_t size = 0;
  header.each_field([&](int id) {
    if (id == 1) {
      size = header.number();
    } else {
      header.skip();
    }
  });
  constexpr std::uint64_t kBlock = kBloomWords * sizeof(std::uint32_t);
  const auto bytes = static_cast<std::uint64_t>(size);
  if (header.failed() || size <= 0 || bytes % kBlock != 0 || bytes > header.left()) return true;
  const std::uint64_t hash = event::bloom_hash(value);
  const char* block = filter.data() + (filter.size() - header.left()) +
                      ((hash >> 32) * (bytes / kBlock) >> 32) * kBlock;
  for (std::size_t i = 0; i < kBloomWords; ++i) {
    std::uint32_t word = 0;
    for (unsigned byte = 0; byte < 4; ++byte) {
      word |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i * 4 + byte]))
              << (8 * byte);
    }
    if ((word >> (static_cast<std::uint32_t>(hash) * kSalt[i] >> 27) & 1) == 0) return false;
  }
  return true;
}

}  // namespace trailhound::lake
