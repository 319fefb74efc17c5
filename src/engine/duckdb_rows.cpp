// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "base/text.hpp"

namespace trailhound::engine {
namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

static_assert(sizeof(TextSlot) == sizeof(duckdb_string_t));
static_assert(sizeof(ListSlot) == sizeof(duckdb_list_entry));

constexpr std::size_t kBlock = std::size_t{64} << 10;

/// A DuckDB type that is freed when left.
class OwnedType {
 public:
  OwnedType(const DuckDb& duck, duckdb_logical_type type) : duck_(duck), type_(type) {}
  ~OwnedType() { duck_.destroy_logical_type(&type_); }
  OwnedType(const OwnedType&) = delete;
  OwnedType& operator=(const OwnedType&) = delete;
  operator duckdb_logical_type() const { return type_; }

 private:
  const DuckDb& duck_;
  duckdb_logical_type type_;
};

std::string take_text(const DuckDb& duck, char* text) {
  std::string taken = text == nullptr ? "" : text;
  duck.free(text);
  return taken;
}

bool valid(const std::uint64_t* validity, std::uint64_t row) {
  return validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
}

std::string digits_of(UInt128 number) {
  char text[40];
  char* end = text + sizeof text;
  char* begin = end;
  do {
    *--begin = static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  return {begin, end};
}

/// The number with `scale` digits behind the point.
std::string decimal_text(Int128 number, unsigned scale) {
  const bool negative = number < 0;
  UInt128 size = static_cast<UInt128>(number);
  if (negative) size = ~size + 1;
  std::string text = digits_of(size);
  if (scale > 0) {
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, 1, '.');
  }
  if (negative) text.insert(0, 1, '-');
  return text;
}

Int128 wide(const duckdb_hugeint& value) {
  return static_cast<Int128>(static_cast<UInt128>(static_cast<std::uint64_t>(value.upper)) << 64 |
                             value.lower);
}

std::string uuid_text(const duckdb_hugeint& value) {
  // Stored with the first bit turned, so that it sorts as a number with sign.
  const std::uint64_t high = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                     high & 0xffff, value.lower >> 48, value.lower & 0xffffffffffffULL);
}

/// "2 00:00:00.000"
std::string day_interval_text(Int128 micros) {
  const bool negative = micros < 0;
  const UInt128 size = negative ? static_cast<UInt128>(-micros) : static_cast<UInt128>(micros);
  const auto days = static_cast<std::uint64_t>(size / static_cast<UInt128>(kDay));
  const auto rest = static_cast<std::uint64_t>(size % static_cast<UInt128>(kDay));
  const std::uint64_t seconds = rest / kSecond, fraction = rest % kSecond;
  std::string text = fmt::format("{}{} {:02}:{:02}:{:02}.", negative ? "-" : "", days,
                                 seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text += fraction % 1000 == 0 ? fmt::format("{:03}", fraction / 1000)
                                      : fmt::format("{:06}", fraction);
}

std::string interval_text(const duckdb_interval& interval) {
  const Int128 micros = Int128{interval.days} * kDay + interval.micros;
  if (interval.months == 0) return day_interval_text(micros);
  const std::int64_t months = std::abs(std::int64_t{interval.months});
  std::string text =
      fmt::format("{}{}-{}", interval.months < 0 ? "-" : "", months / 12, months % 12);
  return micros == 0 ? text : text + " " + day_interval_text(micros);
}

std::string time_with_zone_text(std::uint64_t bits) {
  constexpr std::int64_t kFarthest = 16 * 60 * 60 - 1;  // how DuckDB stores offsets: turned around
  const auto micros = static_cast<std::int64_t>(bits >> 24);
  const std::int64_t offset = kFarthest - static_cast<std::int64_t>(bits & 0xffffff);
  const std::int64_t away = std::abs(offset) / 60;
  return fmt::format("{:02}:{:02}:{:02}.{:03}{}{:02}:{:02}", micros / kHour, micros / kMinute % 60,
                     micros / kSecond % 60, micros % kSecond / 1000, offset < 0 ? '-' : '+',
                     away / 60, away % 60);
}

/// The double that prints like the float: 0.1f is 0.1, not 0.10000000149.
double as_written(float value) {
  char text[32];
  const auto [end, trouble] = std::to_chars(text, text + sizeof text, value);
  double read = static_cast<double>(value);
  if (trouble == std::errc()) std::from_chars(text, end, read);
  return read;
}

std::int64_t floor_div(std::int64_t number, std::int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

/// Nearest that 64 bits hold: an infinite timestamp stays at the end of time.
std::int64_t times(std::int64_t number, std::int64_t factor) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(number, factor, &product)) return product;
  return number < 0 ? INT64_MIN : INT64_MAX;
}

