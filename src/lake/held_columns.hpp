// SPDX-License-Identifier: Apache-2.0
//
// The columns of events in memory: which rows have a value, and which.
//
//   Texts texts;
//   std::uint32_t code = texts.code_of("s3.amazonaws.com");   // the same for the same text
//   texts[code];
//
// Most columns of most events are NULL, and most of the others repeat: nothing is held for the
// former, four bytes and a place for the latter. A column whose values are nearly all different
// (eventID) soon stops looking them up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/schema.hpp"

namespace trailhound::lake {

/// Texts, numbered.
class Texts {
 public:
  std::uint32_t code_of(std::string_view text);
  std::string_view operator[](std::uint32_t code) const {
    const std::size_t begin = code == 0 ? 0 : ends_[code - 1];
    return {bytes_.data() + begin, ends_[code] - begin};
  }
  std::size_t size() const { return ends_.size(); }
  /// Whether each text has one number.
  bool unique() const { return !gave_up_; }
  /// Look up every text, however many there are.
  void insist() { insists_ = true; }
  std::size_t bytes() const { return bytes_.size() + ends_.size() * sizeof(std::size_t); }
  void clear();

 private:
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t code = 0;  ///< And one; zero is free
  };
  std::uint32_t add(std::string_view text);
  void grow();

  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<Place> places_;
  std::uint64_t asked_ = 0;
  std::uint32_t last_ = 0;
  bool gave_up_ = false, insists_ = false;
};

/// A column, or a struct, list or map around others.
struct HeldColumn {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  event::Kind kind{};
  bool stored = false;
  std::size_t list = kNone;           ///< The list or map that it is a member of
  std::vector<std::size_t> around{};  ///< Structs, outermost first; for members of a list: none

  std::vector<std::uint32_t> rows{};         ///< That have a value, rising; elements, within a list
  std::vector<std::uint32_t> codes{};        ///< Texts: the value in each of `rows`
  std::vector<std::uint64_t> numbers{};      ///< Times and hashes
  std::vector<std::uint32_t> begins{};       ///< Lists: the first element of each of `rows`
  std::uint32_t elements = 0, begin = 0;     ///< Lists: all, and the first of this event
  std::size_t keys = kNone, values = kNone;  ///< Maps: the columns of their entries
  Texts texts{};
  std::size_t bytes() const;

  bool has(std::uint32_t row) const { return !rows.empty() && rows.back() == row; }
  void put(std::uint32_t row, std::uint32_t code) {
    if (has(row)) {
      codes.back() = code;
    } else {
      rows.push_back(row);
      codes.push_back(code);
    }
  }
  void put_number(std::uint32_t row, std::uint64_t number) {
    if (has(row)) {
      numbers.back() = number;
    } else {
      rows.push_back(row);
      numbers.push_back(number);
    }
  }
  /// Forgets all from this row or element on.
  void cut(std::uint32_t row);
  void clear();
};

/// All columns of a part: one for each field of the schema, then those of the maps' entries.
struct HeldColumns {
  HeldColumns();
  std::vector<HeldColumn> columns;
  std::vector<std::size_t> lists;  ///< Which of them are lists or maps
  std::uint32_t rows = 0;

  HeldColumn& of(event::Field field) { return columns[static_cast<std::size_t>(field)]; }
  const HeldColumn& of(event::Field field) const {
    return columns[static_cast<std::size_t>(field)];
  }
};

}  // namespace trailhound::lake
