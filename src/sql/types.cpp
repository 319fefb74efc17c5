// SPDX-License-Identifier: Apache-2.0
#include "sql/types.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"

namespace trailhound::sql {
namespace {

struct KindName {
  TypeKind kind;
  std::string_view trino;
  std::string_view duckdb;
};

constexpr std::array<KindName, 22> kKinds = {{
    {TypeKind::Unknown, "unknown", "\"NULL\""},
    {TypeKind::Boolean, "boolean", "BOOLEAN"},
    {TypeKind::Tinyint, "tinyint", "TINYINT"},
    {TypeKind::Smallint, "smallint", "SMALLINT"},
    {TypeKind::Integer, "integer", "INTEGER"},
    {TypeKind::Bigint, "bigint", "BIGINT"},
    {TypeKind::Decimal, "decimal", "DECIMAL"},
    {TypeKind::Real, "real", "FLOAT"},
    {TypeKind::Double, "double", "DOUBLE"},
    {TypeKind::Varchar, "varchar", "VARCHAR"},
    {TypeKind::Varbinary, "varbinary", "BLOB"},
    {TypeKind::Json, "json", "VARCHAR"},
    {TypeKind::Date, "date", "DATE"},
    {TypeKind::Time, "time", "TIME"},
    {TypeKind::Timestamp, "timestamp", "TIMESTAMP"},
    {TypeKind::TimestampZone, "timestamptz", "TIMESTAMP"},
    {TypeKind::IntervalDay, "interval day to second", "INTERVAL"},
    {TypeKind::IntervalYear, "interval year to month", "INTERVAL"},
    {TypeKind::IpAddress, "ipaddress", "VARCHAR"},
    {TypeKind::IpPrefix, "ipprefix", "VARCHAR"},
    {TypeKind::Uuid, "uuid", "UUID"},
    {TypeKind::Function, "function", ""},
}};

const KindName& names_of(TypeKind kind) {
  for (const KindName& names : kKinds) {
    if (names.kind == kind) return names;
  }
  CHECK(false, "a type without a name");
  return kKinds[0];
}

std::string quoted(std::string_view name) {
  return '"' + replace_all(std::string(name), "\"", "\"\"") + '"';
}

std::string in_duckdb(const DataType& type, bool output) {
  switch (type.kind) {
    case TypeKind::Decimal: {
      // DuckDB writes .5 for a decimal with no room before its point: an answer gives it room.
      const bool room = output && type.precision == type.scale && type.precision < 38;
      return "DECIMAL(" + std::to_string(type.precision + (room ? 1 : 0)) + "," +
             std::to_string(type.scale) + ")";
    }
    case TypeKind::TimestampZone:
      return output ? "TIMESTAMPTZ" : "TIMESTAMP";
    case TypeKind::Array:
      return in_duckdb(type.element(), output) + "[]";
    case TypeKind::Map:
      return "MAP(" + in_duckdb(type.key(), output) + ", " + in_duckdb(type.value(), output) + ")";
    case TypeKind::Row: {
      std::string text = "STRUCT(";
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        if (i > 0) text += ", ";
        const std::string& name = type.members[i].name;
        text += quoted(name.empty() ? "field" + std::to_string(i) : name);
        text += " " + in_duckdb(type.members[i].type, output);
      }
      return text + ")";
    }
    default:
      return std::string(names_of(type.kind).duckdb);
  }
}

int width(TypeKind kind) {  // digits that hold any value of an integer type
  switch (kind) {
    case TypeKind::Tinyint:
      return 3;
    case TypeKind::Smallint:
      return 5;
    case TypeKind::Integer:
      return 10;
    default:
      return 19;
  }
}

DataType as_decimal(const DataType& type) {
  return type.is(TypeKind::Decimal) ? type : decimal(width(type.kind), 0);
}

bool holds_types(TypeKind kind) {
  return kind == TypeKind::Array || kind == TypeKind::Map || kind == TypeKind::Row;
}

}  // namespace

const DataType& DataType::element() const { return members[0].type; }
const DataType& DataType::key() const { return members[0].type; }
const DataType& DataType::value() const { return members[1].type; }

bool operator==(const DataType& one, const DataType& other) {
  if (one.kind != other.kind) return false;
  if (one.kind == TypeKind::Decimal) {
    return one.precision == other.precision && one.scale == other.scale;
  }
  return one.variable == other.variable && one.members == other.members;
}

DataType of_kind(TypeKind kind) {
  DataType type;
  type.kind = kind;
  if (kind == TypeKind::Timestamp || kind == TypeKind::TimestampZone) type.precision = 3;
  return type;
}

DataType array_of(DataType element) {
  DataType type = of_kind(TypeKind::Array);
  type.members.push_back({"", std::move(element)});
  return type;
}

DataType map_of(DataType key, DataType value) {
  DataType type = of_kind(TypeKind::Map);
  type.members.push_back({"", std::move(key)});
  type.members.push_back({"", std::move(value)});
  return type;
}

