// SPDX-License-Identifier: Apache-2.0
//
// Rows beside the rows: lookups as tables, and two sets of rows behind one another.
//
//   TRY(const Lookup users, lookup_of(to, name));
//   Layer& rows = table_of(to, users);
#pragma once

#include "spl/lowering.hpp"

namespace trailhound::spl {

/// The lookup called so. Error `no-lookup`.
Result<Lookup> lookup_of(Lowering& to, const Argument& name);
/// Its rows as a layer; empty cells are no values.
Layer& table_of(Lowering& to, const Lookup& lookup);
/// The rows of one layer, then those of another.
Layer& appended(Lowering& to, Layer& first, Layer& second);

}  // namespace trailhound::spl
