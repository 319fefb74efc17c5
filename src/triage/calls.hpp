// SPDX-License-Identifier: Apache-2.0
//
// What somebody called: alike calls together, by kind and by time.
//
//   TRY(Calls calls, calls_by(desk, subject.by, subject.at_least));
//   for (const Group& kind : calls.groups) ...   // each kind, all its calls
//   for (const Group& step : calls.steps) ...    // the same minute by minute, in order of time
//
// Events are brought together by kind and minute, and what comes of that is mostly small enough to
// be brought together further here: they are looked at once. Where it is not, kinds and hours are
// asked one after the other. Those who do very much are told by the hour, and only what they
// changed or failed at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace trailhound::triage {

/// Calls of one kind: who, with which key, where, from where, with what, which action, how it went.
struct Group {
  std::string principal, type, key, account, region, source, agent, action, outcome, error, reason;
  std::string target;            ///< One of those that it was done to
  bool several_targets = false;  ///< There are more
  bool change = false;
  std::uint64_t count = 0;
  Time first, last;      ///< Midnight of 1970 if no call has a time
  std::string event_id;  ///< Of the first
};

struct Calls {
  std::vector<Group> groups;  ///< By kind
  std::vector<Group> steps;   ///< By kind and minute, in order of time
  bool by_hour = false;       ///< Of too many calls: changes and failures alone, by kind and hour
  bool steps_cut = false;     ///< There were more hours
};

/// The calls of events that meet a condition. `at_least`: how many they are, as far as that is
/// known; whoever has very many is then not asked about by the minute.
Result<Calls> calls_by(ask::Desk& desk, const std::string& condition, std::uint64_t at_least);

/// The same of what others did: by kind and minute, or by kind alone where that would be too many
/// or they are known to be.
Result<std::vector<Group>> calls_to(ask::Desk& desk, const std::string& condition,
                                    std::uint64_t at_least);

}  // namespace trailhound::triage
