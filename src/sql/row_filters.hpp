// SPDX-License-Identifier: Apache-2.0
//
// What a condition says of single fields: the filter that every event passes for which it is true.
//
//   event::RowFilter filter = row_filter(conditions, source_id);
//
// What it says beyond that (of derived fields, of two fields, by functions) is taken for true.
#pragma once

#include <vector>

#include "event/row_filter.hpp"
#include "sql/bound.hpp"

namespace trailhound::sql {

/// What every event of a source passes for which all of the conditions are true.
event::RowFilter row_filter(const std::vector<TermPtr>& conditions, int source);

}  // namespace trailhound::sql
