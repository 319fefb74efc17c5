// SPDX-License-Identifier: Apache-2.0
//
// What a bound question needs of the events: the fields, days, accounts and needles of every table
// reference, out of its conditions.
//
//   plan_scans(plan, event_sources);   // sets EventTable::plan of each
//
// A plan only leaves out work: an event that any condition could still let through is never
// excluded. So a bound on a day is widened wherever text may spell a time in more than one way,
// conditions that cannot be read are taken for true, and a needle is a run of characters that JSON
// writes in one way. Conditions reach a table from the WHERE around it, from ON where the join lets
// them, and from outside through a query that neither limits, nor counts, nor ranks rows.
#pragma once

#include <vector>

#include "sql/bound.hpp"

namespace trailhound::sql {

/// Sets the plan of every event table of `plan`; `events` are all of them.
void plan_scans(Plan& plan, const std::vector<SourcePtr>& events);

}  // namespace trailhound::sql
