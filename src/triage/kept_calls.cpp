// SPDX-License-Identifier: Apache-2.0
#include "triage/kept_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/sql_literal.hpp"

namespace trailhound::triage {
namespace {

constexpr std::array kTold = {Told::Principal,   Told::Type,           Told::Key,
                              Told::Account,     Told::Source,         Told::Agent,
                              Told::Role,        Told::Session,        Told::Arn,
                              Told::UserName,    Told::Issuer,         Told::Workload,
                              Told::Service,     Told::InvokedBy,      Told::EventName,
                              Told::AgentFamily, Told::UserAgentSmall, Told::CallerAccount,
                              Told::Bucket,      Told::ContextBucket};
// Who did so little on a day is kept by the minute, those with the fewest calls first: at most some
// thousand calls of the day and a tenth of them, however many callers there are.
constexpr std::string_view kFew =
    "calls <= 700 and sum(calls) over (partition by day order by calls)\n"
    "      <= 5000 + sum(calls) over (partition by day) / 10";

constexpr std::array kOfTakings = {Told::SessionMade, Told::SessionMadeArn, Told::RoleTaken,
                                   Told::RoleTakenId};

std::string names_of(std::span<const Told> fields) {
  std::string names;
  for (const Told field : fields) names += std::string(column_of(field)) + ", ";
  return names;
}

// Of a kind of calls, after the columns that it is told by; and of each call.
constexpr std::string_view kOfKind = R"(region, action, outcome, max(error) as error,
  max(reason) as reason, max(target) as target, min(target) <> max(target) as several,
  max(cast(is_change as varchar)) as change, count(*) as events, min(ts) as first,
  max(ts) as last, min_by(eventid, ts) as event_id)";
constexpr std::string_view kOfCall = R"(awsregion as region, action, outcome, errorcode as error,
    deny_reason as reason, target, is_change, eventid, ts)";

std::string calls_statement() {
  // Of each event: its caller, more or less, and its day.
  constexpr std::string_view kEach =
      "concat(coalesce(useridentity.arn, ''), ' ', coalesce(useridentity.invokedby, '')) as "
      "whose,\n"
      "    coalesce(date_trunc('day', ts), timestamp '1970-01-01 00:00:00') as day";
  return fmt::format(R"(select {names}{kind}
from (
  select {columns}, {call},
    {each}
  from cloudtrail
) as e join (
  select whose, day, {few} as few
  from (
    select whose, day, count(*) as calls
    from (select {each} from cloudtrail)
    group by whose, day
  )
) as d on e.whose = d.whose and e.day = d.day
group by {names}region, action, outcome, is_change,
  case when service in ({naming}) then target end,
  case when few then date_trunc('minute', ts)
    when is_change or outcome <> 'success' or service in ({naming}) then date_trunc('hour', ts)
    else date_trunc('day', ts) end)",
                     fmt::arg("names", names_of(kTold)), fmt::arg("kind", kOfKind),
                     fmt::arg("columns", told_columns(kTold)), fmt::arg("call", kOfCall),
                     fmt::arg("each", kEach), fmt::arg("few", kFew),
                     fmt::arg("naming", sql_list(naming_services())));
}

std::string takings_statement() {
  return fmt::format(R"(select {names}{taking}{kind}
from (
  select {columns}, {taking_columns}, {call}
  from cloudtrail
  where starts_with(eventname, 'AssumeRole')
)
group by {names}{taking}region, action, outcome, is_change, target, date_trunc('minute', ts))",
                     fmt::arg("names", names_of(kTold)), fmt::arg("taking", names_of(kOfTakings)),
                     fmt::arg("kind", kOfKind), fmt::arg("columns", told_columns(kTold)),
                     fmt::arg("taking_columns", told_columns(kOfTakings)),
                     fmt::arg("call", kOfCall));
}

Result<void> each_call(ask::Desk& desk, const ask::Question& question, const IsWanted& is_wanted,
                       const std::function<void(const Group&)>& use) {
  TRY(const ask::Answer answer, desk.ask(question));
  const ToldPlaces places(*answer.rows);
  Group group;
  return findings::each_row(*answer.rows, [&](const findings::Row& row) {
    if (!is_wanted(row, places)) return;
    read_group(row, group);
    use(group);
  });
}

}  // namespace

Result<void> each_kept_call(ask::Desk& desk, const IsWanted& is_wanted,
                            const std::function<void(const Group&)>& use) {
  return each_call(desk, kept_calls_question(), is_wanted, use);
}

Result<void> each_role_taken(ask::Desk& desk, const IsWanted& is_wanted,
                             const std::function<void(const Group&)>& use) {
  return each_call(desk, roles_taken_question(), is_wanted, use);
}

Result<std::vector<Group>> kept_calls(ask::Desk& desk, const IsWanted& is_wanted) {
  std::vector<Group> groups;
  TRY(each_kept_call(desk, is_wanted, [&](const Group& group) { groups.push_back(group); }));
  return groups;
}

ask::Question kept_calls_question() {
  return ask::own_question(calls_statement(), "all calls", ask::Keeping::ByDays);
}

ask::Question roles_taken_question() {
  return ask::own_question(takings_statement(), "roles taken", ask::Keeping::ByDays);
}

std::span<const Told> told_of_roles_taken() { return kOfTakings; }

std::span<const Told> told_of_calls() { return kTold; }

std::vector<std::string> naming_services() {
  return {"iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"};
}

}  // namespace trailhound::triage
