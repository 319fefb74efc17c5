// SPDX-License-Identifier: Apache-2.0
//
// Fields that other fields, put together, settle: whoever knows `type`, `arn` and some more knows
// `principal`. Named to read/kept.hpp, which then numbers the combinations.
#pragma once

#include <vector>

#include "event/row_filter.hpp"
#include "event/schema.hpp"

namespace trailhound::read {

struct Settled {
  event::FieldSet by;                ///< Of the schema
  std::vector<event::Field> fields;  ///< Of event/worked_out.def
  /// A test of a single field: of events that do not pass, the fields are NULL whatever the rest
  /// is. Everything: there is none.
  event::RowFilter of{};
};

}  // namespace trailhound::read
