// SPDX-License-Identifier: Apache-2.0
//
// Blocks of events: some thousand of them, column by column, each field as numbers into a list of
// the block's distinct values. What kept.cpp is built of.
//
//   Layout layout(plan.fields, {});
//   BlockBuilder builder(layout, nullptr, {}, {});
//   reader.read(builder, builder.room());
//   Block block = builder.pack(bytes);          // bytes: a text for each column
//   const std::size_t column = layout.column_of(Field::EventName);
//   ColumnView view;
//   view.open(block, column, bytes[column]);
//   view.value(view.number(row));
//
// A field of one value has a column of its own, each list and map one for all that happened to it
// in an event (`replay` makes it happen again), and one column says which structs are there. A
// column may also hold, for each event, the number of a combination of other fields' values.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/result.hpp"
#include "event/column_sink.hpp"
#include "event/row_filter.hpp"
#include "event/schema.hpp"
#include "read/settled.hpp"

namespace trailhound::read {

constexpr std::size_t kBlockRows = 8192;

constexpr std::size_t index_of(event::Field field) { return static_cast<std::size_t>(field); }
constexpr event::Field field_of(std::size_t index) { return static_cast<event::Field>(index); }

/// A number as the bytes that it is kept as.
template <class Number>
std::string_view bytes_of(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}
template <class Number>
Number number_in(std::string_view bytes) {
  Number number{};
  CHECK(bytes.size() == sizeof number, "a number is kept whole");
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

/// What stands in which column.
class Layout {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;

  /// Columns for `kept`, for the combinations of each of `settled`, and for the structs.
  Layout(const event::FieldSet& kept, const std::vector<Settled>& settled);

  std::size_t columns() const { return holds_.size(); }
  std::size_t structs_column() const { return columns() - 1; }
  /// Where a field is to be found again; kNone: nowhere. Members of lists: the list's column.
  std::size_t column_of(event::Field field) const { return kept_[index_of(field)]; }
  /// Where a field is put while a block is filled: also what only combinations are made of.
  std::size_t filled_column(event::Field field) const { return filled_[index_of(field)]; }
  /// Whether a block keeps the column.
  bool keeps(std::size_t column) const { return keeps_[column]; }
  /// The field of a column of its own; Record: combinations, or structs.
  event::Field field_in(std::size_t column) const { return holds_[column]; }
  /// The bit of a struct in the column of structs; kNone: it is none.
  std::size_t bit_of(event::Field field) const { return bits_[index_of(field)]; }

  struct Combination {
    std::size_t column = kNone;        ///< Of its numbers
    std::vector<std::size_t> of{};     ///< Columns whose values are combined
    std::uint32_t structs = 0;         ///< Bits of the structs that count
    std::vector<event::Field> fields;  ///< That it settles
    event::RowFilter only{};           ///< Events that do not pass have no combination
    std::size_t only_column = kNone;   ///< Of what it tests
  };
  const std::vector<Combination>& combinations() const { return combinations_; }

 private:
  void add_columns(const event::FieldSet& fields, bool kept);
  void combine(const Settled& settled);

  std::vector<event::Field> holds_;
  std::vector<bool> keeps_;
  std::array<std::size_t, event::kFields> kept_{}, filled_{}, bits_{};
  std::vector<Combination> combinations_;
};

/// Does to a list or map what was done to it when it was kept.
void replay(event::Field whole, std::string_view steps, event::ColumnSink& sink);

/// How a column of a block lies: ends of its distinct values, a number for each event (0: NULL,
/// else the value's place from 1), the values. A column without values takes no bytes.
struct ColumnForm {
  std::uint32_t values = 0;
  std::uint32_t text_bytes = 0;
  std::uint8_t width = 0;  ///< Bytes of a number; 0: all events have value 1

  /// What comes before the values.
  std::uint64_t head_bytes(std::size_t rows) const {
    return values == 0 ? 0 : values * sizeof(std::uint32_t) + rows * width;
  }
  std::uint64_t bytes(std::size_t rows) const { return head_bytes(rows) + text_bytes; }
};

struct Block {
  std::uint32_t rows = 0;
  std::vector<ColumnForm> columns;
};

/// Numbers of values, from 1, to be found again by the values' hashes. No larger than what it holds
/// asks for: a block has many columns, and most of them few values.
class NumbersByHash {
 public:
  /// The number that was added with this hash for which `is_it(number)` holds; 0: none.
  template <class IsIt>
  std::uint16_t find(std::uint32_t hash, const IsIt& is_it) const {
    if (slots_.empty()) return 0;
    for (std::size_t at = hash >> shift_;; at = (at + 1) % slots_.size()) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return 0;
      const auto number = static_cast<std::uint16_t>(slot & kNumber);
      if (((slot ^ hash) & ~kNumber) == 0 && is_it(number)) return number;
    }
  }
  void add(std::uint32_t hash, std::uint16_t number);
  void clear();

 private:
  // A slot: the first 18 bits of the hash, which tell its place in the largest table and a little
  // more, and the number.
  static constexpr std::uint32_t kNumber = (1u << 14) - 1;
  static_assert(kBlockRows <= kNumber);
  void put(std::uint32_t slot);

  std::vector<std::uint32_t> slots_;  ///< 0: free
  unsigned shift_ = 32;               ///< Of a hash, to its place
  std::size_t used_ = 0;
};

/// One column of the block that is being filled.
class ColumnBuilder {
 public:
  /// The number of a value.
  std::uint16_t number_of(std::string_view value);
  void set(std::size_t row, std::uint16_t number) {
    if (numbers_.size() < kBlockRows) numbers_.resize(kBlockRows);
    numbers_[row] = number;
  }
  std::uint16_t at(std::size_t row) const { return numbers_.empty() ? 0 : numbers_[row]; }
  std::string_view value(std::uint16_t number) const;
  std::size_t text_bytes() const { return texts_.size(); }

