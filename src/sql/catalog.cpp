// SPDX-License-Identifier: Apache-2.0
#include "sql/catalog.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace trailhound::sql {
namespace {

using event::Field;

struct OtherName {
  std::string_view name;
  Field field;
};
/// Names of the published tables that are not those of the schema.
constexpr std::array<OtherName, 4> kOtherNames = {{
    {"sourceip", Field::SourceIpAddress},
    {"region", Field::AwsRegion},
    {"region_partition", Field::AwsRegion},
    {"account_partition", Field::Account},
}};

/// Names under which the day stands as `2023/07/10`.
constexpr std::array<std::string_view, 2> kDayPaths = {"timestamp", "date_partition"};

/// Tables of other AWS logs that runbooks ask in the same breath.
struct OtherTable {
  std::string_view part;  ///< What its name holds
  std::string_view what;
};
constexpr std::array<OtherTable, 14> kOtherTables = {{
    {"vpc_flow", "VPC flow logs"},
    {"vpcflow", "VPC flow logs"},
    {"flow_log", "VPC flow logs"},
    {"config", "AWS Config items"},
    {"alb", "load balancer access logs"},
    {"elb", "load balancer access logs"},
    {"waf", "AWS WAF logs"},
    {"cloudfront", "CloudFront access logs"},
    {"s3_access", "S3 server access logs"},
    {"s3access", "S3 server access logs"},
    {"route53", "Route 53 query logs"},
    {"r53", "Route 53 query logs"},
    {"guardduty", "GuardDuty findings"},
    {"security_lake", "Security Lake tables"},
}};

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

/// `1d2c3b4a-...`: 8-4-4-4-12 hexadecimal digits; `-` may have become `_`.
bool is_store_id(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' && text[i] != '_'
             : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

/// A name that stands for the store where a template has none: `$EDS_ID`, `event_data_store_id`.
bool is_store_word(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) letters += to_lower(c);
  }
  return letters == "edsid" || letters == "eventdatastoreid" || letters == "eventdatastore";
}

DataType row_of(Field parent) {
  DataType row = of_kind(TypeKind::Row);
  for (const Field member : event::members(parent)) {
    row.members.push_back({std::string(event::describe(member).sql_name), field_type(member)});
  }
  return row;
}

CatalogColumn plain(std::string_view name, Field field) {
  return {to_lower(name), field_type(field), field, "{1}"};
}

/// The Lake dialect's own types.
void make_lake(CatalogColumn& column) {
  switch (column.field) {
    case Field::EventTime:
      column.field = Field::Ts;
      column.type = of_kind(TypeKind::Timestamp);
      return;
    case Field::ReadOnly:
    case Field::ManagementEvent:
      column.type = boolean_type();
      column.form = "th_to_boolean({1})";
      return;
    case Field::SessionCreationDate:
      column.type = of_kind(TypeKind::Timestamp);
      column.form = "TRY(th_from_iso8601({1}))";
      return;
    case Field::RequestParameters:
    case Field::ResponseElements:
    case Field::AdditionalEventData:
    case Field::ServiceEventDetails:
    case Field::EdgeDeviceDetails:
    case Field::InsightDetails:
      column.type = map_of(varchar(), varchar());
      column.form = "th_text_map({1})";
      return;
    default:
      return;
  }
}

}  // namespace

DataType field_type(Field field) {
  switch (event::describe(field).kind) {
    case event::Kind::Text:
    case event::Kind::Json:
      return varchar();
    case event::Kind::Time:
      return of_kind(TypeKind::Timestamp);
    case event::Kind::Hash:
      return decimal(20, 0);
    case event::Kind::Struct:
      return row_of(field);
    case event::Kind::List:
      return array_of(row_of(field));
    case event::Kind::Map:
      return map_of(varchar(), varchar());
  }
  return {};
}

