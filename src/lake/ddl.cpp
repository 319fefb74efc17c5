// SPDX-License-Identifier: Apache-2.0
#include "lake/ddl.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {
using event::Field;
using event::Kind;

/// How an engine spells types.
struct Spelling {
  std::string_view text, time, list_open, list_close, row_open, row_between, row_close, map;
};
constexpr Spelling kAthena{"string",  "timestamp", "array<", ">",
                           "struct<", ":",         ">",      "map<string,string>"};
constexpr Spelling kTrino{"varchar", "timestamp(6)",         "array(", ")", "row(", " ",
                          ")",       "map(varchar, varchar)"};

std::string row_of(Field field, const Spelling& spelling);

std::string type_of(Field field, const Spelling& spelling) {
  switch (event::describe(field).kind) {
    case Kind::Time:
      return std::string(spelling.time);
    case Kind::Struct:
      return row_of(field, spelling);
    case Kind::List:
      return std::string(spelling.list_open) + row_of(field, spelling) +
             std::string(spelling.list_close);
    case Kind::Map:
      return std::string(spelling.map);
    default:
      return std::string(spelling.text);
  }
}

std::string row_of(Field field, const Spelling& spelling) {
  std::string inside;
  for (const Field member : members_in_place(field)) {
    inside += fmt::format("{}{}{}{}", inside.empty() ? "" : ", ", event::describe(member).sql_name,
                          spelling.row_between, type_of(member, spelling));
  }
  return std::string(spelling.row_open) + inside + std::string(spelling.row_close);
}

/// The columns but the content hash: an unsigned number, which neither engine has.
std::string columns_of(const Spelling& spelling, char quote) {
  std::string text;
  for (const Field field : stored_fields()) {
    if (field == Field::ContentHash) continue;
    text += fmt::format("  {}{}{} {},\n", quote, event::describe(field).sql_name, quote,
                        type_of(field, spelling));
  }
  return text + fmt::format("  {0}{1}{0} {2},\n  {0}source{0} {3}", quote, kApartColumn,
                            spelling.map, spelling.text);
}

std::vector<std::string> accounts_of(const Manifest& manifest) {
  std::set<std::string> accounts;
  for (const Part& part : manifest.parts) {
    if (!part.where.account.empty()) accounts.insert(encoded(part.where.account));
  }
  return {accounts.begin(), accounts.end()};
}

/// "2023,2024"
std::string years_of(const Manifest& manifest) {
  std::string first, last;
  for (const Part& part : manifest.parts) {
    const std::string year = part.where.day.substr(0, 4);
    if (year.empty()) continue;
    if (first.empty() || year < first) first = year;
    if (last.empty() || year > last) last = year;
  }
  return first.empty() ? "2013,2030" : first + "," + last;
}

std::string for_athena(const Manifest& manifest, std::string_view location) {
  return fmt::format(
      "CREATE EXTERNAL TABLE cloudtrail (\n{}\n)\n"
      "PARTITIONED BY (account string, year string, month string, day string)\n"
      "STORED AS PARQUET\n"
      "LOCATION {}\n"
      "TBLPROPERTIES (\n"
      "  'projection.enabled'='true',\n"
      "  'projection.account.type'='enum',\n"
      "  'projection.account.values'={},\n"
      "  'projection.year.type'='integer',\n"
      "  'projection.year.range'='{}',\n"
      "  'projection.year.digits'='4',\n"
      "  'projection.month.type'='integer',\n"
      "  'projection.month.range'='1,12',\n"
      "  'projection.month.digits'='2',\n"
      "  'projection.day.type'='integer',\n"
      "  'projection.day.range'='1,31',\n"
      "  'projection.day.digits'='2',\n"
      "  'storage.location.template'={}\n"
      ");\n",
      columns_of(kAthena, '`'), sql_literal(std::string(location) + "/"),
      sql_literal(join(accounts_of(manifest), ",")), years_of(manifest),
      sql_literal(std::string(location) +
                  "/account=${account}/year=${year}/month=${month}/day=${day}"));
}

std::string for_trino(const Manifest& manifest, std::string_view location) {
  std::vector<std::string> accounts;
  for (const std::string& account : accounts_of(manifest)) accounts.push_back(sql_literal(account));
  std::string years;
  const std::string range = years_of(manifest);
  for (const std::string_view year : split(range, ',')) {
    years += (years.empty() ? "" : ", ") + sql_literal(year);
  }
  return fmt::format(
      "CREATE TABLE cloudtrail (\n{},\n"
      "  account varchar WITH (partition_projection_type = 'ENUM', partition_projection_values = "
      "ARRAY[{}]),\n"
      "  year varchar WITH (partition_projection_type = 'INTEGER', partition_projection_range = "
      "ARRAY[{}], partition_projection_digits = 4),\n"
      "  month varchar WITH (partition_projection_type = 'INTEGER', partition_projection_range = "
      "ARRAY['1', '12'], partition_projection_digits = 2),\n"
      "  day varchar WITH (partition_projection_type = 'INTEGER', partition_projection_range = "
      "ARRAY['1', '31'], partition_projection_digits = 2)\n"
      ")\n"
      "WITH (\n"
      "  format = 'PARQUET',\n"
      "  external_location = {},\n"
      "  partitioned_by = ARRAY['account', 'year', 'month', 'day'],\n"
      "  partition_projection_enabled = true,\n"
      "  partition_projection_location_template = {}\n"
      ");\n",
      columns_of(kTrino, '"'), join(accounts, ", "), years, sql_literal(location),
      sql_literal(std::string(location) +
                  "/account=${account}/year=${year}/month=${month}/day=${day}"));
}

}  // namespace

std::string table_definition(Ddl engine, const Manifest& manifest, std::string_view location) {
  switch (engine) {
    case Ddl::Athena:
      return for_athena(manifest, location);
    case Ddl::Trino:
      return for_trino(manifest, location);
    case Ddl::DuckDb:
      return fmt::format(
          "CREATE VIEW cloudtrail AS\n"
          "SELECT * FROM read_parquet({}, hive_partitioning = true, hive_types_autocast = false, "
          "union_by_name = true);\n",
          sql_literal(std::string(location) + "/*/*/*/*/*.parquet"));
  }
  return {};
}

}  // namespace trailhound::lake
