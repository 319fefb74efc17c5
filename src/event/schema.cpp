// SPDX-License-Identifier: Apache-2.0
#include "event/schema.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace trailhound::event {
namespace {

constexpr std::array<FieldInfo, kFields> kSchema = {{
#define FIELD(name, parent, kind, key, sql, splunk, star, doc) \
  {Field::name, Field::parent, Kind::kind, key, sql, splunk, star, doc},
#include "event/schema.def"
#undef FIELD
#define WORKED_OUT(name, sql) \
  {Field::name, Field::Record, Kind::Text, "", sql, "", false, "worked out of other fields"},
#include "event/worked_out.def"
#undef WORKED_OUT
}};
constexpr std::size_t kWorkedOut = 0
#define WORKED_OUT(name, sql) +1
#include "event/worked_out.def"
#undef WORKED_OUT
    ;
constexpr std::span<const FieldInfo> kOfRecords(kSchema.data(), kFields - kWorkedOut);
constexpr std::span<const FieldInfo> kWorked(kSchema.data() + kOfRecords.size(), kWorkedOut);

constexpr std::size_t index(Field field) { return static_cast<std::size_t>(field); }

std::array<std::vector<Field>, kFields + 1> group_by_parent() {
  std::array<std::vector<Field>, kFields + 1> groups;
  for (const FieldInfo& info : kOfRecords) groups[index(info.parent)].push_back(info.field);
  return groups;
}

bool equal_without_case(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

std::string path(Field field, std::string_view FieldInfo::*name) {
  const FieldInfo& info = describe(field);
  if (info.parent == Field::Record) return std::string(info.*name);
  return path(info.parent, name).append(".").append(info.*name);
}

}  // namespace

std::span<const FieldInfo> schema() { return kOfRecords; }

std::span<const FieldInfo> worked_out() { return kWorked; }

std::optional<Field> find_worked_out(std::string_view sql_name) {
  for (const FieldInfo& info : kWorked) {
    if (info.sql_name == sql_name) return info.field;
  }
  return std::nullopt;
}

const FieldInfo& describe(Field field) { return kSchema[index(field)]; }

std::span<const Field> members(Field parent) {
  static const auto groups = group_by_parent();
  return groups[index(parent)];
}

std::optional<Field> find_sql(Field parent, std::string_view sql_name) {
  for (const Field field : members(parent)) {
    if (equal_without_case(describe(field).sql_name, sql_name)) return field;
  }
  return std::nullopt;
}

std::optional<Field> find_key(Field parent, std::string_view key) {
  if (key.empty()) return std::nullopt;
  for (const Field field : members(parent)) {
    if (describe(field).key == key) return field;
  }
  return std::nullopt;
}

std::string sql_path(Field field) { return path(field, &FieldInfo::sql_name); }

std::string record_path(Field field) {
  return describe(field).key.empty() ? std::string() : path(field, &FieldInfo::key);
}

FieldSet FieldSet::all() {
  FieldSet set;
  for (const FieldInfo& info : kOfRecords) set.add(info.field);
  return set;
}

void FieldSet::add_with_members(Field field) {
  for (Field around = field; around != Field::Record; around = describe(around).parent) add(around);
  std::vector<Field> inside = {field};
  while (!inside.empty()) {
    const Field next = inside.back();
    inside.pop_back();
    add(next);
    const std::span<const Field> below = members(next);
    inside.insert(inside.end(), below.begin(), below.end());
  }
}

}  // namespace trailhound::event
