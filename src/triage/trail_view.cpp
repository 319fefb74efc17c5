// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "findings/cells.hpp"
#include "triage/changes.hpp"
#include "triage/group.hpp"
#include "triage/kept_calls.hpp"
#include "triage/trail_screen.hpp"

namespace trailhound::triage {
namespace {

constexpr std::size_t kMostKeys = 2'000;  // whose doings are told; a longer tree is read by counts
constexpr std::uint64_t kMany = 10'000;   // calls: a lake tells of more sooner by what it keeps

using Keys = std::set<std::string, std::less<>>;

std::string doings_statement(const Keys& keys) {
  return "select useridentity.accesskeyid as key, sourceipaddress as source, action, outcome,\n"
         "  max(errorcode) as error, count(*) as events, min(ts) as first, max(ts) as last,\n"
         "  min_by(eventid, ts) as event_id\n"
         "from cloudtrail where useridentity.accesskeyid in (" +
         sql_list({keys.begin(), keys.end()}) +
         ")\ngroup by useridentity.accesskeyid, sourceipaddress, action, outcome\n"
         "order by first, action, event_id";
}

/// What was called with keys, from where, and how it ended: the first first.
Result<std::vector<Group>> doings_of(ask::Desk& desk, const Keys& keys, std::uint64_t events) {
  std::vector<Group> doings;
  if (events > kMany && desk.keeps_answers()) {
    TRY(doings, kept_calls(desk, [&](const auto& row, const auto& at) {
          return keys.contains(at.text(row, Told::Key));
        }));
    for (Group& doing : doings) {
      for (std::string* const field :
           {&doing.principal, &doing.account, &doing.region, &doing.agent}) {
        field->clear();
      }
    }
    return together(doings, std::nullopt);
  }
  TRY(ask::Answer answer, desk.ask(ask::own_question(doings_statement(keys), "doings")));
  TRY(findings::each_row(*answer.rows,
                         [&](const findings::Row& row) { doings.push_back(group_of(row)); }));
  return doings;
}

/// Who deletes a trail that the logs saw made leaves nothing behind.
void drop_own_trails(std::vector<findings::Standing>& things) {
  std::set<std::string> ended;
  for (const findings::Standing& thing : things) {
    if (thing.kind == "trail" && thing.gone_at) ended.insert(thing.gone_event);
  }
  std::erase_if(things, [&](const findings::Standing& thing) {
    return thing.kind == "trail-gone" && ended.count(thing.event_id) != 0;
  });
}

void add_doing(std::vector<Doing>& doings, Doing doing) {
  for (Doing& one : doings) {
    if (one.action != doing.action || one.outcome != doing.outcome) continue;
    one.count += doing.count;
    return;
  }
  doings.push_back(std::move(doing));
}

/// What is not shown of users and instances above the focus.
std::vector<std::size_t> beside(const Trail& trail, const TrailView& view) {
  std::vector<std::size_t> others;
  for (const std::size_t focus : view.focus) {
    for (const std::size_t up : trail.path_to(focus)) {
      const Node& holder = trail.nodes[up];
      if (holder.kind != Kind::User && holder.kind != Kind::Instance) continue;
      for (const std::size_t child : holder.children) {
        if (view.shown[child]) continue;
        if (std::find(others.begin(), others.end(), child) == others.end()) others.push_back(child);
      }
    }
  }
  return others;
}

}  // namespace

Result<TrailView> look_at(ask::Desk& desk, const Trail& trail, std::string asked,
                          std::vector<std::size_t> focus) {
  TrailView view;
  view.trail = &trail;
  view.asked = std::move(asked);
  view.focus = std::move(focus);
  view.shown.assign(trail.nodes.size(), false);
  std::set<std::size_t> below, owners;
  for (const std::size_t place : view.focus) {
    for (const std::size_t one : trail.path_to(place)) {
      view.shown[one] = true;
      owners.insert(one);
    }
    for (const std::size_t one : trail.below(place)) {
      view.shown[one] = true;
      below.insert(one);
    }
  }
  view.beside = beside(trail, view);
  Keys keys;
  std::uint64_t events = 0;
  std::set<std::string> principals, theirs, others;
  for (const std::size_t place : view.beside) {
    others.insert(trail.nodes[place].keys.begin(), trail.nodes[place].keys.end());
  }
  for (std::size_t place = 0; place < trail.nodes.size(); ++place) {
    const Node& node = trail.nodes[place];
    if (!view.shown[place]) continue;
    for (const std::string& key : node.keys) {
      const bool used = std::find(node.unused_keys.begin(), node.unused_keys.end(), key) ==
                        node.unused_keys.end();
      if (used && keys.size() < kMostKeys) keys.insert(key);
    }
    events += node.usage.events;
    // A service's keys are told by their user only: they count for whoever of it is looked at.
    if (below.count(place) != 0) theirs.insert(node.keys.begin(), node.keys.end());
    theirs.insert(node.minted_keys.begin(), node.minted_keys.end());
    if (!node.principal.empty() && below.count(place) != 0) principals.insert(node.principal);
  }
  if (!keys.empty()) {
    TRY(const std::vector<Group> doings, doings_of(desk, keys, events));
    for (const Group& one : doings) {
      for (const std::size_t place : trail.of_key(one.key)) {
        const Node& node = trail.nodes[place];
        if (node.kind == Kind::Place && node.sources.front().address != one.source) continue;
        add_doing(view.doings[place],
                  {one.action, one.outcome, one.error, one.count, one.event_id});
      }
    }
  }
  if (!principals.empty()) {
    TRY(const std::vector<findings::Change> changes, changes_of(desk, principals));
    std::vector<findings::Standing> things = findings::standing(changes);
    drop_own_trails(things);
    for (findings::Standing& thing : things) {
      const bool ours =
          thing.key.empty() ? principals.count(thing.principal) != 0 : theirs.count(thing.key) != 0;
      if (ours) {
        view.things.push_back(std::move(thing));
      } else if (!thing.gone_at && others.count(thing.key) != 0) {
        view.things_beside.push_back(std::move(thing));
      }
    }
  }
  return view;
}

}  // namespace trailhound::triage
