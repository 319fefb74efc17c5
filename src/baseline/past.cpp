// SPDX-License-Identifier: Apache-2.0
#include "baseline/past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "event/geo.hpp"
#include "event/network.hpp"
#include "findings/screen.hpp"

namespace trailhound::baseline {
namespace {

// How many days of those like a doer, of its account, of all accounts, count as much as what is
// nearer: the weights of the priors.
constexpr double kOfGroup = 1.0;
constexpr double kOfAccount = 5.0;
constexpr double kOfAll = 10.0;
constexpr double kOfNobody = 0.2;
constexpr double kMostBits = 18.0;

double count_of(const std::unordered_map<std::uint64_t, std::uint64_t>& map, std::uint64_t key) {
  const auto held = map.find(key);
  return held == map.end() ? 0.0 : static_cast<double>(held->second);
}

std::string network_text(const event::Address& address, int bits) {
  event::Network network{address, bits};
  for (int bit = bits; bit < 128; ++bit) {
    network.first.bytes[static_cast<std::size_t>(bit / 8)] &=
        static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
  }
  return event::format(network);
}

}  // namespace

bool Past::see(Map& map, std::uint64_t key, const Habit& habit, bool ok, bool denied) {
  Seen& seen = map[key];
  if (seen.count == 0) seen.first = habit.first;
  const bool fresh_day = seen.day != habit.day;
  if (fresh_day) {
    ++seen.days;
    seen.today = 0;
    seen.day = habit.day;
    seen.event = habit.event;
  }
  seen.today += habit.count;
  seen.most = std::max(seen.most, seen.today);
  seen.count += habit.count;
  if (ok) seen.ok += habit.count;
  if (denied) seen.denied += habit.count;
  seen.first = std::min(seen.first, habit.first);
  seen.last = std::max(seen.last, habit.last);
  return fresh_day;
}

Past::Past(Habits& habits, std::size_t end, const findings::Site* site)
    : habits_(habits), site_(site) {
  std::vector<std::size_t> order(end);
  for (std::size_t i = 0; i < end; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return habits.rows()[a].day < habits.rows()[b].day;
  });
  const std::uint32_t success = habits.number("success"), denied = habits.number("denied");
  std::set<std::int32_t> days;
  for (const std::size_t place : order) {
    const Habit habit = habits_.rows()[place];  // names may be added: no reference is kept
    const bool ok = habit[Part::Outcome] == success, no = habit[Part::Outcome] == denied;
    const Doer doer = doer_of(habit);
    const std::uint32_t action = habit[Part::Action], account = habit[Part::Account];
    days.insert(habit.day);
    events_ += habit.count;
    if (!first_ || habit.first < *first_) first_ = habit.first;
    const bool newcomer = !doers_.contains(doer.id);
    if (newcomer) {
      ++members_[doer.group];
      ++newcomers_[doer.group];
    }
    if (see(doers_, doer.id, habit, ok, no)) {
      ++group_days_[doer.group];
      ++account_days_[account];
      ++all_days_;
    }
    if (!actions_.contains(key(doer.id, action))) ++members_doing_[key(doer.group, action)];
    if (see(actions_, key(doer.id, action), habit, ok, no)) {
      ++group_action_days_[key(doer.group, action)];
      ++account_action_days_[key(account, action)];
      ++action_days_[action];
    }
    const auto show = [&](Map& map, std::uint32_t what, Part part) {
      const bool fresh = !map.contains(key(doer.id, what));
      see(map, key(doer.id, what), habit, ok, no);
      if (fresh && !newcomer) ++news_[part][doer.id];
    };
    const std::uint32_t source_place = place_of(habit[Part::Source]);
    show(places_, source_place, Part::Source);
    if (const std::uint32_t net = around(habit[Part::Source]); net != 0) {
      see(places_, key(doer.id, net), habit, ok, no);
      see(account_places_, key(account, net), habit, ok, no);
    }
    show(agents_, habit[Part::Agent], Part::Agent);
    show(regions_, habit[Part::Region], Part::Region);
    if (habit[Part::Resource] != 0) show(resources_, habit[Part::Resource], Part::Resource);
    see(account_places_, key(account, source_place), habit, ok, no);
    see(account_regions_, key(account, habit[Part::Region]), habit, ok, no);
    see(account_actions_, key(account, action), habit, ok, no);
    const std::uint32_t kind =
        habits_.number(std::string(habits_.name(habit, Part::Category)) + " " +
                       std::string(habits_.name(habit, Part::Service)));
    see(recorded_, key(account, kind), habit, ok, no);
  }
  days_ = days.size();
}

const Seen* Past::recorded(const Habit& habit) {
  const std::uint32_t kind = habits_.number(std::string(habits_.name(habit, Part::Category)) + " " +
                                            std::string(habits_.name(habit, Part::Service)));
  return find(recorded_, key(habit[Part::Account], kind));
}

Doer Past::doer_of(const Habit& habit) {
  Doer doer;
  doer.account = habit[Part::Account];
  doer.machine = habit[Part::Workload] != 0 && habit[Part::Role] != 0;
  doer.id = doer.machine ? habit[Part::Workload] : habit[Part::Principal];
  if (habit[Part::Role] != 0) {
    doer.group = habit[Part::Role];
    // A role that nobody shares is like the other roles of its account.
    if (!doer.machine && habit[Part::Role] == habit[Part::Principal]) {
      doer.group = habits_.number("roles of " + std::string(habits_.name(habit, Part::Account)));
    }
  } else {
    doer.group = habits_.number(std::string(habits_.name(habit, Part::ActorKind)) + "s of " +
                                std::string(habits_.name(habit, Part::Account)));
  }
  return doer;
}

