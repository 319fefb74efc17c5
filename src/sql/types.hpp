// SPDX-License-Identifier: Apache-2.0
//
// What a value is, as Trino counts types, and which type may stand in for which.
//
//   DataType names = array_of(varchar());
//   spell(names);                                    // "array(varchar)"
//   is_coercible(integer_type(), bigint());          // true: widening asks for nothing
//   is_coercible(varchar(), bigint());               // false: Trino reads no numbers out of text
//
// `Type` in ast.hpp is a type as somebody wrote it; a DataType is what it means. Lengths of varchar
// are not kept: Trino coerces between them freely. A timestamp with time zone is an instant; its
// zone is kept beside the type (`zone`), for it decides what hour() and date() say, not what it
// equals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/ast.hpp"

namespace trailhound::sql {

/// The families of types.
enum class TypeKind : std::uint8_t {
  Unknown,  ///< Of NULL: coerces to everything
  Boolean,
  Tinyint,
  Smallint,
  Integer,
  Bigint,
  Decimal,  ///< precision, scale
  Real,
  Double,
  Varchar,
  Varbinary,
  Json,  ///< Text that is a JSON document
  Date,
  Time,
  Timestamp,
  TimestampZone,
  IntervalDay,   ///< day to second
  IntervalYear,  ///< year to month
  IpAddress,
  IpPrefix,
  Uuid,
  Array,     ///< One member: the element
  Map,       ///< Two members: key, value
  Row,       ///< A member a field; names may be empty
  Function,  ///< Of a lambda: its parameters, then its result
  Variable,  ///< T in a signature: `variable` is its name
};

struct TypeMember;

/// A type.
struct DataType {
  TypeKind kind = TypeKind::Unknown;
  int precision = 0;  ///< Decimal: digits in all. Timestamps: digits of a second.
  int scale = 0;      ///< Decimal: digits behind the point.
  std::vector<TypeMember> members;
  std::string zone;      ///< TimestampZone: "" is UTC. Counts not in comparisons of types.
  std::string variable;  ///< Variable: "T"

  bool is(TypeKind one) const { return kind == one; }
  const DataType& element() const;  ///< Array: what it holds
  const DataType& key() const;      ///< Map
  const DataType& value() const;    ///< Map
};

/// A type inside a type, with its name if it has one.
struct TypeMember {
  std::string name;
  DataType type;
};

bool operator==(const DataType& one, const DataType& other);
inline bool operator==(const TypeMember& one, const TypeMember& other) {
  return one.type == other.type;
}

DataType of_kind(TypeKind kind);
DataType array_of(DataType element);
DataType map_of(DataType key, DataType value);
DataType decimal(int precision, int scale);
inline DataType boolean_type() { return of_kind(TypeKind::Boolean); }
inline DataType integer_type() { return of_kind(TypeKind::Integer); }
inline DataType bigint() { return of_kind(TypeKind::Bigint); }
inline DataType double_type() { return of_kind(TypeKind::Double); }
inline DataType varchar() { return of_kind(TypeKind::Varchar); }

/// Trino's spelling: "map(varchar, array(bigint))"
std::string spell(const DataType& type);
/// The DuckDB type that holds it: "MAP(VARCHAR, BIGINT[])". An instant is held as TIMESTAMP in UTC.
std::string duckdb_type(const DataType& type);
/// The DuckDB type in which an answer hands it out: instants as TIMESTAMPTZ.
std::string duckdb_output_type(const DataType& type);

bool is_integer(const DataType& type);
bool is_number(const DataType& type);
/// Whether it is a date or a timestamp.
bool is_time(const DataType& type);
bool is_interval(const DataType& type);
bool is_orderable(const DataType& type);
bool is_comparable(const DataType& type);

/// Whether a value of type `from` may stand where `to` is asked for, as Trino has it.
bool is_coercible(const DataType& from, const DataType& to);
/// The type that both coerce to, the narrowest.
std::optional<DataType> common_type(const DataType& one, const DataType& other);

/// What a written type means. Errors: `unknown-type`, `not-on-duckdb` (char, time with time
/// zone...).
Result<DataType> resolve(const Type& type);

/// A type out of our own tables: "array(T)", "function(T, boolean)", "decimal".
/// Letters on their own in upper case are variables. CHECKs that it is one.
DataType type_from_table(std::string_view text);

}  // namespace trailhound::sql
