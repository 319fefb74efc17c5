// SPDX-License-Identifier: Apache-2.0
//
// The byte forms that a Parquet file is made of: what its pages hold, and its descriptions.
//
//   append_hybrid(page, levels, 2);                      // runs and packed bits
//   append_deltas(page, lengths);                        // DELTA_BINARY_PACKED
//   Thrift text; text.number(1, 12); text.end();         // the compact protocol
//
// As apache/parquet-format says them; only what part_file.cpp writes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trailhound::lake {

/// Little endian.
void append_fixed32(std::string& out, std::uint32_t number);
void append_fixed64(std::string& out, std::uint64_t number);
/// Runs of equal values and packed bits, whichever is shorter; each value has `width` bits.
void append_hybrid(std::string& out, std::span<const std::uint32_t> values, unsigned width);
void append_hybrid(std::string& out, std::span<const std::uint8_t> values, unsigned width);
/// Differences, packed in blocks of 128.
void append_deltas(std::string& out, std::span<const std::int64_t> values);
/// How many bits the number takes; at least one.
unsigned bits_of(std::uint32_t number);

/// Which values a column may hold: Parquet's split-block filter, for one wrong answer in a hundred.
class BloomFilter {
 public:
  explicit BloomFilter(std::size_t values);
  void add(std::string_view value);
  /// Appends its header and its blocks.
  void append_to(std::string& out) const;
  /// Whether a filter, as it was appended, may hold a value; true if it is no such filter.
  static bool may_hold(std::string_view filter, std::string_view value);

 private:
  std::vector<std::uint32_t> words_;
};

/// A struct in Thrift's compact protocol. Fields in rising order of their ids; `end` closes it.
class Thrift {
 public:
  void number(int id, std::int32_t value);
  void long_number(int id, std::int64_t value);
  void text(int id, std::string_view value);
  void flag(int id, bool value);
  void byte(int id, std::int8_t value);
  /// A struct inside: its fields follow, then `end`.
  void begin(int id);
  void end();
  /// A list: `count` elements follow.
  void texts(int id, std::size_t count);
  void numbers(int id, std::size_t count);
  void structs(int id, std::size_t count);
  void element(std::string_view text);
  void element(std::int32_t number);
  void begin_element();  ///< A struct in a list: fields, then `end`
  /// The text so far, all closed.
  std::string take();

 private:
  void field(int id, unsigned type);
  void list(int id, unsigned type, std::size_t count);

  std::string out_;
  std::vector<int> last_{0};  ///< The id before, in each open struct
};

/// Reads such a text, whoever wrote it. After a mistake in it, all is empty.
class ThriftReader {
 public:
  explicit ThriftReader(std::string_view text) : rest_(text) {}
  bool failed() const { return failed_; }
  std::size_t left() const { return rest_.size(); }

  /// Calls `take(id)` for each field of the struct that begins here; `take` reads or skips it.
  template <class Take>
  void each_field(Take take) {
    int id = 0;
    while (next_field(id)) {
      take(id);
      if (failed_) return;
    }
  }
  /// Calls `take()` for each element of the list that begins here.
  template <class Take>
  void each_element(Take take) {
    for (std::uint64_t left = list_size(); left > 0 && !failed_; --left) take();
  }
  std::int64_t number();
  std::string_view text();
  /// The field or element that begins here.
  void skip() { skip_value(type_, 0); }

 private:
  bool next_field(int& id);
  std::uint64_t list_size();
  void skip_value(unsigned type, int depth);
  std::uint64_t varint();
  unsigned take_byte();
  void fail();

  std::string_view rest_;
  unsigned type_ = 0;  ///< Of the field that was begun
  bool failed_ = false;
};

}  // namespace trailhound::lake
