// SPDX-License-Identifier: Apache-2.0
#include "triage/condition.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/sql_literal.hpp"
#include "base/text.hpp"

namespace trailhound::triage {
namespace {

struct Field {
  std::string_view column, sql;
};

/// In the order of Told.
constexpr std::array<Field, kTolds> kFields = {{
    {"type", "useridentity.type"},
    {"name", "useridentity.username"},
    {"arn", "useridentity.arn"},
    {"issuer", "useridentity.sessioncontext.sessionissuer.arn"},
    {"principal", "principal"},
    {"role", "role"},
    {"session", "session"},
    {"workload", "workload"},
    {"key", "useridentity.accesskeyid"},
    {"account", "account"},
    {"caller_account", "useridentity.accountid"},
    {"source", "sourceipaddress"},
    {"agent", "agent"},
    {"family", "agent_family"},
    {"useragent", "useragent"},
    {"useragent_small", "lower(useragent)"},
    {"service", "eventsource"},
    {"invoked_by", "useridentity.invokedby"},
    {"event_name", "eventname"},
    {"bucket", "bucket"},
    {"context_bucket",
     "case when eventsource = 'kms.amazonaws.com' then regexp_extract(json_extract_scalar("
     "requestparameters, '$.encryptionContext[\"aws:s3:arn\"]'), '^arn:aws[a-z-]*:s3:::([^/]+)', "
     "1) end"},
    {"target", "target"},
    {"session_made",
     "case when starts_with(eventname, 'AssumeRole') then json_extract_scalar("
     "requestparameters, '$.roleSessionName') end"},
    {"session_made_arn",
     "case when starts_with(eventname, 'AssumeRole') then json_extract_scalar("
     "responseelements, '$.assumedRoleUser.arn') end"},
    {"role_taken",
     "case when starts_with(eventname, 'AssumeRole') then json_extract_scalar("
     "requestparameters, '$.roleArn') end"},
    {"role_taken_id",
     "case when starts_with(eventname, 'AssumeRole') then regexp_extract(json_extract_scalar("
     "responseelements, '$.assumedRoleUser.assumedRoleId'), '^[^:]+') end"},
}};

const Field& info_of(Told field) { return kFields[static_cast<std::size_t>(field)]; }

/// How many letters SQL counts in a text.
int letters_in(std::string_view text) {
  int letters = 0;
  for (; !text.empty(); ++letters) take_utf8(text);
  return letters;
}

std::string joined(std::span<const Told> fields, bool named) {
  std::string text;
  for (const Told field : fields) {
    text += (text.empty() ? "" : ", ") + std::string(sql_of(field));
    if (named && sql_of(field) != column_of(field)) text += " as " + std::string(column_of(field));
  }
  return text;
}

}  // namespace

std::string_view column_of(Told field) { return info_of(field).column; }
std::string_view sql_of(Told field) { return info_of(field).sql; }
std::string told_columns(std::span<const Told> fields) { return joined(fields, true); }
std::string told_groups(std::span<const Told> fields) { return joined(fields, false); }

ToldPlaces::ToldPlaces(const engine::Rows& rows) {
  for (std::size_t field = 0; field < kTolds; ++field) {
    const auto& columns = rows.columns();
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& one) {
      return one.name == kFields[field].column;
    });
    if (column != columns.end()) {
      places_[field] = static_cast<std::size_t>(column - columns.begin());
    }
  }
}

ToldPlaces ToldPlaces::without(std::span<const Told> fields) const {
  ToldPlaces others = *this;
  for (const Told field : fields) others.places_[static_cast<std::size_t>(field)].reset();
  return others;
}

std::string_view ToldPlaces::text(const findings::Row& row, Told field) const {
  const auto place = places_[static_cast<std::size_t>(field)];
  return place ? row.text_in_place(*place) : std::string_view{};
}

std::string Condition::sql() const {
  const std::string field(sql_of(field_));
  switch (kind_) {
    case Kind::Is:
      return field + " = " + sql_literal(text_);
    case Kind::EndsWith:
      return "substr(" + field + ", -" + std::to_string(letters_in(text_)) +
             ") = " + sql_literal(text_);
    case Kind::Holds:
      return "strpos(" + field + ", " + sql_literal(text_) + ") > 0";
    case Kind::LiesIn:
      return "ip_in(" + field + ", " + sql_literal(text_) + ")";
    case Kind::All:
    case Kind::Any:
      break;
  }
  std::string text;
  for (const Condition& part : parts_) {
    if (!text.empty()) text += kind_ == Kind::All ? " and " : " or ";
    text += part.sql();
  }
  return "(" + text + ")";
}

bool Condition::is_met(const findings::Row& row, const ToldPlaces& places) const {
  const auto met = [&](const Condition& part) { return part.is_met(row, places); };
  const auto text = [&] { return places.text(row, field_); };
  switch (kind_) {
    case Kind::Is:
      return text() == text_;
    case Kind::EndsWith:
      return text().ends_with(text_);
    case Kind::Holds:
      return text().find(text_) != std::string_view::npos;
    case Kind::LiesIn: {
      const auto address = event::parse_address(text());
      return network_ && address && network_->holds(*address);
    }
    case Kind::All:
      return std::all_of(parts_.begin(), parts_.end(), met);
    case Kind::Any:
      return std::any_of(parts_.begin(), parts_.end(), met);
  }
  CHECK(false, "a condition has a kind");
}

bool Condition::is_of(std::span<const Told> fields) const {
  if (kind_ == Kind::All || kind_ == Kind::Any) {
    return std::all_of(parts_.begin(), parts_.end(),
                       [&](const Condition& part) { return part.is_of(fields); });
  }
  return std::find(fields.begin(), fields.end(), field_) != fields.end();
}

bool Condition::asks_of(std::span<const Told> fields) const {
  if (kind_ == Kind::All || kind_ == Kind::Any) {
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const Condition& part) { return part.asks_of(fields); });
  }
  return std::find(fields.begin(), fields.end(), field_) != fields.end();
}

Condition is(Told field, std::string text) { return {Condition::Kind::Is, field, std::move(text)}; }
Condition ends_with(Told field, std::string end) {
  return {Condition::Kind::EndsWith, field, std::move(end)};
}
Condition holds(Told field, std::string part) {
  return {Condition::Kind::Holds, field, std::move(part)};
}
Condition lies_in(Told field, std::string network) {
  Condition made{Condition::Kind::LiesIn, field, std::move(network)};
  made.network_ = event::parse_network(made.text_);
  return made;
}
Condition all(std::vector<Condition> parts) {
  CHECK(!parts.empty(), "all of no conditions is none");
  return {Condition::Kind::All, std::move(parts)};
}
Condition any(std::vector<Condition> parts) {
  CHECK(!parts.empty(), "any of no conditions is none");
  return {Condition::Kind::Any, std::move(parts)};
}

}  // namespace trailhound::triage