Result<Type> type_of(const DuckDb& duck, duckdb_logical_type type, const std::string& column) {
  const auto inside = [&](duckdb_logical_type inner) -> Result<Type> {
    const OwnedType owned(duck, inner);
    return type_of(duck, owned, column);
  };
  switch (duck.get_type_id(type)) {
    case DUCKDB_TYPE_SQLNULL:
      return Type{Kind::Null, {}};
    case DUCKDB_TYPE_BOOLEAN:
      return Type{Kind::Boolean, {}};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return Type{Kind::Integer, {}};
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_DECIMAL:
      return Type{Kind::Decimal, {}};
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return Type{Kind::Double, {}};
    case DUCKDB_TYPE_VARCHAR:
      return Type{
          take_text(duck, duck.logical_type_get_alias(type)) == "JSON" ? Kind::Json : Kind::Text,
          {}};
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UUID:
    case DUCKDB_TYPE_TIME_TZ:
      return Type{Kind::Text, {}};
    case DUCKDB_TYPE_BLOB:
      return Type{Kind::Bytes, {}};
    case DUCKDB_TYPE_DATE:
      return Type{Kind::Date, {}};
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_NS:
      return Type{Kind::TimeOfDay, {}};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return Type{Kind::Timestamp, {}};
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return Type{Kind::TimestampZone, {}};
    case DUCKDB_TYPE_INTERVAL:
      return Type{Kind::Interval, {}};
    case DUCKDB_TYPE_LIST: {
      TRY(Type element, inside(duck.list_type_child_type(type)));
      return Type{Kind::List, {{"element", std::move(element)}}};
    }
    case DUCKDB_TYPE_ARRAY: {
      TRY(Type element, inside(duck.array_type_child_type(type)));
      return Type{Kind::List, {{"element", std::move(element)}}};
    }
    case DUCKDB_TYPE_MAP: {
      TRY(Type key, inside(duck.map_type_key_type(type)));
      TRY(Type value, inside(duck.map_type_value_type(type)));
      return Type{Kind::Map, {{"key", std::move(key)}, {"value", std::move(value)}}};
    }
    case DUCKDB_TYPE_STRUCT: {
      Type made{Kind::Struct, {}};
      for (idx_t i = 0; i < duck.struct_type_child_count(type); ++i) {
        TRY(Type member, inside(duck.struct_type_child_type(type, i)));
        made.members.push_back(
            {take_text(duck, duck.struct_type_child_name(type, i)), std::move(member)});
      }
      return made;
    }
    default:
      return Error("no-such-type", "the column `" + column + "` has a type that cannot be shown")
          .note("`cast(" + column + " as varchar)` shows it as text");
  }
}

Result<Column> column_of(const DuckDb& duck, const char* name, duckdb_logical_type type) {
  const OwnedType owned(duck, type);
  Column column{to_lower(name == nullptr ? "" : name), {}};
  TRY(column.type, type_of(duck, owned, column.name));
  return column;
}

}  // namespace

