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
/// Puts a row behind the rows: of these fields the sums of what spells numbers, and `label` in
/// `label_field`, unless that is empty. Fields whose names begin with `_` have no sums.
void add_row_of_sums(Lowering& to, const std::vector<std::string>& fields,
                     const std::string& label_field, const std::string& label);

}  // namespace trailhound::spl
