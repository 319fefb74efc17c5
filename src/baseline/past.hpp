// SPDX-License-Identifier: Apache-2.0
//
// What the past says of a doer's act: how often it, those like it, and its account did the same.
//
//   Past past(habits, site);
//   const Doer doer = past.doer_of(habit);
//   past.bits(doer, habit[Part::Action]);         // how surprising, in bits
//   past.words(doer, action);                     // the same in words, with the counts
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "baseline/habits.hpp"
#include "findings/site.hpp"

namespace trailhound::baseline {

/// Days and events of one pair of things.
struct Seen {
  std::uint32_t days = 0;
  std::uint64_t count = 0, ok = 0, denied = 0;
  std::uint64_t most = 0;  ///< In one day
  Time first, last;
  std::uint32_t event = 0;       ///< Of the last day
  std::int32_t day = INT32_MIN;  ///< The last one seen, and its count
  std::uint64_t today = 0;
};

/// Who acts, by the numbers of names.
struct Doer {
  std::uint32_t id = 0;     ///< Principal; the workload of a fleet
  std::uint32_t group = 0;  ///< Those like it
  std::uint32_t account = 0;
  bool machine = false;  ///< One of a fleet
};

/// Counts of pairs.
class Past {
 public:
  /// `habits` gives the names; those of its rows from `begin` to `end` are the past. It must
  /// outlive this, and may get further names meanwhile.
  Past(Habits& habits, std::size_t end, const findings::Site* site);

  Doer doer_of(const Habit& habit);
  /// A source as a place: a service, an own network, an ASN, a private network, else the address.
  std::uint32_t place_of(std::uint32_t source);
  /// The /24 or /48 that an address lies in; 0 for what is no public address.
  std::uint32_t around(std::uint32_t source);

  /// In bits; more where nobody did it.
  double bits(const Doer& doer, std::uint32_t action) const;
  /// How surprising it is that this doer shows something new of this kind, by how often it did.
  double bits_of_new(const Doer& doer, Part kind) const;
  /// How surprising it is that somebody new comes to this group.
  double bits_of_newcomer(const Doer& doer) const;

  const Seen* of(const Doer& doer) const { return find(doers_, doer.id); }
  const Seen* action(const Doer& doer, std::uint32_t action) const {
    return find(actions_, key(doer.id, action));
  }
  const Seen* place(const Doer& doer, std::uint32_t place) const {
    return find(places_, key(doer.id, place));
  }
  const Seen* agent(const Doer& doer, std::uint32_t agent) const {
    return find(agents_, key(doer.id, agent));
  }
  const Seen* region(const Doer& doer, std::uint32_t region) const {
    return find(regions_, key(doer.id, region));
  }
  const Seen* resource(const Doer& doer, std::uint32_t resource) const {
    return find(resources_, key(doer.id, resource));
  }
  const Seen* account_place(std::uint32_t account, std::uint32_t place) const {
    return find(account_places_, key(account, place));
  }
  const Seen* account_region(std::uint32_t account, std::uint32_t region) const {
    return find(account_regions_, key(account, region));
  }
  const Seen* account_action(std::uint32_t account, std::uint32_t action) const {
    return find(account_actions_, key(account, action));
  }
  /// What is recorded: by account, and category with service.
  const Seen* recorded(const Habit& habit);
  /// All doers, and who of them are services.
  const std::unordered_map<std::uint64_t, Seen>& doers() const { return doers_; }

  /// "first iam:CreateAccessKey by deploy in 21 days and 12,430 calls; none of 14 like it does it;
  /// the account sees it on 2 of 29 days"
  std::string words(const Doer& doer, std::uint32_t action, std::string_view who) const;

  /// "first in 21 days, none of 14 like it, new to the account": for a line of a story.
  std::string brief(const Doer& doer, std::uint32_t action) const;

  std::optional<Time> first() const { return first_; }
  std::uint64_t events() const { return events_; }
  std::size_t days() const { return days_; }

 private:
  /// Those like a doer, itself left out, and how many of them do this.
  std::pair<std::uint64_t, std::uint64_t> others(const Doer& doer, std::uint32_t action) const;

  using Map = std::unordered_map<std::uint64_t, Seen>;
  static std::uint64_t key(std::uint32_t a, std::uint32_t b) {
    return (static_cast<std::uint64_t>(a) << 32) | b;
  }
  static const Seen* find(const Map& map, std::uint64_t key) {
    const auto seen = map.find(key);
    return seen == map.end() ? nullptr : &seen->second;
  }
  static bool see(Map& map, std::uint64_t key, const Habit& habit, bool ok, bool denied);

  Habits& habits_;
  const findings::Site* site_;
  Map doers_, actions_, places_, agents_, regions_, resources_;
  Map account_places_, account_regions_, account_actions_, recorded_;
  std::unordered_map<std::uint64_t, std::uint64_t> group_days_, group_action_days_;
  std::unordered_map<std::uint64_t, std::uint64_t> account_days_, account_action_days_;
  std::unordered_map<std::uint64_t, std::uint64_t> action_days_;
  std::unordered_map<std::uint64_t, std::uint64_t> members_, members_doing_, newcomers_;
  /// Days on which a doer showed a new place, agent, region, resource: by kind.
  std::map<Part, std::unordered_map<std::uint64_t, std::uint32_t>> news_;
  std::unordered_map<std::uint32_t, std::uint32_t> known_places_, known_around_;
  std::uint64_t all_days_ = 0, events_ = 0;
  std::size_t days_ = 0;
  std::optional<Time> first_;
};

}  // namespace trailhound::baseline