  /// Gives the column as it is to lie there.
  ColumnForm pack(std::size_t rows, std::string& bytes) const;
  void clear();

 private:
  std::string texts_;
  std::vector<std::uint32_t> ends_;
  NumbersByHash known_;
  std::vector<std::uint16_t> numbers_;
  std::size_t asked_ = 0;
  std::uint16_t last_ = 0;
};

/// Takes events and gives blocks. One for each thread.
class BlockBuilder final : public event::ColumnSink {
 public:
  /// Gives the number of the combination that the present event shows and this block has not met
  /// before; 0: none. Asked with its place in Layout::combinations.
  using Met = std::function<std::uint32_t(std::size_t place)>;

  /// Fields of `bulky` are kept of events that pass one of `bulky_of` (KeepOptions), which must
  /// outlive the builder.
  BlockBuilder(const Layout& layout, Met met, const event::FieldSet& bulky,
               const std::vector<event::RowFilter>& bulky_of);

  void begin_event() override { structs_ = 0; }
  void put(event::Field field, std::string_view text) override;
  void put_time(event::Field field, Time time) override { put(field, bytes_of(time.micros)); }
  void put_hash(event::Field field, std::uint64_t hash) override { put(field, bytes_of(hash)); }
  void present(event::Field field) override;
  void clear(event::Field field) override;
  void begin_element(event::Field list) override;
  void put_entry(event::Field map, std::string_view key, std::string_view value) override;
  void end_event() override;
  void drop_event() override;

  /// How many events it takes before the block must be packed.
  std::size_t room() const;
  std::size_t rows() const { return row_; }
  /// Gives what there is, each column's bytes into `bytes`, and begins anew.
  Block pack(std::vector<std::string>& bytes);

  /// Of the present event, for `Met`: the value in a column; nothing for NULL.
  const std::string_view* value(std::size_t column);
  std::uint32_t structs() const { return structs_; }

 private:
  /// The combinations of this block: tuples of their columns' numbers, and the number of each in
  /// the column of combinations.
  struct Tuples {
    std::vector<std::uint16_t> tuples{};
    std::vector<std::uint16_t> numbers{};
    NumbersByHash known{};  ///< Of tuples: place in `numbers`, from 1
    std::vector<std::uint16_t> present{};
    std::vector<char> pass{};  ///< By number of the value that is tested
    std::size_t last = 0;      ///< Place of the event before, from 1
  };
  void let_waiting_in();
  bool is_wanted();
  bool passes(std::size_t test, std::size_t column);
  bool passes(const event::RowFilter& filter, std::size_t column, std::vector<char>& known) const;
  void combine(std::size_t place);
  std::size_t meet(Tuples& met, std::size_t place);

  const Layout& layout_;
  const Met met_;
  const std::vector<event::RowFilter>& tests_;
  std::vector<ColumnBuilder> columns_;
  std::vector<std::string> steps_;
  std::vector<std::size_t> listed_;  ///< Columns of lists and maps: those that have steps
  std::vector<Tuples> tuples_;
  bool any_waits_ = false;
  std::vector<char> waits_;                          ///< Columns that are kept of some events only
  std::vector<std::optional<std::string>> waiting_;  ///< Their values of this event
  std::vector<std::vector<char>> passed_;            ///< By test and number of a value
  std::string_view value_;
  std::uint32_t structs_ = 0;
  std::size_t row_ = 0;
};

/// A column of a block as it lies there.
class ColumnView {
 public:
  /// `bytes`: the column's own, ColumnForm::bytes of them, which must outlive the view.
  void open(const Block& block, std::size_t column, std::string_view bytes);
  std::size_t values() const { return form_.values; }
  std::size_t number(std::size_t row) const {
    if (form_.values == 0) return 0;
    if (form_.width == 0) return 1;
    if (form_.width == 1) return static_cast<unsigned char>(numbers_[row]);
    std::uint16_t number = 0;
    std::memcpy(&number, numbers_ + row * 2, sizeof number);
    return number;
  }
  /// The value of a number that is not 0.
  std::string_view value(std::size_t number) const {
    const std::uint32_t begin = number == 1 ? 0 : end(number - 2);
    return {texts_ + begin, end(number - 1) - begin};
  }

 private:
  std::uint32_t end(std::size_t place) const {
    std::uint32_t end = 0;
    std::memcpy(&end, ends_ + place * sizeof end, sizeof end);
    return end;
  }
  ColumnForm form_;
  const char* ends_ = nullptr;
  const char* numbers_ = nullptr;
  const char* texts_ = nullptr;
};

}  // namespace trailhound::read
