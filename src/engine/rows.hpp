// SPDX-License-Identifier: Apache-2.0
//
// The rows that an engine gives back, batch by batch, read in place.
//
//   TRY(auto rows, engine.run(sql));
//   for (;;) {
//     TRY(const Batch* batch, rows->next());
//     if (batch == nullptr) break;                       // no more rows
//     for (std::size_t row = 0; row < batch->rows(); ++row) use(batch->cell(0, row).text());
//   }
//
// A batch and every text taken from it live until the next call of `next`. Nothing is copied: a
// Cell is a pointer and a row number.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace trailhound::engine {

/// What a value is, whatever engine it comes from.
enum class Kind : std::uint8_t {
  Null,  ///< A column of nothing but NULL
  Boolean,
  Integer,  ///< Up to 64 bits with sign
  Decimal,  ///< Exact; also integers over 64 bits: text()
  Double,
  Text,
  Json,  ///< Text that is a JSON document
  Bytes,
  Date,           ///< Days since 1970: integer()
  TimeOfDay,      ///< Microseconds since midnight: integer()
  Timestamp,      ///< Microseconds since 1970, no zone: integer()
  TimestampZone,  ///< Microseconds since 1970 UTC: integer()
  Interval,       ///< text(), as "2 00:00:00.000" (days) or "1-2" (years and months)
  List,           ///< size(), child(i)
  Struct,         ///< size(), child(i), names in Type::members
  Map,            ///< size(), key(i), child(i)
};

/// A kind, with the kinds inside it.
struct Type {
  struct Member;
  Kind kind = Kind::Null;
  std::vector<Member> members;  ///< Struct: its fields. List: one, the element. Map: key and value.
};
struct Type::Member {
  std::string name;
  Type type;
};

/// A column of an answer.
struct Column {
  std::string name;  ///< Lower case, as Athena's; not necessarily unique.
  Type type;
};

/// Text as it lies in a batch: 16 bytes, short ones inline (DuckDB's layout, checked at its home).
struct TextSlot {
  std::uint32_t size;
  char head[4];
  union {
    char rest[8];
    const char* data;
  };
  std::string_view view() const { return {size <= 12 ? head : data, size}; }
};

/// Where a list or map begins among its elements, and how many it has.
struct ListSlot {
  std::uint64_t offset;
  std::uint64_t length;
};

/// The values of one column in one batch. Filled by engines, read through Cell.
struct Vector {
  const Type* type = nullptr;
  const std::uint64_t* validity = nullptr;  ///< A bit a row, set when not NULL; null: none is NULL.
  const std::uint8_t* booleans = nullptr;   ///< Boolean
  const std::int64_t* integers = nullptr;   ///< Integer, Date, TimeOfDay, Timestamp, TimestampZone
  const double* doubles = nullptr;          ///< Double
  const TextSlot* texts = nullptr;          ///< Text, Json, Bytes, Decimal, Interval
  const ListSlot* lists = nullptr;          ///< List, Map
  std::vector<Vector> children;             ///< Struct: its fields. List: one. Map: keys, values.
};

/// One value.
class Cell {
 public:
  Cell(const Vector& vector, std::size_t row) : vector_(&vector), row_(row) {}
  const Type& type() const { return *vector_->type; }
  Kind kind() const { return vector_->type->kind; }
  bool is_null() const {
    return kind() == Kind::Null ||
           (vector_->validity != nullptr && (vector_->validity[row_ / 64] >> (row_ % 64) & 1) == 0);
  }
  // Only of a value that is not NULL and has the kind:
  bool boolean() const { return vector_->booleans[row_] != 0; }
  std::int64_t integer() const { return vector_->integers[row_]; }
  double real() const { return vector_->doubles[row_]; }
  std::string_view text() const { return vector_->texts[row_].view(); }
  Time time() const { return {integer()}; }
  /// How many elements, entries or members.
  std::size_t size() const {
    return kind() == Kind::Struct ? vector_->children.size() : vector_->lists[row_].length;
  }
  Cell child(std::size_t i) const {
    if (kind() == Kind::Struct) return {vector_->children[i], row_};
    return {vector_->children[kind() == Kind::Map ? 1 : 0], vector_->lists[row_].offset + i};
  }
  Cell key(std::size_t i) const { return {vector_->children[0], vector_->lists[row_].offset + i}; }

 private:
  const Vector* vector_;
  std::size_t row_;
};

/// Some rows of an answer.
class Batch {
 public:
  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return vectors_.size(); }
  Cell cell(std::size_t column, std::size_t row) const { return {vectors_[column], row}; }
  const Vector& vector(std::size_t column) const { return vectors_[column]; }
  void reset(std::size_t rows, std::vector<Vector> vectors) {
    rows_ = rows;
    vectors_ = std::move(vectors);
  }

 private:
  std::size_t rows_ = 0;
  std::vector<Vector> vectors_;
};

/// Somebody who takes batches, one after another, in one thread at a time.
class Taker {
 public:
  virtual ~Taker() = default;
  /// Takes a batch, which is gone afterwards; false if nobody wants any more.
  virtual bool take(const Batch& batch) = 0;
};

/// The rows of one answer, as they come.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual const std::vector<Column>& columns() const = 0;
  /// The next batch, never an empty one; null after the last.
  virtual Result<const Batch*> next() = 0;
  /// Hands all rows to takers in the engine's own threads, each of which has one made for it: rows
  /// need not be carried from core to core, and no thread waits for another. They come in no order.
  /// False, and nothing was done, where that cannot be: call `next`. Instead of `next`, once.
  virtual Result<bool> hand_out(const std::function<std::unique_ptr<Taker>()>& /*make_taker*/) {
    return false;
  }
};

}  // namespace trailhound::engine
