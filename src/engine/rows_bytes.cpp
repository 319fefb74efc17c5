// SPDX-License-Identifier: Apache-2.0
//
// A piece is: columns (count; name and type of each), rows (count), then a column after the other.
// A column is: a bit a row that says whether there is a value; its distinct texts, if it has texts;
// a number for each value; its elements, if it has lists. Numbers are of seven bits a byte, the
// lowest first; signed ones are folded.
#include "engine/rows_bytes.hpp"

#include <cstddef>
#include <cstring>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/packed.hpp"

namespace trailhound::engine {
namespace {

constexpr std::size_t kInline = 12;          // bytes of a text that a slot holds itself
constexpr std::size_t kMostColumns = 1'000;  // of an answer
constexpr std::size_t kDeepest = 8;          // lists in lists

bool is_number(Kind kind) {
  return kind == Kind::Integer || kind == Kind::Date || kind == Kind::TimeOfDay ||
         kind == Kind::Timestamp || kind == Kind::TimestampZone;
}

bool is_text(Kind kind) {
  return kind == Kind::Text || kind == Kind::Json || kind == Kind::Bytes || kind == Kind::Decimal ||
         kind == Kind::Interval;
}

bool can_be_kept(const Type& type) {
  if (type.kind == Kind::Struct || type.kind == Kind::Map) return false;
  return type.kind != Kind::List || can_be_kept(type.members.front().type);
}

void put_type(std::string& bytes, const Type& type) {
  put_number(bytes, static_cast<std::uint64_t>(type.kind));
  if (type.kind == Kind::List) put_type(bytes, type.members.front().type);
}

/// A column on its way to bytes.
class ColumnWriter {
 public:
  explicit ColumnWriter(const Type& type) : kind_(type.kind) {
    if (kind_ == Kind::List) elements_.emplace_back(type.members.front().type);
  }

  void add(const Cell& cell) {
    if (rows_ % 8 == 0) valid_ += '\0';
    const bool there = !cell.is_null();
    if (there) valid_.back() = static_cast<char>(valid_.back() | 1 << (rows_ % 8));
    ++rows_;
    if (!there) return;
    if (kind_ == Kind::Boolean) {
      put_number(values_, cell.boolean() ? 1 : 0);
    } else if (kind_ == Kind::Double) {
      const double real = cell.real();
      values_.append(reinterpret_cast<const char*>(&real), sizeof real);
    } else if (is_number(kind_)) {
      put_number(values_, zigzag(cell.integer()));
    } else if (is_text(kind_)) {
      put_number(values_, place_of(cell.text()));
    } else {
      put_number(values_, cell.size());
      for (std::size_t i = 0; i < cell.size(); ++i) elements_.front().add(cell.child(i));
    }
  }

  void write(std::string& bytes) const {
    put_number(bytes, rows_);
    bytes += valid_;
    if (is_text(kind_)) {
      put_number(bytes, places_.size());
      bytes += texts_;
    }
    bytes += values_;
    if (kind_ == Kind::List) elements_.front().write(bytes);
  }

  std::size_t size() const {
    return valid_.size() + texts_.size() + values_.size() +
           (elements_.empty() ? 0 : elements_.front().size());
  }

 private:
  std::size_t place_of(std::string_view text) {
    const auto [place, fresh] = places_.emplace(std::string(text), places_.size());
    if (fresh) put_text(texts_, text);
    return place->second;
  }

  Kind kind_;
  std::size_t rows_ = 0;
  std::string valid_, texts_, values_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<ColumnWriter> elements_;
};

/// A kind, and that of its elements.
Type type_in(Unpacker& from, std::size_t depth = 0) {
  Type type;
  const std::uint64_t kind = from.number();
  type.kind = static_cast<Kind>(kind);
  const bool known = kind <= static_cast<std::uint64_t>(Kind::List) && depth < kDeepest;
  if (!known) {
    from.good = false;
    type.kind = Kind::Null;
  } else if (type.kind == Kind::List) {
    type.members.push_back({"element", type_in(from, depth + 1)});
  }
  return type;
}

TextSlot slot_of(std::string_view text) {
  TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  if (text.size() > kInline) {
    std::memcpy(slot.head, text.data(), sizeof slot.head);
    slot.data = text.data();
  } else if (!text.empty()) {
    // The bytes run on from `head` into `rest`.
    std::memcpy(reinterpret_cast<char*>(&slot) + offsetof(TextSlot, head), text.data(),
                text.size());
  }
  return slot;
}

/// What a column's vector points to.
struct Held {
  std::vector<std::uint64_t> validity;
  std::vector<std::uint8_t> booleans;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  std::vector<TextSlot> texts;
  std::vector<ListSlot> lists;
};

/// A column out of bytes.
class ColumnReader {
 public:
  ColumnReader(Unpacker& from, std::deque<Held>& all) : from_(from), all_(all) {}

