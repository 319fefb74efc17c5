// SPDX-License-Identifier: Apache-2.0
#include "triage/calls.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "findings/cells.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {
namespace {

constexpr std::uint64_t kMostMinutes = 20'000;  // calls told minute by minute; else hour by hour
constexpr std::size_t kMostSteps = 20'000;
static_assert(kMostMinutes <= kMostSteps);
constexpr std::size_t kMostTogether = 3 * kMostSteps;  // rows that are brought together here

enum class Unit { Minute, Hour };

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

Group group_of(const findings::Row& row) {
  Group group;
  group.principal = row.text("principal");
  group.type = row.text("type");
  group.key = row.text("key");
  group.account = row.text("account");
  group.region = row.text("region");
  group.source = row.text("source");
  group.agent = row.text("agent");
  group.action = row.text("action");
  group.outcome = row.text("outcome");
  group.error = row.text("error");
  group.reason = row.text("reason");
  group.target = row.text("target");
  group.several_targets = row.text("several") == "true";
  group.change = row.text("change") == "true";
  group.count = row.count("events");
  group.first = row.time("first");
  group.last = row.time("last");
  group.event_id = row.text("event_id");
  return group;
}

Result<std::vector<Group>> groups_of(ask::Desk& desk, std::string text) {
  TRY(const ask::Answer answer, desk.ask(own_question(std::move(text), "calls")));
  std::vector<Group> groups;
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { groups.push_back(group_of(row)); }));
  return groups;
}

bool is_timed(const Group& group) { return group.first != Time{}; }

/// As the statements put them in order.
bool comes_before(const Group& a, const Group& b) {
  return std::make_tuple(!is_timed(a), a.first, std::cref(a.action), std::cref(a.event_id)) <
         std::make_tuple(!is_timed(b), b.first, std::cref(b.action), std::cref(b.event_id));
}

/// Adds calls to others of their kind, as a statement would have them together.
void add(Group& all, Group more) {
  all.type = std::max(std::move(all.type), std::move(more.type));
  all.error = std::max(std::move(all.error), std::move(more.error));
  all.reason = std::max(std::move(all.reason), std::move(more.reason));
  if (!more.target.empty()) {
    all.several_targets = all.several_targets || more.several_targets ||
                          (!all.target.empty() && all.target != more.target);
    all.target = std::max(std::move(all.target), std::move(more.target));
  }
  all.change = all.change || more.change;
  all.count += more.count;
  if (!is_timed(more)) return;
  all.last = is_timed(all) ? std::max(all.last, more.last) : more.last;
  if (!is_timed(all) || std::tie(more.first, more.event_id) < std::tie(all.first, all.event_id)) {
    all.first = more.first;
    all.event_id = std::move(more.event_id);
  }
}

/// Steps brought together by kind, and by hour if that is said.
std::vector<Group> together(const std::vector<Group>& steps, bool by_hour) {
  const auto kind = [by_hour](const Group& group) {
    const std::int64_t hour = by_hour && is_timed(group) ? group.first.micros / kHour : -1;
    return std::make_tuple(std::string_view(group.principal), std::string_view(group.key),
                           std::string_view(group.account), std::string_view(group.region),
                           std::string_view(group.source), std::string_view(group.agent),
                           std::string_view(group.action), std::string_view(group.outcome),
                           by_hour && group.change, hour);
  };
  std::map<decltype(kind(Group{})), std::size_t> places;
  std::vector<Group> groups;
  for (const Group& step : steps) {
    const auto [place, fresh] = places.emplace(kind(step), groups.size());
    if (fresh) {
      groups.push_back(step);
    } else {
      add(groups[place->second], step);
    }
  }
  std::stable_sort(groups.begin(), groups.end(), comes_before);
  return groups;
}

}  // namespace

Result<Calls> calls_by(ask::Desk& desk, const std::string& condition, std::uint64_t at_least) {
  const Unit unit = at_least > kMostMinutes ? Unit::Hour : Unit::Minute;
  Calls calls;
  TRY(calls.steps, groups_of(desk, steps_statement(condition, unit, kMostTogether)));
  if (calls.steps.size() > kMostTogether) {
    calls.by_hour = true;
    TRY(calls.groups, groups_of(desk, statement(condition, "", std::nullopt)));
    TRY(calls.steps,
        groups_of(desk, steps_statement(condition + "\n  and (is_change or outcome <> 'success')",
                                        Unit::Hour, kMostSteps)));
    calls.steps_cut = calls.steps.size() > kMostSteps;
  } else {
    calls.groups = together(calls.steps, false);
    std::uint64_t count = 0;
    for (const Group& group : calls.groups) count += group.count;
    calls.by_hour = unit == Unit::Hour || count > kMostMinutes;
  }
  if (!calls.by_hour) return calls;
  std::erase_if(calls.steps,
                [](const Group& step) { return !step.change && step.outcome == "success"; });
  calls.steps = together(calls.steps, true);
  if (calls.steps.size() > kMostSteps) {
    calls.steps_cut = true;
    calls.steps.resize(kMostSteps);
  }
  return calls;
}

Result<std::vector<Group>> calls_to(ask::Desk& desk, const std::string& condition,
                                    std::uint64_t at_least) {
  if (at_least <= kMostMinutes) {
    TRY(std::vector<Group> steps,
        groups_of(desk, steps_statement(condition, Unit::Minute, kMostSteps)));
    if (steps.size() <= kMostSteps) return steps;
  }
  return groups_of(desk, statement(condition, "", std::nullopt));
}

}  // namespace trailhound::triage
