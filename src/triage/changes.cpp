// SPDX-License-Identifier: Apache-2.0
#include "triage/changes.hpp"

#include <algorithm>
#include <tuple>

#include "base/sql_literal.hpp"
#include "findings/cells.hpp"
#include "triage/kept_calls.hpp"

namespace trailhound::triage {

Result<std::vector<findings::Change>> changes_of(ask::Desk& desk,
                                                 const std::set<std::string>& principals) {
  TRY(const ask::Answer answer, desk.ask(changes_question()));
  TRY(std::vector<findings::Change> changes, findings::read_changes_of(*answer.rows, principals));
  std::stable_sort(changes.begin(), changes.end(),
                   [](const findings::Change& a, const findings::Change& b) {
                     return std::make_tuple(a.at == Time{}, a.at, a.event_id) <
                            std::make_tuple(b.at == Time{}, b.at, b.event_id);
                   });
  return changes;
}

Result<std::set<std::string>> changes_by(ask::Desk& desk, const Condition& whose) {
  TRY(const ask::Answer answer, desk.ask(changers_question()));
  const ToldPlaces places(*answer.rows);
  std::set<std::string> ids;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    if (whose.is_met(row, places)) ids.insert(row.text("eventid"));
  }));
  return ids;
}

namespace {

/// "arn:…:role/service-role/backup" as "arn:…:role/backup"
std::string without_path(const std::string& arn) {
  const std::size_t first = arn.find('/'), last = arn.rfind('/');
  return first == last ? arn : arn.substr(0, first) + arn.substr(last);
}

}  // namespace

Result<std::map<std::string, std::uint64_t>> uses_of_all(ask::Desk& desk) {
  TRY(const ask::Answer answer, desk.ask(uses_of_all_question()));
  std::map<std::string, std::uint64_t> uses;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    uses[row.text("key")] += row.count("events");
    uses[without_path(row.text("who"))] += row.count("events");
  }));
  return uses;
}

ask::Question changes_question() {
  return ask::own_question(findings::changes_statement({}), "changes", ask::Keeping::ByDays);
}

ask::Question changers_question() {
  return ask::own_question("select eventid, " + told_columns(told_of_calls()) +
                               "\nfrom cloudtrail\nwhere is_change and outcome = 'success' and "
                               "eventname in (" +
                               sql_list(findings::change_names()) + ")",
                           "changers", ask::Keeping::ByDays);
}

ask::Question uses_of_all_question() {
  return ask::own_question(
      "select useridentity.accesskeyid as key, coalesce(role, principal) as who, count(*) as "
      "events\nfrom cloudtrail\ngroup by useridentity.accesskeyid, coalesce(role, principal)",
      "uses of keys", ask::Keeping::ByDays);
}

}  // namespace trailhound::triage
