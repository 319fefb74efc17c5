// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "findings/words.hpp"
#include "triage/trail_follower.hpp"

namespace trailhound::triage {

std::string account_in(std::string_view arn) {
  const auto parts = split(arn, ':');
  return parts.size() > 4 ? std::string(parts[4]) : std::string{};
}

std::string second_of(Time time) { return format_iso(Time{time.micros / kSecond * kSecond}); }

std::string role_in(std::string_view arn) {
  const std::size_t assumed = arn.find(":assumed-role/");
  if (assumed == std::string_view::npos) return findings::spoken_name(arn);
  const auto parts = split(arn.substr(assumed + 1), '/');
  return parts.size() > 1 ? std::string(parts[1]) : std::string{};
}

Trail Follower::follow() {
  trail_.held = links_.held;
  index_deeds();
  learn_addresses();
  learn_bearers();
  for (const Use& use : links_.uses) {
    if (!use.key.empty() && use.via.empty()) place(use);
  }
  for (const auto& [key, deed] : issued_) place_unused(key, *deed);
  for (const Deed& deed : links_.deeds) place_made(deed);
  for (const Use& use : links_.uses) {
    if (!use.key.empty() && !use.via.empty()) place_minted(use);
  }
  for (const Deed& deed : links_.deeds) place_caller(deed);
  name_kinds();
  for (std::size_t place = 0; place < trail_.nodes.size(); ++place) find_origin(place);
  mark_places();
  put_in_order();
  return std::move(trail_);
}

void Follower::index_deeds() {
  for (const Deed& deed : links_.deeds) {
    if (!deed.shared_id.empty()) shared_[deed.shared_id].push_back(&deed);
    if (!deed.issued_key.empty()) {
      const auto [known, fresh] = issued_.emplace(deed.issued_key, &deed);
      // Of two accounts' copies, the caller's own knows who called.
      if (!fresh && known->second->type == "AWSAccount") known->second = &deed;
    }
    if (starts(deed.name, "AssumeRole") && !deed.issued_arn.empty()) {
      assumed_[deed.issued_arn].push_back(&deed);
    }
    if (deed.name == "CreateUser") {
      births_[user_id(deed.account, deed.user_name)].push_back(&deed);
      meet_bearer(user_id(deed.account, deed.user_name), deed.user_id, deed.at);
    }
    if (deed.name == "CreateLoginProfile" || deed.name == "UpdateLoginProfile") {
      passwords_[user_id(deed.account, deed.user_name)].push_back(&deed);
    }
    if (is_of_portal(deed)) portal_.emplace(std::pair(deed.role, deed.at), &deed);
    if (deed.name == "RunInstances") {
      for (const std::string& id : deed.instances) launched_.emplace(id, &deed);
    } else {
      for (const std::string& id : deed.instances) reached_[id].push_back(&deed);
    }
    if (deed.name == "ConsoleLogin") logins_[deed.arn + "|" + second_of(deed.at)] = &deed;
    if (starts(deed.name, "CreateFunction")) {
      functions_.emplace(function_id(deed.account, findings::spoken_name(deed.function)), &deed);
    }
  }
}

void Follower::meet_bearer(const std::string& user, const std::string& id, Time when) {
  if (id.empty()) return;
  std::vector<Bearer>& all = bearers_[user];
  const auto known =
      std::find_if(all.begin(), all.end(), [&](const Bearer& one) { return one.id == id; });
  if (known == all.end()) {
    all.push_back({id, when});
  } else {
    known->begin = std::min(known->begin, when);
  }
}

void Follower::learn_bearers() {
  for (const Use& use : links_.uses) {
    if (use.type != "IAMUser" || use.arn.empty()) continue;
    meet_bearer(user_id(account_in(use.arn), findings::spoken_name(use.arn)), use.id, use.first);
  }
  for (auto& [user, all] : bearers_) {
    std::sort(all.begin(), all.end(),
              [](const Bearer& a, const Bearer& b) { return a.begin < b.begin; });
  }
}

const Follower::Bearer* Follower::bearer_of(const std::string& user, const std::string& id,
                                            std::optional<Time> when) const {
  const auto known = bearers_.find(user);
  if (known == bearers_.end()) return nullptr;
  const Bearer* best = &known->second.front();
  for (const Bearer& one : known->second) {
    if (!id.empty() && one.id == id) return &one;
    if (when && one.begin <= *when) best = &one;
  }
  return best;
}

std::string Follower::bearer_id(std::string_view account, std::string_view name,
                                const std::string& id, std::optional<Time> when) const {
  const std::string user = user_id(account, name);
  const Bearer* bearer = bearer_of(user, id, when);
  if (bearer == nullptr || bearer == &bearers_.at(user).front()) return user;
  return user + "#" + bearer->id;
}

void Follower::learn_addresses() {
  for (const Deed& deed : links_.deeds) {
    if (deed.name == "AllocateAddress" && !deed.address.empty()) {
      own_.allotted.emplace(deed.address, deed.allocation);
    }
  }
  for (const Use& use : links_.uses) {
    if (use.via.empty() && is_person(use.type)) people_.insert(use.source);
  }
}

const Deed* Follower::deed_of_key(const std::string& key) const {
  const auto found = issued_.find(key);
  return found == issued_.end() ? nullptr : found->second;
}

void Follower::put_in_order() {
  for (std::size_t place = 0; place < trail_.nodes.size(); ++place) {
    if (const auto& origin = trail_.nodes[place].origin) {
      at(origin->from).children.push_back(place);
    }
  }
  for (Node& one : trail_.nodes) {
    std::stable_sort(one.children.begin(), one.children.end(), [&](std::size_t a, std::size_t b) {
      return begin_of(trail_.nodes[a]) < begin_of(trail_.nodes[b]);
    });
  }
}

void Usage::add(const Use& use) {
  if (!first || use.first < *first) {
    first = use.first;
    event_id = use.event_id;
  }
  if (!last || use.last > *last) last = use.last;
  events += use.events;
  denied += use.denied;
}

std::vector<std::size_t> Trail::of_key(std::string_view key) const {
  std::vector<std::size_t> places;
  for (auto [at, last] = by_key.equal_range(key); at != last; ++at) places.push_back(at->second);
  return places;
}

std::vector<std::size_t> Trail::path_to(std::size_t node) const {
  std::vector<std::size_t> path = {node};
  while (nodes[path.back()].origin) path.push_back(nodes[path.back()].origin->from);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<std::size_t> Trail::below(std::size_t node) const {
  std::vector<std::size_t> all = {node};
  for (std::size_t at = 0; at < all.size(); ++at) {
    const std::vector<std::size_t>& children = nodes[all[at]].children;
    all.insert(all.end(), children.begin(), children.end());
  }
  return all;
}

Time Trail::begin_of(std::size_t node) const {
  const Node& one = nodes[node];
  return one.made ? *one.made : one.usage.first.value_or(Time{});
}

Trail follow(const Links& links, const findings::Site* site) {
  return Follower(links, site).follow();
}

}  // namespace trailhound::triage
