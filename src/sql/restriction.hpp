// SPDX-License-Identifier: Apache-2.0
//
// What conditions let through of a table of events: a stretch of time, accounts, and texts that a
// file has to hold.
//
//   restrict_scan(events, source_id, conditions);  // sets times, accounts, needles of events.plan
//
// A condition that cannot be read is taken for true, and a bound on a day is widened wherever text
// may spell a time in more than one way: no event that could get through is ever excluded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.hpp"

namespace trailhound::sql {

/// Narrows the plan of a table to what all of the conditions let through.
void restrict_scan(EventTable& events, int source, const std::vector<TermPtr>& conditions);

/// The longest run of at least four characters of `text` that JSON spells in one way only. In JSON
/// text (`in_json`) blanks and punctuation break a run, too, as files may space them differently.
/// Empty if there is none.
std::string needle_in(std::string_view text, bool in_json);

}  // namespace trailhound::sql
