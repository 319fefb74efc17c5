// SPDX-License-Identifier: Apache-2.0
//
// What a bound question needs of the events: the fields, days, accounts and needles of every table
// reference, out of its conditions.
//
//   plan_scans(plan, event_sources, now);   // sets EventTable::plan of each
//
// A plan only leaves out work: an event that any condition could still let through is never
// excluded. So a bound on a day is widened wherever text may spell a time in more than one way,
// conditions that cannot be read are taken for true, and a needle is a run of characters that JSON
// writes in one way. Conditions reach a table from the WHERE around it, from ON where the join lets
// them, and from outside through a query that neither limits, nor counts, nor ranks rows.
#pragma once

#include <set>
#include <vector>

#include "sql/bound.hpp"

namespace trailhound::sql {

/// Sets the plan of every event table of `plan`; `events` are all of them.
void plan_scans(Plan& plan, const std::vector<SourcePtr>& events, Time now);

/// Whether anything in the plan speaks of a column of one of these sources.
bool speaks_of(const Plan& plan, const std::set<int>& sources);

/// The point in time that a term stands for, if that is known before any event is read.
std::optional<Time> constant_time(const TermPtr& term);
/// The text that a term stands for, likewise.
std::optional<std::string> constant_text_of(const TermPtr& term);

/// The longest run of at least four characters of `text` that JSON spells in one way only. In JSON
/// text (`in_json`) blanks and punctuation break a run, too, as files may space them differently.
/// Empty if there is none.
std::string needle_in(std::string_view text, bool in_json);

}  // namespace trailhound::sql
