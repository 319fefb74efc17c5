// SPDX-License-Identifier: Apache-2.0
//
// What somebody called: alike calls together, by kind and by time.
//
//   TRY(Calls calls, calls_by(desk, subject.by));
//   for (const Group& kind : calls.groups) ...   // each kind, all its calls
//   for (const Group& step : calls.steps) ...    // the same minute by minute, in order of time
//
// Events are brought together by kind and minute, and what comes of that is mostly small enough to
// be brought together further here: they are looked at once. Where it is not, kinds and hours are
// asked one after the other. Those who do very much are told by the hour, and only what they
// changed or failed at. A lake keeps most of it of everybody (kept_calls.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "triage/condition.hpp"
#include "triage/group.hpp"

namespace trailhound::triage {

struct Calls {
  std::vector<Group> groups;  ///< By kind
  std::vector<Group> steps;   ///< By kind and minute, in order of time
  bool by_hour = false;       ///< Of too many calls: changes and failures alone, by kind and hour
  bool steps_cut = false;     ///< There were more hours
};

/// Events whose calls are asked for.
struct Wanted {
  std::string condition;       ///< In SQL
  std::uint64_t at_least = 0;  ///< How many they are, as far as that is known
  /// On a lake's desk: those of them that this finds, and the condition on the rest; empty if there
  /// is none.
  std::optional<Condition> told{};
  std::string rest{};

  /// Whether kept rows tell of all.
  bool is_told() const { return told && rest.empty(); }
};

/// Whoever is known to have made very many is not asked about by the minute.
Result<Calls> calls_by(ask::Desk& desk, const Wanted& by);

/// What others did to somebody: `about` without those of `by`. By kind and minute if they are few,
/// else by kind. What kept rows tell of `about` must be of the naming services, or of roles
/// taken.
Result<std::vector<Group>> calls_to(ask::Desk& desk, const Wanted& about, const Wanted& by);

/// What somebody called before a time and since, in order of time; what has no time was since.
struct Around {
  std::vector<Group> before, since;
};
Result<Around> calls_around(ask::Desk& desk, const Condition& whose, Time when);

}  // namespace trailhound::triage
