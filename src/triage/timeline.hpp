// SPDX-License-Identifier: Apache-2.0
//
// The timeline of a case: changes, denials and what else tells something, one row each; what lies
// between them, and series that say the same, folded into one.
//
//   for (const TimelineRow& row : timeline_of(about)) print(row.first, row.words, row.event_id);
#pragma once

#include <map>
#include <string>
#include <vector>

#include "findings/screen.hpp"
#include "triage/case.hpp"

namespace trailhound::triage {

/// One call, or many that say the same.
struct TimelineRow {
  Time first, last;
  std::string words, event_id, last_event_id;
  std::uint64_t count = 0;
  findings::Tone tone = findings::Tone::Plain;
  bool telling = false;
  bool catching_up = false;                      ///< All of it: a role too young to be assumed
  std::map<std::string, std::uint64_t> actions;  ///< Of a row of reads
  std::string who{};                             ///< Whoever did it, where several did
};

/// What it did, in order of time; each row of one caller, who is named if they are several.
std::vector<TimelineRow> timeline_of(const Case& about);
/// What others did to it, changes first.
std::vector<TimelineRow> done_to_of(const Case& about);
/// What the timeline leaves out where there were too many calls to tell each minute
/// (Case::by_hour).
std::string timeline_note(const Case& about);

constexpr std::int64_t kSilence = 30 * kMinute;  ///< A pause as long as this is told

}  // namespace trailhound::triage