std::uint32_t Past::place_of(std::uint32_t source) {
  if (const auto known = known_places_.find(source); known != known_places_.end()) {
    return known->second;
  }
  const std::string text(habits_.name(source));
  std::string place = text;
  if (const auto address = event::parse_address(text)) {
    const std::string kind = event::network_kind(text);
    place = event::place_of(text);
    if (site_ != nullptr && !site_->network_of(text).empty()) {
      place = site_->network_of(text);
    } else if (const auto geo = event::geo_of(text); geo && geo->asn != 0) {
      place = "AS" + std::to_string(geo->asn) + " " + geo->organisation;
    } else if (kind == "private") {
      place = network_text(*address, address->is_v4() ? 96 + 16 : 64);
    } else if (place == kind) {
      place = address->is_v4() ? text : network_text(*address, 64);
    }
  }
  const std::uint32_t number = habits_.number(place);
  known_places_.emplace(source, number);
  return number;
}

std::uint32_t Past::around(std::uint32_t source) {
  if (const auto known = known_around_.find(source); known != known_around_.end()) {
    return known->second;
  }
  const std::string text(habits_.name(source));
  std::uint32_t number = 0;
  if (const auto address = event::parse_address(text);
      address && event::network_kind(text) == "public") {
    number = habits_.number(network_text(*address, address->is_v4() ? 96 + 24 : 48));
  }
  known_around_.emplace(source, number);
  return number;
}

double Past::bits(const Doer& doer, std::uint32_t action) const {
  const Seen* own = this->action(doer, action);
  const Seen* days = of(doer);
  const double own_days = days != nullptr ? days->days : 0, did = own != nullptr ? own->days : 0;
  const double of_all =
      (count_of(action_days_, action) + kOfNobody) / (static_cast<double>(all_days_) + 1.0);
  const double of_account =
      (count_of(account_action_days_, key(doer.account, action)) + kOfAll * of_all) /
      (count_of(account_days_, doer.account) + kOfAll);
  const double of_group =
      (std::max(0.0, count_of(group_action_days_, key(doer.group, action)) - did) +
       kOfAccount * of_account) /
      (std::max(0.0, count_of(group_days_, doer.group) - own_days) + kOfAccount);
  const double chance = (did + kOfGroup * of_group) / (own_days + kOfGroup);
  return std::clamp(-std::log2(chance), 0.0, kMostBits);
}

double Past::bits_of_new(const Doer& doer, Part kind) const {
  const Seen* days = of(doer);
  if (days == nullptr) return 0;
  double news = 0;
  if (const auto known = news_.find(kind); known != news_.end()) {
    if (const auto held = known->second.find(doer.id); held != known->second.end()) {
      news = held->second;
    }
  }
  return std::max(0.0, -std::log2((news + 0.5) / (static_cast<double>(days->days) + 1.0)));
}

double Past::bits_of_newcomer(const Doer& doer) const {
  // Whoever is there on the first day came before the logs, so one in three counts as having come.
  const double came = count_of(newcomers_, doer.group) / 3.0;
  return std::max(0.0, -std::log2((came + 0.5) / (static_cast<double>(days_) + 1.0)));
}

std::pair<std::uint64_t, std::uint64_t> Past::others(const Doer& doer, std::uint32_t action) const {
  auto like = static_cast<std::uint64_t>(count_of(members_, doer.group));
  auto doing = static_cast<std::uint64_t>(count_of(members_doing_, key(doer.group, action)));
  if (of(doer) != nullptr && like > 0) --like;
  if (this->action(doer, action) != nullptr && doing > 0) --doing;
  return {like, doing};
}

std::string Past::brief(const Doer& doer, std::uint32_t action) const {
  const Seen* days = of(doer);
  const Seen* own = this->action(doer, action);
  std::string text;
  if (days == nullptr) {
    text = "never seen before";
  } else if (own == nullptr) {
    text = "first in " + findings::plural(days->days, "day");
  } else {
    text = fmt::format("on {} of {}", own->days, findings::plural(days->days, "day"));
  }
  const auto [like, doing] = others(doer, action);
  if (like > 0) {
    text += doing == 0
                ? ", none of " + with_commas(like) + " like it"
                : fmt::format(", {} of {} like it do", with_commas(doing), with_commas(like));
  }
  if (account_action(doer.account, action) == nullptr) text += ", new to the account";
  return text;
}

std::string Past::words(const Doer& doer, std::uint32_t action, std::string_view who) const {
  const std::string_view name = habits_.name(action);
  const Seen* days = of(doer);
  const Seen* own = this->action(doer, action);
  std::string text;
  if (days == nullptr) {
    text = fmt::format("{} was never seen before", who);
  } else if (own == nullptr) {
    text = fmt::format("first {} by {} in {} and {}", name, who,
                       findings::plural(days->days, "active day"),
                       findings::plural(days->count, "call"));
  } else {
    text = fmt::format("{} called {} on {} of {}, last on {}", who, name, own->days,
                       findings::plural(days->days, "active day"), format_day(own->last));
  }
  if (const auto [like, doing] = others(doer, action); like > 0) {
    text += doing == 0
                ? fmt::format("; none of {} like it does it", with_commas(like))
                : fmt::format("; {} of {} like it do it", with_commas(doing), with_commas(like));
  }
  if (const Seen* seen = account_action(doer.account, action)) {
    text +=
        fmt::format("; the account saw it on {} of {}", seen->days, findings::plural(days_, "day"));
  } else {
    text += "; the account never saw it";
  }
  return text;
}

}  // namespace trailhound::baseline
