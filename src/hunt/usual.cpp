// SPDX-License-Identifier: Apache-2.0
#include "hunt/usual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/sql_literal.hpp"
#include "base/text.hpp"
#include "event/network.hpp"
#include "findings/cells.hpp"
#include "findings/screen.hpp"
#include "findings/words.hpp"

namespace trailhound::hunt {

using namespace findings;

namespace {

constexpr std::int64_t kEnough = 7 * kDay;
constexpr std::int32_t kPast = 30;

/// Services that put the version of their API behind the names of their actions.
constexpr std::array<std::string_view, 3> kVersioned = {"lambda", "cloudfront", "s3-outposts"};

std::int32_t day_of(Time time) { return static_cast<std::int32_t>(time.micros / kDay); }

/// An address by its /24 or /48; anything else is itself.
std::string place_of(std::string_view source) {
  const auto address = event::parse_address(source);
  if (!address) return std::string(source);
  event::Network network{*address, address->is_v4() ? 120 : 48};
  const auto whole = static_cast<std::size_t>(network.bits / 8);
  std::fill(network.first.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
            network.first.bytes.end(), std::uint8_t{0});
  return event::format(network);
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> all;
  for (const std::string_view one : split(text, ',')) {
    if (!trim(one).empty()) all.emplace_back(trim(one));
  }
  return all;
}

std::size_t before(const std::set<std::int32_t>* days, std::int32_t day) {
  if (days == nullptr) return 0;
  return static_cast<std::size_t>(
      std::distance(days->lower_bound(day - kPast), days->lower_bound(day)));
}

template <class Map, class Key>
const std::set<std::int32_t>* find(const Map& map, const Key& key) {
  const auto held = map.find(key);
  return held == map.end() ? nullptr : &held->second;
}

}  // namespace

std::string usual_statement(const std::vector<std::string>& actions) {
  std::string names, versioned;
  for (const std::string& action : actions) {
    const std::size_t colon = action.find(':');
    if (colon == std::string::npos) continue;
    names += (names.empty() ? "" : ", ") + sql_literal(std::string_view(action).substr(colon + 1));
    const std::string_view service = std::string_view(action).substr(0, colon);
    if (std::find(kVersioned.begin(), kVersioned.end(), service) != kVersioned.end()) {
      versioned += fmt::format(" or (eventsource = {} and eventname like {})",
                               sql_literal(std::string(service) + ".amazonaws.com"),
                               sql_literal(action.substr(colon + 1) + "%"));
    }
  }
  return "select account, principal, action, sourceipaddress as source,\n"
         "  date_trunc('day', ts) as day, count(*) as events\n"
         "from cloudtrail\nwhere ts is not null and (eventname in (" +
         (names.empty() ? "''" : names) + ")" + versioned + ")\ngroup by 1, 2, 3, 4, 5";
}

Result<std::vector<Deed>> read_deeds(engine::Rows& rows) {
  std::vector<Deed> deeds;
  TRY(each_row(rows, [&](const Row& row) {
    deeds.push_back({row.text("account"), row.text("principal"), row.text("action"),
                     row.text("source"), day_of(row.time("day"))});
  }));
  return deeds;
}

std::vector<std::string> actions_of(const std::vector<Finding>& findings) {
  std::set<std::string> actions;
  for (const Finding& finding : findings) {
    for (std::string& action : listed(finding.action)) actions.insert(std::move(action));
  }
  return {actions.begin(), actions.end()};
}

Usual::Usual(const std::vector<Deed>& deeds, Time logs_begin) : logs_begin_(logs_begin) {
  for (const Deed& deed : deeds) {
    by_principal_[{deed.principal, deed.action}].insert(deed.day);
    by_account_[{deed.account, deed.action}].insert(deed.day);
    by_place_[{deed.principal, deed.action, place_of(deed.source)}].insert(deed.day);
  }
}

Judgement Usual::of(const Finding& finding) const {
  Judgement judgement;
  const std::int64_t history = finding.ts.micros - logs_begin_.micros;
  const std::int32_t day = day_of(finding.ts);
  judgement.past =
      static_cast<std::size_t>(std::clamp<std::int64_t>(day - day_of(logs_begin_), 0, kPast));
  if (history < kEnough) {
    judgement.words = history < kMinute ? "nothing lies before it: neither usual nor new"
                                        : "only " + format_duration(history) +
                                              " lie before it: too little to call it usual or new";
    return judgement;
  }
  judgement.enough = true;
  const std::vector<std::string> actions = listed(finding.action);
  if (finding.principal.empty() || actions.empty()) {
    judgement.enough = false;
    judgement.words = "of many, or of nobody by name: not compared";
    return judgement;
  }
  // Of several actions, the one that was done least.
  bool first = true;
  for (const std::string& action : actions) {
    const std::size_t days = before(find(by_principal_, std::pair(finding.principal, action)), day);
    if (!first && days >= judgement.days) continue;
    first = false;
    judgement.days = days;
    judgement.others = before(find(by_account_, std::pair(finding.account, action)), day);
    const std::vector<std::string> sources = listed(finding.source);
    judgement.here = sources.empty() ? days : SIZE_MAX;
    for (const std::string& source : sources) {  // the one that was there least
      judgement.here = std::min(
          judgement.here,
          before(find(by_place_, std::tuple(finding.principal, action, place_of(source))), day));
    }
  }
  const std::string who = spoken_name(finding.principal), past = plural(judgement.past, "day");
  if (judgement.days == 0) {
    judgement.words =
        fmt::format("never by {} in {} before it; ", who, past) +
        (judgement.others == 0 ? "nor by anybody in the account"
                               : fmt::format("others in the account did on {}", judgement.others));
    return judgement;
  }
  judgement.words = fmt::format("by {} on {} of {} before it", who, judgement.days, past);
  if (judgement.here < judgement.days) {
    judgement.words += judgement.here == 0 ? ", never from this place"
                                           : fmt::format(", from this place on {}", judgement.here);
  }
  return judgement;
}

}  // namespace trailhound::hunt
