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

/// Events that are asked for.
struct Asked {
  std::string condition;
  /// Those that are not wanted; may be empty. The engine would look at whole identities, of all
  /// events, before anything else if it were a condition: it is only said of each kind.
  std::string but{};
};

/// Calls by kind and whatever else is said: "select … group by <kind> order by …".
std::string statement(const Asked& asked, const std::string& further,
                      std::optional<std::size_t> most) {
  const std::string unwanted = asked.but.empty() ? "" : ",\n  coalesce(" + asked.but + ", false)";
  return "select principal, max(useridentity.type) as type, useridentity.accesskeyid as key,\n"
         "  account, awsregion as region, sourceipaddress as source, agent, action, outcome,\n"
         "  max(errorcode) as error, max(deny_reason) as reason, max(target) as target,\n"
         "  min(target) <> max(target) as several, max(cast(is_change as varchar)) as change,\n"
         "  count(*) as events, min(ts) as first, max(ts) as last, min_by(eventid, ts) as "
         "event_id" +
         (unwanted.empty() ? "" : unwanted + " as unwanted") + "\nfrom cloudtrail\nwhere " +
         asked.condition + "\ngroup by " + std::string(kKind) + further + unwanted +
         "\norder by first, action, event_id" +
         (most ? " limit " + std::to_string(*most) : std::string{});
}

/// Those of each minute or hour; one more than `most`, if there are more.
std::string steps_statement(const Asked& asked, Unit unit, std::size_t most) {
  const std::string_view name = unit == Unit::Minute ? "minute" : "hour";
  return statement(asked, ", is_change, date_trunc('" + std::string(name) + "', ts)", most + 1);
}

struct Answered {
  std::vector<Group> groups;  ///< That are wanted
  std::size_t rows = 0;       ///< Of them and of others
};

Result<Answered> rows_of(ask::Desk& desk, std::string text) {
  TRY(const ask::Answer answer, desk.ask(ask::own_question(std::move(text), "calls")));
  Answered answered;
  TRY(findings::each_row(*answer.rows, [&](const findings::Row& row) {
    ++answered.rows;
    if (row.text("unwanted") != "true") answered.groups.push_back(group_of(row));
  }));
  return answered;
}

Result<std::vector<Group>> groups_of(ask::Desk& desk, std::string text) {
  TRY(Answered answered, rows_of(desk, std::move(text)));
  return std::move(answered.groups);
}

/// By kind and minute, or by kind alone where that would be too many.
Result<std::vector<Group>> steps_of(ask::Desk& desk, const Asked& asked) {
  TRY(Answered steps, rows_of(desk, steps_statement(asked, Unit::Minute, kMostSteps)));
  if (steps.rows <= kMostSteps) return std::move(steps.groups);
  return groups_of(desk, statement(asked, "", std::nullopt));
}

void cut(Calls& calls) {
  calls.steps_cut = calls.steps.size() > kMostSteps;
  if (calls.steps_cut) calls.steps.resize(kMostSteps);
}

/// Calls by the hour: of all that has no place in a timeline, by kind alone.
class ByHour {
 public:
  void add(const Group& group) {
    kinds_.add(group);
    if (group.change || group.outcome != "success") hours_.add(group);
  }
  Calls take() {
    Calls calls;
    calls.by_hour = true;
    calls.groups = kinds_.take();
    calls.steps = hours_.take();
    cut(calls);
    return calls;
  }

 private:
  Together kinds_{std::nullopt}, hours_{Unit::Hour};
};

Calls by_hour(const std::vector<Group>& steps) {
  ByHour hours;
  for (const Group& step : steps) hours.add(step);
  return hours.take();
}

Calls by_minute(const std::vector<Group>& steps) {
  Calls calls;
  calls.groups = together(steps, std::nullopt);
  calls.steps = together(steps, Unit::Minute);
  return calls;
}

/// The same of too many to be brought together here.
Result<Calls> by_hour_alone(ask::Desk& desk, const std::string& condition) {
  Calls calls;
  calls.by_hour = true;
  TRY(calls.groups, groups_of(desk, statement({condition}, "", std::nullopt)));
  TRY(calls.steps,
      groups_of(desk, steps_statement({condition + "\n  and (is_change or outcome <> 'success')"},
                                      Unit::Hour, kMostSteps)));
  cut(calls);
  return calls;
}

