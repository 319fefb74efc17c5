// SPDX-License-Identifier: Apache-2.0
#include "triage/group.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_map>
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
void join(const Group& more, Group& all) {
  const auto keep_larger = [](std::string& held, const std::string& other) {
    if (held < other) held = other;
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
    all.event_id = more.event_id;
  }
}

/// What calls have in common that are brought together, in one text.
void set_kind(const Group& group, std::optional<Unit> unit, std::string& kind) {
  kind.clear();
  for (const std::string* part : {&group.principal, &group.key, &group.account, &group.region,
                                  &group.source, &group.agent, &group.action, &group.outcome}) {
    kind += std::to_string(part->size());
    kind += ':';
    kind += *part;
  }
  if (!unit) return;
  kind += group.change ? '+' : '-';
  if (group.is_timed()) kind += std::to_string(group.first.micros / length_of(*unit));
}

}  // namespace

Group group_of(const findings::Row& row) {
  Group group;
  read_group(row, group);
  return group;
}

void read_group(const findings::Row& row, Group& group) {
  row.read("principal", group.principal);
  row.read("type", group.type);
  row.read("key", group.key);
  row.read("account", group.account);
  row.read("region", group.region);
  row.read("source", group.source);
  row.read("agent", group.agent);
  row.read("action", group.action);
  row.read("outcome", group.outcome);
  row.read("error", group.error);
  row.read("reason", group.reason);
  row.read("target", group.target);
  group.several_targets = row.text("several") == "true";
  group.change = row.text("change") == "true";
  group.count = row.count("events");
  group.first = row.time("first");
  group.last = row.time("last");
  row.read("event_id", group.event_id);
}

void Together::add(const Group& group) {
  set_kind(group, unit_, kind_);
  const auto [place, fresh] = places_.try_emplace(kind_, all_.size());
  if (fresh) {
    all_.push_back(group);
  } else {
    join(group, all_[place->second]);
  }
}

std::vector<Group> Together::take() {
  put_in_order(all_);
  places_.clear();
  return std::exchange(all_, {});
}

std::vector<Group> together(const std::vector<Group>& groups, std::optional<Unit> unit) {
  Together all(unit);
  for (const Group& group : groups) all.add(group);
  return all.take();
}

void put_in_order(std::vector<Group>& groups) {
  // They are large, and moved once.
  std::vector<Group*> order;
  order.reserve(groups.size());
  for (Group& group : groups) order.push_back(&group);
  std::stable_sort(order.begin(), order.end(),
                   [](const Group* a, const Group* b) { return comes_before(*a, *b); });
  std::vector<Group> ordered;
  ordered.reserve(groups.size());
  for (Group* const group : order) ordered.push_back(std::move(*group));
  groups = std::move(ordered);
}

std::uint64_t count_of(const std::vector<Group>& groups) {
  std::uint64_t count = 0;
  for (const Group& group : groups) count += group.count;
  return count;
}

}  // namespace trailhound::triage