DataType decimal(int precision, int scale) {
  DataType type = of_kind(TypeKind::Decimal);
  type.precision = precision;
  type.scale = scale;
  return type;
}

std::string spell(const DataType& type) {
  switch (type.kind) {
    case TypeKind::Decimal:
      if (type.precision == 0) return "decimal";
      return "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case TypeKind::Time:
      return "time(" + std::to_string(type.precision) + ")";
    case TypeKind::Timestamp:
      return "timestamp(" + std::to_string(type.precision) + ")";
    case TypeKind::TimestampZone:
      return "timestamp(" + std::to_string(type.precision) + ") with time zone";
    case TypeKind::Variable:
      return type.variable;
    case TypeKind::Array:
    case TypeKind::Map:
    case TypeKind::Row:
    case TypeKind::Function: {
      std::string text = type.is(TypeKind::Array) ? "array("
                         : type.is(TypeKind::Map) ? "map("
                         : type.is(TypeKind::Row) ? "row("
                                                  : "function(";
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        if (i > 0) text += ", ";
        if (!type.members[i].name.empty()) text += type.members[i].name + " ";
        text += spell(type.members[i].type);
      }
      return text + ")";
    }
    default:
      return std::string(names_of(type.kind).trino);
  }
}

std::string duckdb_type(const DataType& type) { return in_duckdb(type, false); }
std::string duckdb_output_type(const DataType& type) { return in_duckdb(type, true); }

bool is_integer(const DataType& type) {
  return type.kind >= TypeKind::Tinyint && type.kind <= TypeKind::Bigint;
}

bool is_number(const DataType& type) {
  return type.kind >= TypeKind::Tinyint && type.kind <= TypeKind::Double;
}
bool is_time(const DataType& type) {
  return type.is(TypeKind::Date) || type.is(TypeKind::Timestamp) ||
         type.is(TypeKind::TimestampZone);
}
bool is_interval(const DataType& type) {
  return type.is(TypeKind::IntervalDay) || type.is(TypeKind::IntervalYear);
}

bool is_comparable(const DataType& type) {
  if (type.is(TypeKind::Function)) return false;
  return std::all_of(type.members.begin(), type.members.end(),
                     [](const TypeMember& member) { return is_comparable(member.type); });
}

bool is_orderable(const DataType& type) {
  if (type.is(TypeKind::Function) || type.is(TypeKind::Map) || type.is(TypeKind::Json))
    return false;
  return std::all_of(type.members.begin(), type.members.end(),
                     [](const TypeMember& member) { return is_orderable(member.type); });
}

bool is_coercible(const DataType& from, const DataType& to) {
  if (from == to || from.is(TypeKind::Unknown)) return true;
  if (is_number(from) && is_number(to)) {
    if (to.is(TypeKind::Decimal)) {
      if (from.kind > TypeKind::Decimal) return false;
      if (to.precision == 0) return true;  // any decimal: its digits follow from the argument
      const DataType exact = as_decimal(from);
      return to.scale >= exact.scale && to.precision - to.scale >= exact.precision - exact.scale;
    }
    return from.kind < to.kind;
  }
  switch (from.kind) {
    case TypeKind::Date:
      return to.is(TypeKind::Timestamp) || to.is(TypeKind::TimestampZone);
    case TypeKind::Timestamp:
      return to.is(TypeKind::TimestampZone);
    case TypeKind::IpAddress:
      return to.is(TypeKind::IpPrefix);
    default:
      break;
  }
  if (from.kind != to.kind) return false;
  if (!holds_types(from.kind)) return !from.is(TypeKind::Function);
  if (from.members.size() != to.members.size()) return false;
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    if (!is_coercible(from.members[i].type, to.members[i].type)) return false;
  }
  return true;
}

std::optional<DataType> common_type(const DataType& one, const DataType& other) {
  if (one.is(TypeKind::Decimal) || other.is(TypeKind::Decimal)) {
    const bool exact = is_number(one) && is_number(other) && one.kind <= TypeKind::Decimal &&
                       other.kind <= TypeKind::Decimal;
    if (exact) {
      const DataType a = as_decimal(one);
      const DataType b = as_decimal(other);
      const int scale = std::max(a.scale, b.scale);
      const int whole = std::max(a.precision - a.scale, b.precision - b.scale);
      return decimal(std::min(38, whole + scale), scale);
    }
  }
  if (one.kind == other.kind && holds_types(one.kind) &&
      one.members.size() == other.members.size()) {
    DataType both = one;
    for (std::size_t i = 0; i < one.members.size(); ++i) {
      std::optional<DataType> member = common_type(one.members[i].type, other.members[i].type);
      if (!member) return std::nullopt;
      both.members[i].type = std::move(*member);
      if (one.members[i].name != other.members[i].name) both.members[i].name.clear();
    }
    return both;
  }
  if (is_coercible(one, other)) return other;
  if (is_coercible(other, one)) return one;
  return std::nullopt;
}

