// SPDX-License-Identifier: Apache-2.0
//
// What a CloudTrail event is: its fields, their place in the record, their SQL type and names.
//
//   const FieldInfo& info = describe(Field::IssuerArn);
//   info.sql_name;            // "arn"
//   sql_path(info.field);     // "useridentity.sessioncontext.sessionissuer.arn"
//
// The table itself is schema.def. Reading, SQL types, Parquet columns, table definitions for other
// engines, `trailhound schema` and the manual page are all made from it.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trailhound::event {

/// A field, by name. `Record` is the event itself, the parent of the top-level fields.
enum class Field : std::uint16_t {
#define FIELD(name, parent, kind, key, sql, splunk, star, doc) name,
#include "event/schema.def"
#undef FIELD
#define WORKED_OUT(name, sql) name,
#include "event/worked_out.def"
#undef WORKED_OUT
  Record,
};
/// Fields of the schema and those worked out.
constexpr std::size_t kFields = static_cast<std::size_t>(Field::Record);

/// What a field holds.
enum class Kind : std::uint8_t {
  Text,    ///< VARCHAR
  Json,    ///< VARCHAR that holds compact JSON text
  Time,    ///< TIMESTAMP, UTC
  Hash,    ///< UBIGINT
  Struct,  ///< Members follow
  List,    ///< A list of structs; members follow
  Map,     ///< VARCHAR to VARCHAR
};

/// A row of the schema.
struct FieldInfo {
  Field field;
  Field parent;  ///< `Record` for a top-level field
  Kind kind;
  std::string_view key;  ///< In the record: "sourceIPAddress"; empty if the reader works it out
  std::string_view sql_name;     ///< "sourceipaddress"
  std::string_view splunk_name;  ///< Empty where Splunk has none
  bool star;                     ///< Shown by `select *`
  std::string_view doc;
};

/// All fields, in the order of their columns, members right behind their struct.
std::span<const FieldInfo> schema();
const FieldInfo& describe(Field field);
/// Fields that are no part of the schema: kept events hold them as texts, flags as `true` and
/// `false` (worked_out.def).
std::span<const FieldInfo> worked_out();
/// The one called `sql_name`.
std::optional<Field> find_worked_out(std::string_view sql_name);
/// Members of a struct or list, or the top-level fields for `Record`, in order.
std::span<const Field> members(Field parent);
/// The field called `sql_name` among the members of `parent`, letters compared without case.
std::optional<Field> find_sql(Field parent, std::string_view sql_name);
/// The field under `key` among the members of `parent`, compared exactly as AWS writes it.
std::optional<Field> find_key(Field parent, std::string_view key);
/// "useridentity.sessioncontext.sessionissuer.arn"
std::string sql_path(Field field);
/// "userIdentity.sessionContext.sessionIssuer.arn"; empty for what the reader works out.
std::string record_path(Field field);

/// A set of fields. A struct in the set stands for itself only: ask for its leaves one by one, or
/// use `with_members`.
class FieldSet {
 public:
  FieldSet() = default;
  static FieldSet all();  ///< Of the schema
  bool has(Field field) const { return bits_[static_cast<std::size_t>(field)]; }
  void add(Field field) { bits_[static_cast<std::size_t>(field)] = true; }
  /// Adds the field, everything inside it, and the structs around it.
  void add_with_members(Field field);
  void add(const FieldSet& others) { bits_ |= others.bits_; }
  bool empty() const { return bits_.none(); }
  friend bool operator==(const FieldSet&, const FieldSet&) = default;

 private:
  std::bitset<kFields> bits_;
};

}  // namespace trailhound::event
