// SPDX-License-Identifier: Apache-2.0
#include "triage/group.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace trailhound::triage {
namespace {

std::int64_t length_of(Unit unit) { return unit == Unit::Minute ? kMinute : kHour; }

/// As the statements put them in order.
bool comes_before(const Group& a, const Group& b) {
  return std::make_tuple(!a.is_timed(), a.first, std::cref(a.action), std::cref(a.event_id)) <
         std::make_tuple(!b.is_timed(), b.first, std::cref(b.action), std::cref(b.event_id));
}

/// Adds calls to others of their kind, as a statement would have them together.
void add(Group& all, Group more) {
  const auto keep_larger = [](std::string& held, std::string& other) {
    if (held < other) held = std::move(other);
  };
  keep_larger(all.type, more.type);
  keep_larger(all.error, more.error);
  keep_larger(all.reason, more.reason);
  if (!more.target.empty()) {
    all.several_targets = all.several_targets || more.several_targets ||
                          (!all.target.empty() && all.target != more.target);
    keep_larger(all.target, more.target);
  }
  all.change = all.change || more.change;
  all.count += more.count;
  if (!more.is_timed()) return;
  all.last = all.is_timed() ? std::max(all.last, more.last) : more.last;
  if (!all.is_timed() || std::tie(more.first, more.event_id) < std::tie(all.first, all.event_id)) {
    all.first = more.first;
    all.event_id = std::move(more.event_id);
  }
}

}  // namespace

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

std::vector<Group> together(const std::vector<Group>& groups, std::optional<Unit> unit) {
  const auto kind = [unit](const Group& group) {
    const bool by_time = unit && group.is_timed();
    const std::int64_t time = by_time ? group.first.micros / length_of(*unit) : -1;
    return std::make_tuple(std::string_view(group.principal), std::string_view(group.key),
                           std::string_view(group.account), std::string_view(group.region),
                           std::string_view(group.source), std::string_view(group.agent),
                           std::string_view(group.action), std::string_view(group.outcome),
                           unit && group.change, time);
  };
  std::map<decltype(kind(Group{})), std::size_t> places;
  std::vector<Group> all;
  for (const Group& group : groups) {
    const auto [place, fresh] = places.emplace(kind(group), all.size());
    if (fresh) {
      all.push_back(group);
    } else {
      add(all[place->second], group);
    }
  }
  put_in_order(all);
  return all;
}

void put_in_order(std::vector<Group>& groups) {
  std::stable_sort(groups.begin(), groups.end(), comes_before);
}

std::uint64_t count_of(const std::vector<Group>& groups) {
  std::uint64_t count = 0;
  for (const Group& group : groups) count += group.count;
  return count;
}

}  // namespace trailhound::triage