/// Calls by the minute: of days on which they are kept otherwise, their events are asked.
Result<std::vector<Group>> in_minutes(ask::Desk& desk, std::vector<Group> kept, Asked asked) {
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
  if (when) asked.condition = *when + "\n  and " + asked.condition;
  TRY(std::vector<Group> those,
      groups_of(desk, steps_statement(asked, Unit::Minute, kMostTogether)));
  std::move(those.begin(), those.end(), std::back_inserter(kept));
  return kept;
}

/// What no kept rows tell of; nothing, if it is too much to be brought together here.
Result<std::optional<std::vector<Group>>> rest_of(ask::Desk& desk, const Wanted& by,
                                                  const std::string& told) {
  if (by.rest.empty()) return std::optional<std::vector<Group>>(std::in_place);
  const std::string rest = by.rest + "\n  and not coalesce(" + told + ", false)";
  TRY(std::vector<Group> groups,
      groups_of(desk, steps_statement({rest}, Unit::Minute, kMostTogether)));
  if (groups.size() > kMostTogether) return std::optional<std::vector<Group>>{};
  return std::optional<std::vector<Group>>(std::move(groups));
}

Result<Calls> calls_in_lake(ask::Desk& desk, const Wanted& by, bool many) {
  const std::string told = by.is_told() ? by.condition : by.told->sql();
  const auto is_wanted = [&](const auto& row, const auto& at) { return by.told->is_met(row, at); };
  TRY(std::optional<std::vector<Group>> rest, rest_of(desk, by, told));
  if (!rest) return by_hour_alone(desk, by.condition);
  if (many) {
    ByHour hours;
    for (const Group& step : *rest) hours.add(step);
    TRY(each_kept_call(desk, is_wanted, [&](const Group& step) { hours.add(step); }));
    return hours.take();
  }
  TRY(std::vector<Group> steps, kept_calls(desk, is_wanted));
  if (count_of(steps) <= kMostMinutes) {
    TRY(steps, in_minutes(desk, std::move(steps), {told}));
  }
  std::move(rest->begin(), rest->end(), std::back_inserter(steps));
  return count_of(steps) > kMostMinutes ? by_hour(steps) : by_minute(steps);
}

}  // namespace

Result<Calls> calls_by(ask::Desk& desk, const Wanted& by) {
  const bool many = by.at_least > kMostMinutes;
  if (by.told) return calls_in_lake(desk, by, many);
  TRY(std::vector<Group> steps,
      groups_of(desk,
                steps_statement({by.condition}, many ? Unit::Hour : Unit::Minute, kMostTogether)));
  if (steps.size() > kMostTogether) return by_hour_alone(desk, by.condition);
  return many || count_of(steps) > kMostMinutes ? by_hour(steps) : by_minute(steps);
}

Result<std::vector<Group>> calls_to(ask::Desk& desk, const Wanted& about, const Wanted& by) {
  std::vector<Group> steps;
  if (about.told && by.is_told()) {
    const std::string told = about.told->sql();
    TRY(steps, kept_calls(desk, [&](const auto& row, const auto& at) {
          return about.told->is_met(row, at) && !by.told->is_met(row, at);
        }));
    // Of those that took a role only these rows say which one, and for which session.
    if (about.told->asks_of(told_of_roles_taken())) {
      TRY(each_role_taken(
          desk,
          [&](const auto& row, const auto& at) {
            return about.told->is_met(row, at) &&
                   !about.told->is_met(row, at.without(told_of_roles_taken())) &&
                   !by.told->is_met(row, at);
          },
          [&](const Group& step) { steps.push_back(step); }));
    }
    if (count_of(steps) <= kMostEach) {
      TRY(steps, in_minutes(desk, std::move(steps), {told, by.condition}));
    }
    if (!about.rest.empty()) {
      TRY(std::vector<Group> rest,
          steps_of(desk, {about.rest + "\n  and not coalesce(" + told + ", false)", by.condition}));
      std::move(rest.begin(), rest.end(), std::back_inserter(steps));
    }
  } else {
    TRY(steps, steps_of(desk, {about.condition, by.condition}));
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
        groups_of(desk, statement({condition}, ", ts < " + sql_literal(when), std::nullopt)));
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
