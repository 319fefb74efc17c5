// SPDX-License-Identifier: Apache-2.0
#include "triage/calls.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/sql_literal.hpp"
#include "findings/cells.hpp"
#include "triage/kept_calls.hpp"
#include "triage/narrowing.hpp"

namespace trailhound::triage {
namespace {

constexpr std::uint64_t kMostMinutes = 20'000;  // calls told minute by minute; else hour by hour
constexpr std::uint64_t kMostEach = 200;  // calls of others told minute by minute; else by kind
constexpr std::size_t kMostSteps = 20'000;
static_assert(kMostMinutes <= kMostSteps);
constexpr std::size_t kMostTogether = 10 * kMostSteps;  // rows that are brought together here

// What calls of a kind have in common.
constexpr std::string_view kKind =
    "principal, useridentity.accesskeyid, account, awsregion, sourceipaddress, agent,\n"
    "  action, outcome";

/// Calls by kind and whatever else is said: "select … group by <kind> order by …".
std::string statement(const std::string& condition, const std::string& further,
                      std::optional<std::size_t> most) {
  return "select principal, max(useridentity.type) as type, useridentity.accesskeyid as key,\n"
         "  account, awsregion as region, sourceipaddress as source, agent, action, outcome,\n"
         "  max(errorcode) as error, max(deny_reason) as reason, max(target) as target,\n"
         "  min(target) <> max(target) as several, max(cast(is_change as varchar)) as change,\n"
         "  count(*) as events, min(ts) as first, max(ts) as last, min_by(eventid, ts) as "
         "event_id\n"
         "from cloudtrail\nwhere " +
         condition + "\ngroup by " + std::string(kKind) + further +
         "\norder by first, action, event_id" +
         (most ? " limit " + std::to_string(*most) : std::string{});
}

/// Those of each minute or hour; one more than `most`, if there are more.
std::string steps_statement(const std::string& condition, Unit unit, std::size_t most) {
  const std::string_view name = unit == Unit::Minute ? "minute" : "hour";
  return statement(condition, ", is_change, date_trunc('" + std::string(name) + "', ts)", most + 1);
}

Result<std::vector<Group>> groups_of(ask::Desk& desk, std::string text) {
  TRY(const ask::Answer answer, desk.ask(ask::own_question(std::move(text), "calls")));
  std::vector<Group> groups;
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { groups.push_back(group_of(row)); }));
  return groups;
}

/// By kind and minute, or by kind alone where that would be too many.
Result<std::vector<Group>> steps_of(ask::Desk& desk, const std::string& condition) {
  TRY(std::vector<Group> steps,
      groups_of(desk, steps_statement(condition, Unit::Minute, kMostSteps)));
  if (steps.size() <= kMostSteps) return steps;
  return groups_of(desk, statement(condition, "", std::nullopt));
}

void cut(Calls& calls) {
  calls.steps_cut = calls.steps.size() > kMostSteps;
  if (calls.steps_cut) calls.steps.resize(kMostSteps);
}

/// Calls by the hour: of all that has no place in a timeline, by kind alone.
Calls by_hour(const std::vector<Group>& steps) {
  Calls calls;
  calls.by_hour = true;
  calls.groups = together(steps, std::nullopt);
  std::vector<Group> told;
  std::copy_if(steps.begin(), steps.end(), std::back_inserter(told),
               [](const Group& step) { return step.change || step.outcome != "success"; });
  calls.steps = together(told, Unit::Hour);
  cut(calls);
  return calls;
}

/// The same of too many to be brought together here.
Result<Calls> by_hour_alone(ask::Desk& desk, const std::string& condition) {
  Calls calls;
  calls.by_hour = true;
  TRY(calls.groups, groups_of(desk, statement(condition, "", std::nullopt)));
  TRY(calls.steps,
      groups_of(desk, steps_statement(condition + "\n  and (is_change or outcome <> 'success')",
                                      Unit::Hour, kMostSteps)));
  cut(calls);
  return calls;
}

/// Calls by the minute: of days on which they are kept otherwise, their events are asked.
Result<std::vector<Group>> by_minute(ask::Desk& desk, std::vector<Group> kept,
                                     const std::string& condition) {
  const auto day_of = [](const Group& group) { return group.first.micros / kDay; };
  std::set<std::int64_t> days;
  for (const Group& group : kept) {
    if (group.first.micros / kMinute != group.last.micros / kMinute) days.insert(day_of(group));
  }
  if (days.empty()) return kept;
  Moments moments;
  for (const std::int64_t day : days) moments.add(Time{day * kDay}, Time{(day + 1) * kDay - 1});
  const std::optional<std::string> when = moments.condition();
  std::erase_if(kept, [&](const Group& group) { return !when || days.contains(day_of(group)); });
  TRY(const std::vector<Group> asked,
      groups_of(desk, steps_statement((when ? *when + "\n  and " : "") + condition, Unit::Minute,
                                      kMostTogether)));
  kept.insert(kept.end(), asked.begin(), asked.end());
  return kept;
}

}  // namespace

