// SPDX-License-Identifier: Apache-2.0
#include "lake/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::Kind;

constexpr std::string_view kNull = "__HIVE_DEFAULT_PARTITION__";
constexpr std::size_t kLongestName = 200;  // file systems take 255 bytes, `account=` among them

bool stands_as_it_is(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string type_words(Field field) {
  const event::FieldInfo& info = event::describe(field);
  std::string inside;
  for (const Field member : members_in_place(field)) {
    inside += (inside.empty() ? "" : ", ") + std::string(event::describe(member).sql_name) + " " +
              type_words(member);
  }
  switch (info.kind) {
    case Kind::Text:
    case Kind::Json:
      return "VARCHAR";
    case Kind::Time:
      return "TIMESTAMP";
    case Kind::Hash:
      return "UBIGINT";
    case Kind::Struct:
      return "STRUCT(" + inside + ")";
    case Kind::List:
      return "STRUCT(" + inside + ")[]";
    case Kind::Map:
      return "MAP(VARCHAR, VARCHAR)";
  }
  return {};
}

/// A struct without the map, in SQL.
std::string without_map(Field field, const std::string& path) {
  std::string members;
  for (const Field member : members_in_place(field)) {
    const std::string_view name = event::describe(member).sql_name;
    const std::string at = fmt::format("{}.{}", path, name);
    members += fmt::format("{}{} := {}", members.empty() ? "" : ", ", name,
                           holds_apart(member) ? without_map(member, at) : at);
  }
  return fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE struct_pack({}) END", path, members);
}

}  // namespace

bool holds_apart(Field field) {
  for (Field around = event::describe(kApart).parent; around != Field::Record;
       around = event::describe(around).parent) {
    if (around == field) return true;
  }
  return false;
}

std::vector<Field> members_in_place(Field field) {
  std::vector<Field> members;
  for (const Field member : event::members(field)) {
    if (member != kApart) members.push_back(member);
  }
  return members;
}

std::string with_map_apart() {
  std::string path;
  for (Field at = kApart; at != Field::Record; at = event::describe(at).parent) {
    path = fmt::format("{}{}{}", event::describe(at).sql_name, path.empty() ? "" : ".", path);
  }
  const std::string whole(path.substr(0, path.find('.')));
  return fmt::format("* REPLACE ({} AS {}), {} AS {}", without_map(Field::UserIdentity, whole),
                     whole, path, kApartColumn);
}

std::string_view account_of(std::string_view account) {
  if (account == kNull || encoded(account).size() > kLongestName) return kOtherAccount;
  return account;
}

std::string_view account_sql() {
  return "coalesce(nullif(recipientaccountid, ''), nullif(useridentity.accountid, ''), "
         "nullif(useridentity.sessioncontext.sessionissuer.accountid, ''))";
}

std::string encoded(std::string_view text) {
  if (text.empty()) return std::string(kNull);
  std::string name;
  for (const char c : text) {
    if (stands_as_it_is(c)) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

std::string decoded(std::string_view text) {
  if (text == kNull) return {};
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string folder_of(const AccountDay& where) {
  const std::vector<std::string_view> parts =
      where.day.empty() ? std::vector<std::string_view>{"", "", ""} : split(where.day, '-');
  return fmt::format("account={}/year={}/month={}/day={}", encoded(where.account),
                     encoded(parts[0]), encoded(parts[1]), encoded(parts[2]));
}

std::string events_folder(const std::string& root) { return root + "/events"; }
std::string staging_folder(const std::string& root) { return root + "/_staging"; }
std::string manifest_folder(const std::string& root) { return root + "/_manifest"; }
std::string sources_folder(const std::string& root) { return root + "/_sources"; }
std::string answers_folder(const std::string& root) { return root + "/_answers"; }
std::string baseline_folder(const std::string& root) { return root + "/_baseline"; }
std::string baseline_path(const std::string& root, const std::string& day) {
  return baseline_folder(root) + "/" + day;
}
std::string manifest_path(const std::string& root) { return manifest_folder(root) + "/manifest"; }
std::string ledger_path(const std::string& root) { return root + "/ledger.sqlite"; }

std::string part_name(std::uint64_t generation, std::size_t number) {
  return fmt::format("{:08}-{:04}.parquet", generation, number);
}

std::uint64_t generation_of(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos || dash < 8 || dash > 18 || !name.ends_with(".parquet"))
    return 0;
  std::uint64_t number = 0;
  for (const char c : name.substr(0, dash)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

const std::vector<Field>& stored_fields() {
  static const std::vector<Field> fields = [] {
    std::vector<Field> all;
    for (const Field field : event::members(Field::Record)) {
      const bool in_path = field == Field::Account || field == Field::Year ||
                           field == Field::Month || field == Field::Day;
      if (!in_path && field != Field::EventJson && field != Field::Path) all.push_back(field);
    }
    return all;
  }();
  return fields;
}

std::string stored_columns() {
  std::string columns;
  for (const Field field : stored_fields()) {
    columns += fmt::format("\"{}\", ", event::describe(field).sql_name);
  }
  return columns + fmt::format("\"{}\", \"$path\" AS source", kApartColumn);
}

std::string schema_words() {
  std::string words;
  for (const Field field : stored_fields()) {
    words += fmt::format("{} {}\n", event::describe(field).sql_name, type_words(field));
  }
  return words + fmt::format("{} {}\nsource VARCHAR\n", kApartColumn, type_words(kApart));
}

}  // namespace trailhound::lake