  /// `rows` must be how many the column says it has.
  Vector read(const Type& type, std::uint64_t rows) {
    Vector vector;
    vector.type = &type;
    if (from_.number() != rows) from_.good = false;
    const std::string_view valid = from_.take(rows / 8 + (rows % 8 == 0 ? 0 : 1));
    if (!from_.good) return vector;
    Held& held = all_.emplace_back();
    held.validity.assign(rows / 64 + 1, 0);
    for (std::size_t i = 0; i < valid.size(); ++i) {
      held.validity[i / 8] |= static_cast<std::uint64_t>(static_cast<unsigned char>(valid[i]))
                              << (i % 8 * 8);
    }
    std::vector<TextSlot> texts;
    if (is_text(type.kind)) texts = read_texts();
    reserve(type.kind, rows, held);
    std::uint64_t elements = 0;
    for (std::uint64_t row = 0; row < rows && from_.good; ++row) {
      const bool there = (held.validity[row / 64] >> (row % 64) & 1) != 0;
      if (!read_value(type.kind, there, texts, elements, held)) from_.good = false;
    }
    vector.validity = held.validity.data();
    vector.booleans = held.booleans.data();
    vector.integers = held.integers.data();
    vector.doubles = held.doubles.data();
    vector.texts = held.texts.data();
    vector.lists = held.lists.data();
    if (type.kind == Kind::List && from_.good) {
      vector.children.push_back(read(type.members.front().type, elements));
    }
    return vector;
  }

 private:
  static void reserve(Kind kind, std::uint64_t rows, Held& held) {
    if (kind == Kind::Boolean) held.booleans.reserve(rows);
    if (kind == Kind::Double) held.doubles.reserve(rows);
    if (is_number(kind)) held.integers.reserve(rows);
    if (is_text(kind)) held.texts.reserve(rows);
    if (kind == Kind::List) held.lists.reserve(rows);
  }

  std::vector<TextSlot> read_texts() {
    std::vector<TextSlot> texts;
    const std::uint64_t count = from_.number();
    if (count > from_.bytes.size()) from_.good = false;
    if (from_.good) texts.reserve(count);
    for (std::uint64_t i = 0; i < count && from_.good; ++i) {
      const std::string_view text = from_.text();
      if (text.size() > UINT32_MAX) from_.good = false;
      texts.push_back(slot_of(text));
    }
    return texts;
  }

  bool read_value(Kind kind, bool there, const std::vector<TextSlot>& texts,
                  std::uint64_t& elements, Held& held) {
    if (kind == Kind::Boolean) {
      held.booleans.push_back(there && from_.number() != 0 ? 1 : 0);
    } else if (kind == Kind::Double) {
      double real = 0;
      if (there) {
        const std::string_view bytes = from_.take(sizeof real);
        if (bytes.size() == sizeof real) std::memcpy(&real, bytes.data(), sizeof real);
      }
      held.doubles.push_back(real);
    } else if (is_number(kind)) {
      held.integers.push_back(there ? unzigzag(from_.number()) : 0);
    } else if (is_text(kind)) {
      const std::uint64_t place = there ? from_.number() : 0;
      if (there && place >= texts.size()) return false;
      held.texts.push_back(there ? texts[place] : TextSlot{});
    } else if (kind == Kind::List) {
      const std::uint64_t size = there ? from_.number() : 0;
      // Each element takes a bit at least.
      if (size > from_.bytes.size() * 8) return false;
      held.lists.push_back({elements, size});
      elements += size;
    } else if (there) {
      return false;
    }
    return true;
  }