Result<Calls> calls_by(ask::Desk& desk, const Wanted& by) {
  Calls calls;
  const bool many = by.at_least > kMostMinutes;
  if (by.told) {
    TRY(calls.steps, kept_calls(desk, [&](const auto& row, const auto& at) {
          return by.told->is_met(row, at);
        }));
    const std::string told = by.is_told() ? by.condition : by.told->sql();
    if (count_of(calls.steps) <= kMostMinutes) {
      TRY(calls.steps, by_minute(desk, std::move(calls.steps), told));
    }
    if (!by.rest.empty()) {
      const std::string rest = by.rest + "\n  and not coalesce(" + told + ", false)";
      TRY(const std::vector<Group> more,
          groups_of(desk, steps_statement(rest, Unit::Minute, kMostTogether)));
      if (more.size() > kMostTogether) return by_hour_alone(desk, by.condition);
      calls.steps.insert(calls.steps.end(), more.begin(), more.end());
    }
    if (count_of(calls.steps) > kMostMinutes) return by_hour(calls.steps);
  } else {
    TRY(calls.steps, groups_of(desk, steps_statement(by.condition, many ? Unit::Hour : Unit::Minute,
                                                     kMostTogether)));
    if (calls.steps.size() > kMostTogether) return by_hour_alone(desk, by.condition);
    if (many || count_of(calls.steps) > kMostMinutes) return by_hour(calls.steps);
  }
  calls.groups = together(calls.steps, std::nullopt);
  calls.steps = together(calls.steps, Unit::Minute);
  return calls;
}

Result<std::vector<Group>> calls_to(ask::Desk& desk, const Wanted& about, const Wanted& by) {
  const std::string of_others = "\n  and not coalesce(" + by.condition + ", false)";
  std::vector<Group> steps;
  if (about.told && by.is_told()) {
    const std::string told = about.told->sql();
    TRY(steps, kept_calls(desk, [&](const auto& row, const auto& at) {
          return about.told->is_met(row, at) && !by.told->is_met(row, at);
        }));
    if (count_of(steps) <= kMostEach) {
      TRY(steps, by_minute(desk, std::move(steps), told + of_others));
    }
    if (!about.rest.empty()) {
      TRY(const std::vector<Group> rest,
          steps_of(desk, about.rest + "\n  and not coalesce(" + told + ", false)" + of_others));
      steps.insert(steps.end(), rest.begin(), rest.end());
    }
  } else {
    TRY(steps, steps_of(desk, about.condition + of_others));
  }
  const bool few = count_of(steps) <= kMostEach;
  return together(steps, few ? std::optional(Unit::Minute) : std::nullopt);
}

Result<Around> calls_around(ask::Desk& desk, const Condition& whose, Time when) {
  const bool of_lake = desk.keeps_answers();
  std::vector<Group> groups;
  std::string condition = whose.sql();
  bool asked = !of_lake;
  if (of_lake) {
    TRY(groups,
        kept_calls(desk, [&](const auto& row, const auto& at) { return whose.is_met(row, at); }));
    // Of some it is kept that they were before and since.
    const Time day{when.micros / kDay * kDay}, next{day.micros + kDay};
    asked = std::any_of(groups.begin(), groups.end(), [&](const Group& group) {
      return group.is_timed() && group.first < when && group.last >= when;
    });
    if (asked) {
      std::erase_if(groups,
                    [&](const Group& group) { return group.first >= day && group.first < next; });
      condition += "\n  and ts >= " + sql_literal(day) + " and ts < " + sql_literal(next);
    }
  }
  if (asked) {
    TRY(const std::vector<Group> more,
        groups_of(desk, statement(condition, ", ts < " + sql_literal(when), std::nullopt)));
    groups.insert(groups.end(), more.begin(), more.end());
  }
  put_in_order(groups);
  Around around;
  for (Group& group : groups) {
    const bool before = group.is_timed() && group.first < when;
    (before ? around.before : around.since).push_back(std::move(group));
  }
  return around;
}

}  // namespace trailhound::triage
