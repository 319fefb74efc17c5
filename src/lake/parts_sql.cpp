// SPDX-License-Identifier: Apache-2.0
#include "lake/parts_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/json.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/shape.hpp"

namespace trailhound::lake {
namespace {
using event::Field;

/// Parts that are read alike.
struct Arm {
  bool dated = true;    ///< Each event has a time
  bool other = false;   ///< The account stands in the events, not in the path
  bool former = false;  ///< Written before columns were added, or after
  bool whole = true;    ///< All of their events are inside the window
  std::vector<const Part*> parts{};
};

bool is_inside(const Part& part, const event::ScanPlan& plan) {
  return part.first >= plan.from && part.last < plan.to;
}

std::vector<Arm> arms_of(const std::vector<const Part*>& parts, const event::ScanPlan& plan) {
  std::vector<Arm> arms;
  for (const Part* const part : parts) {
    const Arm kind{.dated = !part->where.day.empty(),
                   .other = part->where.account == kOtherAccount,
                   .former = part->schema != kSchema};
    auto found = std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) {
      return arm.dated == kind.dated && arm.other == kind.other && arm.former == kind.former;
    });
    if (found == arms.end()) found = arms.insert(arms.end(), kind);
    found->whole = found->whole && (!kind.dated || is_inside(*part, plan));
    found->parts.push_back(part);
  }
  return arms;
}

/// The columns of an event as one JSON object, for th_event_json.
std::string columns_as_json() {
  std::string pairs;
  for (const Field field : stored_fields()) {
    if (field == Field::Ts || field == Field::Shape || field == Field::ContentHash) continue;
    const std::string_view name = event::describe(field).sql_name;
    pairs += fmt::format("{}{} := {}", pairs.empty() ? "" : ", ", name, name);
  }
  return fmt::format("to_json(struct_pack({}, {} := {}))", pairs, kApartColumn, kApartColumn);
}

std::string condition(const Arm& arm, const event::ScanPlan& plan) {
  std::vector<std::string> all;
  if (arm.dated && !arm.whole) {
    if (plan.from.micros != INT64_MIN) {
      all.push_back(fmt::format("ts >= make_timestamp({})", plan.from.micros));
    }
    if (plan.to.micros != INT64_MAX) {
      all.push_back(fmt::format("ts < make_timestamp({})", plan.to.micros));
    }
  }
  if (arm.other && !plan.accounts.empty()) {
    std::vector<std::string> accounts;
    for (const std::string& account : plan.accounts) accounts.push_back(sql_literal(account));
    all.push_back(fmt::format("{} IN ({})", account_sql(), join(accounts, ", ")));
  }
  return all.empty() ? "" : " WHERE " + join(all, " AND ");
}

std::string select_of(const std::string& root, const Arm& arm, const event::ScanPlan& plan) {
  std::string columns = "* EXCLUDE (source), source AS \"$path\"";
  if (arm.other) {
    columns = fmt::format("* EXCLUDE (source, account), {} AS account, source AS \"$path\"",
                          account_sql());
  }
  std::string parts = parts_text(root, arm.parts);
  if (arm.former) parts = fmt::format("(SELECT {} FROM {})", with_map_apart(), parts);
  return fmt::format("SELECT {} FROM {}{}", columns, parts, condition(arm, plan));
}

/// The columns of one event, out of their JSON.
class JsonColumns final : public event::Columns {
 public:
  explicit JsonColumns(const Json& row) : row_(row) {}
  std::optional<std::string_view> text(Field field) const override { return text_of(find(field)); }
  std::size_t size(Field list_or_map) const override {
    const Json* const value = find(list_or_map);
    if (value == nullptr) return 0;
    if (const Json::Array* const array = value->array()) return array->size();
    if (const Json::Object* const object = value->object()) return object->size();
    return 0;
  }
  std::optional<std::string_view> text(Field member, std::size_t element) const override {
    const Json* const list = find(event::describe(member).parent);
    if (list == nullptr || list->array() == nullptr || element >= list->array()->size())
      return std::nullopt;
    return text_of((*list->array())[element].find(event::describe(member).sql_name));
  }
  std::string_view key(Field map, std::size_t entry) const override {
    return (*find(map)->object())[entry].first;
  }
  std::optional<std::string_view> value(Field map, std::size_t entry) const override {
    return text_of(&(*find(map)->object())[entry].second);
  }

 private:
  static std::optional<std::string_view> text_of(const Json* value) {
    if (value == nullptr || value->string() == nullptr) return std::nullopt;
    return *value->string();
  }
  const Json* find(Field field) const {
    if (field == kApart) return row_.find(kApartColumn);
    const event::FieldInfo& info = event::describe(field);
    const Json* const around = info.parent == Field::Record ? &row_ : find(info.parent);
    return around == nullptr ? nullptr : around->find(info.sql_name);
  }

  const Json& row_;
};

void call_event_json(event::Arguments arguments, event::Value& value) {
  const Result<Json> row = parse_json(arguments[1].text);
  if (!row.ok()) {
    value.failure = row.error().message;
    return;
  }
  const Result<std::string> json = event::rebuild(arguments[0].text, JsonColumns(*row));
  if (!json.ok()) {
    value.failure = json.error().message;
    return;
  }
  value.set(*json);
}

}  // namespace

std::string parts_text(const std::string& root, const std::vector<const Part*>& parts) {
  std::string list;
  for (const Part* const part : parts) {
    list += (list.empty() ? "" : ", ") + sql_literal(part->path(root));
  }
  return "read_parquet([" + list + "], hive_partitioning = true, hive_types_autocast = false)";
}

std::string table_of(const std::string& root, const std::vector<const Part*>& parts,
                     const event::ScanPlan& plan, const std::string& empty) {
  const std::vector<Arm> arms = arms_of(parts, plan);
  std::string rows;
  const bool lacking = arms.empty() || std::any_of(arms.begin(), arms.end(),
                                                   [](const Arm& arm) { return arm.former; });
  if (lacking) {
    rows = fmt::format("SELECT * EXCLUDE (eventjson) FROM (SELECT {} FROM {})", with_map_apart(),
                       empty);
  }
  for (const Arm& arm : arms) {
    rows += (rows.empty() ? "" : " UNION ALL BY NAME ") + select_of(root, arm, plan);
  }
  if (!plan.fields.has(Field::EventJson)) {
    return fmt::format("(SELECT *, NULL::VARCHAR AS eventjson FROM ({}))", rows);
  }
  return fmt::format("(SELECT *, th_event_json(shape, {}) AS eventjson FROM ({}))",
                     columns_as_json(), rows);
}

const event::NativeFunction& event_json_function() {
  static const event::NativeFunction function{
      .name = "th_event_json",
      .arguments = {event::ValueType::Text, event::ValueType::Text},
      .result = event::ValueType::Text,
      .nulls = event::Nulls::GiveNull,
      .call = call_event_json};
  return function;
}

}  // namespace trailhound::lake