Result<TableMatch> find_table(const QualifiedName& name, Dialect dialect) {
  const Name& last = name.back();
  const std::string table = to_lower(last.text);
  if (table == "cloudtrail" || table == "table" || table.starts_with("cloudtrail_logs")) {
    return TableMatch{};
  }
  if (table.starts_with("cloudtrail_") && is_account(std::string_view(table).substr(11))) {
    return TableMatch{table.substr(11)};
  }
  if (is_store_id(table) || is_store_word(table)) {
    if (dialect == Dialect::Lake ||
        (name.size() > 1 && name[name.size() - 2].text == "aws:cloudtrail")) {
      return TableMatch{};
    }
    return Error{"unknown-table",
                 "`" + last.text + "` looks like an event data store of CloudTrail Lake"}
        .at(last.span, "not a table of Athena")
        .note("`--dialect lake` takes such names, with CloudTrail Lake's types");
  }
  Error error = Error{"unknown-table", "no table is called `" + last.text + "`"}.at(
      last.span, "not a table here");
  for (const OtherTable& other : kOtherTables) {
    if (table.find(other.part) != std::string::npos) {
      return std::move(error).note("it looks like a table of " + std::string(other.what) +
                                   "; only CloudTrail events are read here");
    }
  }
  static const std::vector<std::string_view> known = {"cloudtrail", "cloudtrail_logs",
                                                      "cloudtrail_logs_pp"};
  if (const auto near = nearest(table, known)) {
    return std::move(error).mend({.title = "use `" + *near + "`", .edits = {{last.span, *near}}});
  }
  return std::move(error).note(
      "the events are in `cloudtrail`; `cloudtrail_<account>` holds those of one account");
}

std::optional<CatalogColumn> find_column(std::string_view name, Dialect dialect) {
  const std::string wanted = to_lower(name);
  std::optional<CatalogColumn> column;
  if (std::find(kDayPaths.begin(), kDayPaths.end(), wanted) != kDayPaths.end()) {
    column = plain(wanted, Field::Year);
    column->is_day_path = true;
    return column;
  }
  for (const OtherName& other : kOtherNames) {
    if (other.name == wanted) return plain(wanted, other.field);
  }
  if (dialect == Dialect::Lake && wanted == "eventjsonchecksum") {
    return CatalogColumn{wanted, varchar(), Field::EventId, "CAST(NULL AS VARCHAR)"};
  }
  if (const auto field = event::find_sql(Field::Record, wanted)) column = plain(wanted, *field);
  if (column && column->field == Field::ContentHash) column->form = "CAST({1} AS DECIMAL(20,0))";
  if (column && dialect == Dialect::Lake) make_lake(*column);
  return column;
}

std::optional<CatalogColumn> find_member(Field parent, std::string_view name, Dialect dialect) {
  const auto field = event::find_sql(parent, name);
  if (!field) return std::nullopt;
  CatalogColumn column = plain(event::describe(*field).sql_name, *field);
  if (dialect == Dialect::Lake) make_lake(column);
  return column;
}

std::vector<std::string> star_columns(Dialect dialect) {
  std::vector<std::string> names;
  for (const Field field : event::members(Field::Record)) {
    if (!event::describe(field).star) continue;
    // The partitions of the organization's table; Lake has none.
    const bool partition = field == Field::Account || field == Field::Year ||
                           field == Field::Month || field == Field::Day;
    if (partition && dialect == Dialect::Lake) continue;
    names.emplace_back(event::describe(field).sql_name);
    if (field == Field::Account) names.emplace_back("region");
  }
  return names;
}

std::vector<std::string> column_names(Dialect) {
  std::vector<std::string> names;
  for (const Field field : event::members(Field::Record)) {
    names.emplace_back(event::describe(field).sql_name);
  }
  for (const OtherName& other : kOtherNames) names.emplace_back(other.name);
  for (const std::string_view path : kDayPaths) names.emplace_back(path);
  return names;
}

}  // namespace trailhound::sql
