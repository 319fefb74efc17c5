// SPDX-License-Identifier: Apache-2.0
#include "triage/kept_calls.hpp"

#include <array>
#include <string_view>

#include "base/sql_literal.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {
namespace {

constexpr std::array kTold = {
    Told::Principal,   Told::Type,           Told::Key,          Told::Account,   Told::Source,
    Told::Agent,       Told::Role,           Told::Session,      Told::Arn,       Told::UserName,
    Told::Issuer,      Told::Workload,       Told::Service,      Told::InvokedBy, Told::EventName,
    Told::AgentFamily, Told::UserAgentSmall, Told::CallerAccount};
// Who did so little on a day is kept by the minute, those with the fewest calls first: at most some
// thousand calls of the day and a tenth of them, however many callers there are.
constexpr std::string_view kFew =
    "calls <= 700 and sum(calls) over (partition by day order by calls)\n"
    "      <= 5000 + sum(calls) over (partition by day) / 10";

std::string statement() {
  std::string names;
  for (const Told field : kTold) names += std::string(column_of(field)) + ", ";
  const std::string naming = "in (" + sql_list(naming_services()) + ")";
  const std::string each =
      "concat(coalesce(useridentity.arn, ''), ' ', coalesce(useridentity.invokedby, '')) as "
      "whose,\n"
      "    coalesce(date_trunc('day', ts), timestamp '1970-01-01 00:00:00') as day\n"
      "  from cloudtrail";
  return "select " + names +
         "region, action, outcome, max(error) as error,\n"
         "  max(reason) as reason, max(target) as target, min(target) <> max(target) as several,\n"
         "  max(cast(is_change as varchar)) as change, count(*) as events, min(ts) as first,\n"
         "  max(ts) as last, min_by(eventid, ts) as event_id\nfrom (\n  select " +
         told_columns(kTold) +
         ",\n    awsregion as region, action, outcome, errorcode as error, deny_reason as reason,\n"
         "    target, is_change, eventid, ts, " +
         each + "\n) as e join (\n  select whose, day, " + std::string(kFew) +
         " as few\n  from (\n    select whose, day, count(*) as calls\n    from (select " + each +
         ")\n    group by whose, day\n  )\n) as d on e.whose = d.whose and e.day = d.day\n"
         "group by " +
         names + "region, action, outcome, is_change, case when service " + naming +
         " then target end,\n  case when few then date_trunc('minute', ts)\n"
         "    when is_change or outcome <> 'success' or service " +
         naming +
         " then date_trunc('hour', ts)\n"
         "    else date_trunc('day', ts) end";
}

}  // namespace

Result<std::vector<Group>> kept_calls(
    ask::Desk& desk,
    const std::function<bool(const findings::Row&, const ToldPlaces&)>& is_wanted) {
  TRY(const ask::Answer answer, desk.ask(kept_calls_question()));
  const ToldPlaces places(*answer.rows);
  std::vector<Group> groups;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    if (is_wanted(row, places)) groups.push_back(group_of(row));
  }));
  return groups;
}

ask::Question kept_calls_question() {
  return own_question(statement(), "all calls", ask::Keeping::ByDays);
}

std::span<const Told> told_of_calls() { return kTold; }

std::vector<std::string> naming_services() {
  return {"iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"};
}

}  // namespace trailhound::triage