Result<std::vector<Column>> columns_of(const DuckDb& duck, duckdb_result& result) {
  std::vector<Column> columns;
  for (idx_t i = 0; i < duck.column_count(&result); ++i) {
    const char* const name = duck.column_name(&result, i);
    TRY(Column column, column_of(duck, name, duck.column_logical_type(&result, i)));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::vector<Column>> columns_of(const DuckDb& duck, duckdb_prepared_statement statement) {
  std::vector<Column> columns;
  for (idx_t i = 0; i < duck.prepared_statement_column_count(statement); ++i) {
    const std::string name =
        take_text(duck, const_cast<char*>(duck.prepared_statement_column_name(statement, i)));
    TRY(Column column,
        column_of(duck, name.c_str(), duck.prepared_statement_column_logical_type(statement, i)));
    columns.push_back(std::move(column));
  }
  return columns;
}

ChunkDecoder::~ChunkDecoder() {
  for (Shape& shape : shapes_) free_words(shape);
}

void ChunkDecoder::free_words(Shape& shape) const {
  for (char* word : shape.owned) duck_.free(word);
  for (Shape& inner : shape.inside) free_words(inner);
}

ChunkDecoder::Shape ChunkDecoder::shape_of(duckdb_logical_type type) const {
  Shape shape;
  const auto add = [&](duckdb_logical_type inner) {
    const OwnedType owned(duck_, inner);
    shape.inside.push_back(shape_of(owned));
  };
  shape.id = duck_.get_type_id(type);
  switch (shape.id) {
    case DUCKDB_TYPE_DECIMAL:
      shape.stored_as = duck_.decimal_internal_type(type);
      shape.scale = duck_.decimal_scale(type);
      break;
    case DUCKDB_TYPE_ENUM:
      shape.stored_as = duck_.enum_internal_type(type);
      for (std::uint32_t i = 0; i < duck_.enum_dictionary_size(type); ++i) {
        char* word = duck_.enum_dictionary_value(type, i);
        shape.owned.push_back(word);
        TextSlot slot{};
        slot.size = static_cast<std::uint32_t>(std::strlen(word));
        if (slot.size <= 12)
          std::memcpy(reinterpret_cast<char*>(&slot) + 4, word, slot.size);
        else
          slot.data = word;
        shape.words.push_back(slot);
      }
      break;
    case DUCKDB_TYPE_LIST:
      add(duck_.list_type_child_type(type));
      break;
    case DUCKDB_TYPE_ARRAY:
      shape.length = duck_.array_type_array_size(type);
      add(duck_.array_type_child_type(type));
      break;
    case DUCKDB_TYPE_MAP:
      add(duck_.map_type_key_type(type));
      add(duck_.map_type_value_type(type));
      break;
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < duck_.struct_type_child_count(type); ++i) {
        add(duck_.struct_type_child_type(type, i));
      }
      break;
    default:
      break;
  }
  return shape;
}

void* ChunkDecoder::reserve(std::size_t bytes) {
  bytes = (bytes + 15) & ~std::size_t{15};
  if (used_ + bytes > size_) {
    size_ = std::max({kBlock, bytes, blocks_.empty() ? 0 : size_ * 2});
    blocks_.push_back(std::make_unique<std::byte[]>(size_));
    used_ = 0;
  }
  void* const place = blocks_.back().get() + used_;
  used_ += bytes;
  return place;
}

TextSlot ChunkDecoder::hold(std::string_view text) {
  TextSlot slot{};
  slot.size = static_cast<std::uint32_t>(text.size());
  if (text.size() <= 12) {
    std::memcpy(reinterpret_cast<char*>(&slot) + 4, text.data(), text.size());
  } else {
    char* const place = static_cast<char*>(reserve(text.size()));
    std::memcpy(place, text.data(), text.size());
    std::memcpy(slot.head, place, 4);
    slot.data = place;
  }
  return slot;
}

template <class Stored, class Made, class Convert>
const Made* ChunkDecoder::convert(const void* data, const Vector& vector, std::uint64_t count,
                                  Convert convert_one) {
  Made* const made = static_cast<Made*>(reserve(count * sizeof(Made)));
  const Stored* const stored = static_cast<const Stored*>(data);
  for (std::uint64_t row = 0; row < count; ++row) {
    if (valid(vector.validity, row)) made[row] = convert_one(stored[row]);
  }
  return made;
}

template <class Stored, class Print>
const TextSlot* ChunkDecoder::print(const void* data, const Vector& vector, std::uint64_t count,
                                    Print print_one) {
  return convert<Stored, TextSlot>(data, vector, count,
                                   [&](const Stored& value) { return hold(print_one(value)); });
}

Vector ChunkDecoder::read(duckdb_vector vector, const Shape& shape, const Type& type,
                          std::uint64_t count) {
  Vector made;
  made.type = &type;
  made.validity = duck_.vector_get_validity(vector);
  const void* const data = duck_.vector_get_data(vector);
  const auto as_is = [](auto value) { return static_cast<std::int64_t>(value); };
  const auto widen = [&]<class Stored>(Stored) {
    made.integers = convert<Stored, std::int64_t>(data, made, count, as_is);
  };
  const auto decimal = [&]<class Stored>(Stored) {
    made.texts = print<Stored>(
        data, made, count, [&](Stored value) { return decimal_text(Int128{value}, shape.scale); });
  };
  const auto word = [&]<class Stored>(Stored) {
    made.texts = convert<Stored, TextSlot>(data, made, count,
                                           [&](Stored value) { return shape.words[value]; });
  };
  switch (shape.id) {
    case DUCKDB_TYPE_BOOLEAN:
      made.booleans = static_cast<const std::uint8_t*>(data);
      break;
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      made.integers = static_cast<const std::int64_t*>(data);
      break;
    case DUCKDB_TYPE_TINYINT:
      widen(std::int8_t{});
      break;
    case DUCKDB_TYPE_SMALLINT:
      widen(std::int16_t{});
      break;
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_INTEGER:
      widen(std::int32_t{});
      break;
    case DUCKDB_TYPE_UTINYINT:
      widen(std::uint8_t{});
      break;
    case DUCKDB_TYPE_USMALLINT:
      widen(std::uint16_t{});
      break;
    case DUCKDB_TYPE_UINTEGER:
      widen(std::uint32_t{});
      break;
    case DUCKDB_TYPE_UBIGINT:
      made.texts = print<std::uint64_t>(data, made, count,
                                        [](std::uint64_t value) { return fmt::to_string(value); });
      break;
    case DUCKDB_TYPE_HUGEINT:
      made.texts = print<duckdb_hugeint>(data, made, count, [](const duckdb_hugeint& value) {
        return decimal_text(wide(value), 0);
      });
      break;
    case DUCKDB_TYPE_UHUGEINT:
      made.texts = print<duckdb_uhugeint>(data, made, count, [](const duckdb_uhugeint& value) {
        return digits_of(static_cast<UInt128>(value.upper) << 64 | value.lower);
      });
      break;
    case DUCKDB_TYPE_DECIMAL:
      if (shape.stored_as == DUCKDB_TYPE_SMALLINT) decimal(std::int16_t{});
      if (shape.stored_as == DUCKDB_TYPE_INTEGER) decimal(std::int32_t{});
      if (shape.stored_as == DUCKDB_TYPE_BIGINT) decimal(std::int64_t{});
      if (shape.stored_as == DUCKDB_TYPE_HUGEINT) {
        made.texts = print<duckdb_hugeint>(data, made, count, [&](const duckdb_hugeint& value) {
          return decimal_text(wide(value), shape.scale);
        });
      }
      break;
    case DUCKDB_TYPE_DOUBLE:
      made.doubles = static_cast<const double*>(data);
      break;
    case DUCKDB_TYPE_FLOAT:
      made.doubles = convert<float, double>(data, made, count, as_written);
      break;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
      made.texts = static_cast<const TextSlot*>(data);
      break;
    case DUCKDB_TYPE_UUID:
      made.texts = print<duckdb_hugeint>(data, made, count, uuid_text);
      break;
    case DUCKDB_TYPE_ENUM:
      if (shape.stored_as == DUCKDB_TYPE_UTINYINT) word(std::uint8_t{});
      if (shape.stored_as == DUCKDB_TYPE_USMALLINT) word(std::uint16_t{});
      if (shape.stored_as == DUCKDB_TYPE_UINTEGER) word(std::uint32_t{});
      break;
    case DUCKDB_TYPE_INTERVAL:
      made.texts = print<duckdb_interval>(data, made, count, interval_text);
      break;
    case DUCKDB_TYPE_TIME_TZ:
      made.texts = print<std::uint64_t>(data, made, count, time_with_zone_text);
      break;
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      made.integers = convert<std::int64_t, std::int64_t>(
          data, made, count, [](std::int64_t nanos) { return floor_div(nanos, 1000); });
      break;
    case DUCKDB_TYPE_TIMESTAMP_MS:
      made.integers = convert<std::int64_t, std::int64_t>(
          data, made, count, [](std::int64_t millis) { return times(millis, 1000); });
      break;
    case DUCKDB_TYPE_TIMESTAMP_S:
      made.integers = convert<std::int64_t, std::int64_t>(
          data, made, count, [](std::int64_t seconds) { return times(seconds, kSecond); });
      break;
    case DUCKDB_TYPE_LIST:
      made.lists = static_cast<const ListSlot*>(data);
      made.children.push_back(read(duck_.list_vector_get_child(vector), shape.inside[0],
                                   type.members[0].type, duck_.list_vector_get_size(vector)));
      break;
    case DUCKDB_TYPE_ARRAY: {
      ListSlot* const slots = static_cast<ListSlot*>(reserve(count * sizeof(ListSlot)));
      for (std::uint64_t row = 0; row < count; ++row) {
        slots[row] = {row * shape.length, shape.length};
      }
      made.lists = slots;
      made.children.push_back(read(duck_.array_vector_get_child(vector), shape.inside[0],
                                   type.members[0].type, count * shape.length));
      break;
    }
    case DUCKDB_TYPE_MAP: {
      made.lists = static_cast<const ListSlot*>(data);
      const duckdb_vector entries = duck_.list_vector_get_child(vector);
      const std::uint64_t size = duck_.list_vector_get_size(vector);
      for (idx_t i = 0; i < 2; ++i) {
        made.children.push_back(read(duck_.struct_vector_get_child(entries, i), shape.inside[i],
                                     type.members[i].type, size));
      }
      break;
    }
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < shape.inside.size(); ++i) {
        made.children.push_back(read(duck_.struct_vector_get_child(vector, i), shape.inside[i],
                                     type.members[i].type, count));
      }
      break;
    default:
      break;  // Kind::Null; columns_of let nothing else through
  }
  return made;
}

void ChunkDecoder::decode(duckdb_data_chunk chunk, const std::vector<Column>& columns, Batch& batch,
                          std::size_t skipped) {
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  used_ = 0;
  const std::uint64_t rows = duck_.data_chunk_get_size(chunk);
  std::vector<Vector> vectors;
  vectors.reserve(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const duckdb_vector vector = duck_.data_chunk_get_vector(chunk, skipped + i);
    if (shapes_.size() == i) {
      const OwnedType type(duck_, duck_.vector_get_column_type(vector));
      shapes_.push_back(shape_of(type));
    }
    vectors.push_back(read(vector, shapes_[i], columns[i].type, rows));
  }
  batch.reset(rows, std::move(vectors));
}

}  // namespace trailhound::engine