  Unpacker& from_;
  std::deque<Held>& all_;
};

/// One piece. Its columns are known at once, what is in them when it is read.
class Piece {
 public:
  explicit Piece(std::string bytes) : bytes_(std::move(bytes)), rest_{bytes_} {
    const std::uint64_t count = rest_.number();
    if (count > kMostColumns) rest_.good = false;
    for (std::uint64_t i = 0; i < count && rest_.good; ++i) {
      const std::string_view name = rest_.text();
      columns_.push_back({std::string(name), type_in(rest_)});
    }
    rows_ = rest_.number();
    if (rows_ > rest_.bytes.size() * 8) rest_.good = false;
  }
  Piece(const Piece&) = delete;  // its texts lie in its bytes
  Piece& operator=(const Piece&) = delete;

  bool is_good() const { return rest_.good; }
  const std::vector<Column>& columns() const { return columns_; }
  std::size_t rows() const { return rows_; }
  /// Once; the vectors live as long as the piece. Nothing, if the bytes are none of a piece.
  std::optional<std::vector<Vector>> read() {
    std::vector<Vector> vectors;
    for (const Column& column : columns_) {
      if (!rest_.good) return std::nullopt;
      vectors.push_back(ColumnReader(rest_, held_).read(column.type, rows_));
    }
    if (!rest_.good || !rest_.bytes.empty()) return std::nullopt;
    return vectors;
  }

 private:
  std::string bytes_;
  Unpacker rest_;
  std::vector<Column> columns_;
  std::deque<Held> held_;
  std::size_t rows_ = 0;
};

bool go_together(const Type& one, const Type& other) {
  return one.kind == other.kind &&
         (one.kind != Kind::List ||
          go_together(one.members.front().type, other.members.front().type));
}

bool go_together(const std::vector<Column>& one, const std::vector<Column>& other) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i].name != other[i].name || !go_together(one[i].type, other[i].type)) return false;
  }
  return true;
}

/// The pieces' rows, of which those of one are held at a time.
class KeptRows final : public Rows {
 public:
  explicit KeptRows(std::deque<Piece> pieces)
      : pieces_(std::move(pieces)), columns_(pieces_.front().columns()) {}
  const std::vector<Column>& columns() const override { return columns_; }
  Result<const Batch*> next() override {
    if (given_) pieces_.pop_front();
    while (!pieces_.empty() && pieces_.front().rows() == 0) pieces_.pop_front();
    given_ = !pieces_.empty();
    if (!given_) return nullptr;
    std::optional<std::vector<Vector>> vectors = pieces_.front().read();
    if (!vectors) return Error("lake-damaged", "a kept answer is damaged");
    batch_.reset(pieces_.front().rows(), std::move(*vectors));
    return &batch_;
  }

 private:
  std::deque<Piece> pieces_;
  std::vector<Column> columns_;
  bool given_ = false;
  Batch batch_;
};

}  // namespace

Result<std::optional<std::string>> bytes_of(Rows& rows, std::size_t most) {
  const std::vector<Column>& columns = rows.columns();
  std::vector<ColumnWriter> writers;
  std::string bytes;
  put_number(bytes, columns.size());
  for (const Column& column : columns) {
    if (!can_be_kept(column.type)) return std::optional<std::string>{};
    put_text(bytes, column.name);
    put_type(bytes, column.type);
    writers.emplace_back(column.type);
  }
  std::size_t count = 0;
  for (;;) {
    TRY(const Batch* batch, rows.next());
    if (batch == nullptr) break;
    count += batch->rows();
    std::size_t size = 0;
    for (std::size_t column = 0; column < writers.size(); ++column) {
      for (std::size_t row = 0; row < batch->rows(); ++row) {
        writers[column].add(batch->cell(column, row));
      }
      size += writers[column].size();
    }
    if (size > most) return std::optional<std::string>{};
  }
  put_number(bytes, count);
  for (const ColumnWriter& writer : writers) writer.write(bytes);
  return std::optional<std::string>(std::move(bytes));
}

std::unique_ptr<Rows> rows_of(std::vector<std::string> pieces) {
  std::deque<Piece> read;
  for (std::string& bytes : pieces) {
    const Piece& piece = read.emplace_back(std::move(bytes));
    if (!piece.is_good() || !go_together(piece.columns(), read.front().columns())) return nullptr;
  }
  if (read.empty()) return nullptr;
  return std::make_unique<KeptRows>(std::move(read));
}

}  // namespace trailhound::engine
