// SPDX-License-Identifier: Apache-2.0
//
// What matters: an instance's credentials away from home.
#include <algorithm>

#include "findings/words.hpp"
#include "triage/trail_follower.hpp"

namespace trailhound::triage {
namespace {

constexpr std::int64_t kReach = kHour;  // from a hand on an instance to its key elsewhere

}  // namespace

void Follower::mark_places() {
  std::map<std::string, Machine> machines;
  std::map<std::string, std::set<std::string>> machines_at;  // address → instances
  for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
    const Node& one = trail_.nodes[place];
    if (one.kind != Kind::Place || endpoints_.count(place) != 0) continue;
    const std::string address = one.sources.front().address;
    Machine& machine = machines[one.account + "/" + one.name];
    machine.places.push_back(place);
    machine.has_agent = machine.has_agent || homes_.count(place) != 0;
    machine.meets_people = machine.meets_people || people_.count(address) != 0;
    machines_at[address].insert(one.name);
  }
  for (const auto& [name, machine] : machines) {
    std::set<std::size_t> home;
    for (const std::size_t place : machine.places) {
      const std::string& address = trail_.nodes[place].sources.front().address;
      const bool shared = machines_at[address].size() > 1 && people_.count(address) == 0;
      if (homes_.count(place) != 0 || shared || own_.allotted.count(address) != 0)
        home.insert(place);
    }
    // Without a better sign, an instance's first address is its own, unless people use it.
    if (!machine.has_agent && !machine.meets_people) {
      home.insert(*std::min_element(
          machine.places.begin(), machine.places.end(), [&](std::size_t a, std::size_t b) {
            return trail_.nodes[a].usage.first < trail_.nodes[b].usage.first;
          }));
    }
    for (const std::size_t place : machine.places) {
      const bool people = people_.count(trail_.nodes[place].sources.front().address) != 0;
      if (home.count(place) == 0 && (!home.empty() || people)) mark_stolen(place, people);
    }
  }
}

void Follower::mark_stolen(std::size_t place, bool people) {
  Mark mark{"STOLEN", people ? "people sign calls from this address" : "not the instance's address",
            at(place).usage.event_id, false};
  at(place).marks.push_back(mark);
  const auto reached = reached_.find(at(place).name);
  if (reached == reached_.end() || !at(place).usage.first) return;
  const Deed* last = nullptr;
  for (const Deed* deed : reached->second) {
    const std::int64_t before = at(place).usage.first->micros - deed->at.micros;
    if (before >= 0 && before <= kReach) last = deed;
  }
  if (last == nullptr) return;
  const std::int64_t before = at(place).usage.first->micros - last->at.micros;
  at(place).marks.push_back(
      {last->name, before == 0 ? "in the same second" : format_duration(before) + " before",
       last->event_id, true});
}

}  // namespace trailhound::triage