Result<DataType> resolve(const Type& type) {
  const auto refused = [&](std::string why) -> Error {
    return Error{"not-on-duckdb", "the type `" + type.name + "` " + std::move(why)}.at(type.span);
  };
  const std::string& name = type.name;
  if (name == "array" || name == "map" || name == "row") {
    DataType made = of_kind(name == "array" ? TypeKind::Array
                            : name == "map" ? TypeKind::Map
                                            : TypeKind::Row);
    for (const TypeField& field : type.parameters) {
      TRY(DataType inner, resolve(field.type));
      made.members.push_back({field.name ? to_lower(field.name->text) : "", std::move(inner)});
    }
    const std::size_t wanted = name == "array" ? 1 : name == "map" ? 2 : made.members.size();
    if (made.members.size() != wanted || made.members.empty()) {
      return Error{"unknown-type", "`" + name + "` needs the types of what it holds"}.at(type.span);
    }
    return made;
  }
  if (name == "decimal" || name == "numeric" || name == "dec") {
    const int precision = type.sizes.empty() ? 38 : static_cast<int>(type.sizes[0]);
    const int scale = type.sizes.size() < 2 ? 0 : static_cast<int>(type.sizes[1]);
    if (precision < 1 || precision > 38 || scale > precision) {
      return Error{"unknown-type", "a decimal has 1 to 38 digits, and no more behind the point"}.at(
          type.span);
    }
    return decimal(precision, scale);
  }
  if (name == "timestamp") {
    DataType made = of_kind(type.with_time_zone ? TypeKind::TimestampZone : TypeKind::Timestamp);
    if (!type.sizes.empty()) made.precision = static_cast<int>(type.sizes[0]);
    if (made.precision > 6)
      return refused("counts finer than microseconds, which the engine cannot");
    return made;
  }
  if (name == "time") {
    if (type.with_time_zone) return refused("with time zone is not offered");
    return of_kind(TypeKind::Time);
  }
  if (name == "char") return refused("pads with blanks; varchar is what holds text here");
  if (name == "double precision") return double_type();
  if (name == "int") return integer_type();
  if (name == "string") {
    return Error{"unknown-type", "`string` is a type of CREATE TABLE; in a query it is `varchar`"}
        .at(type.span)
        .mend({.title = "write `varchar`", .edits = {{type.span, "varchar"}}});
  }
  for (const KindName& names : kKinds) {
    if (names.trino == name && !names.duckdb.empty() && names.kind != TypeKind::Unknown &&
        name != "timestamptz") {
      return of_kind(names.kind);
    }
  }
  for (const std::string_view known : {"hyperloglog", "qdigest", "tdigest", "setdigest", "geometry",
                                       "sphericalgeography", "color", "jsonpath"}) {
    if (name == known) return refused("has no equal in the engine");
  }
  static const std::vector<std::string_view> all = {
      "boolean",   "tinyint",  "smallint", "integer",   "bigint", "decimal", "real",
      "double",    "varchar",  "date",     "timestamp", "time",   "json",    "varbinary",
      "ipaddress", "ipprefix", "uuid",     "array",     "map",    "row"};
  Error error =
      Error{"unknown-type", "no type is called `" + name + "`"}.at(type.span, "not a type");
  if (const auto near = nearest(name, all)) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{type.span, *near}}});
  }
  return error;
}

namespace {

/// Reads types out of our own tables; what it cannot read is a bug there.
class TableReader {
 public:
  explicit TableReader(std::string_view text) : rest_(text) {}

  DataType read() {
    DataType type = read_one();
    CHECK(rest_.empty(), "a type in a table ends too late");
    return type;
  }

 private:
  std::string_view rest_;

  void skip_blanks() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  DataType read_one() {
    skip_blanks();
    std::size_t end = 0;
    while (end < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[end])) != 0)) ++end;
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    CHECK(!word.empty(), "a type in a table is missing");
    if (std::isupper(static_cast<unsigned char>(word[0])) != 0) {
      DataType variable = of_kind(TypeKind::Variable);
      variable.variable = word;
      return variable;
    }
    const TypeKind kind = word == "array"          ? TypeKind::Array
                          : word == "map"          ? TypeKind::Map
                          : word == "row"          ? TypeKind::Row
                          : word == "function"     ? TypeKind::Function
                          : word == "intervalday"  ? TypeKind::IntervalDay
                          : word == "intervalyear" ? TypeKind::IntervalYear
                                                   : kind_called(word);
    DataType type = of_kind(kind);
    if (kind == TypeKind::Decimal) type.precision = 0;
    if (take('(')) {
      do {
        type.members.push_back({"", read_one()});
      } while (take(','));
      CHECK(take(')'), "a type in a table lacks its bracket");
    }
    return type;
  }
  static TypeKind kind_called(std::string_view word) {
    for (const KindName& names : kKinds) {
      if (names.trino == word) return names.kind;
    }
    CHECK(false, "a type in a table is not known: " + std::string(word));
    return TypeKind::Unknown;
  }
};

}  // namespace

DataType type_from_table(std::string_view text) { return TableReader(text).read(); }

}  // namespace trailhound::sql
