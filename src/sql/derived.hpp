// SPDX-License-Identifier: Apache-2.0
//
// The fields that no record holds: what every expert writes by hand, defined once, in Athena SQL.
//
//   if (const DerivedField* field = find_derived("principal")) parse(field->expression);
//
// The table is derived.def. bind reads an expression, in Athena's types, only where a question
// names its field.
#pragma once

#include <span>
#include <string_view>

namespace trailhound::sql {

/// A row of derived.def.
struct DerivedField {
  std::string_view name;
  std::string_view type;        ///< "varchar", "boolean", "bigint"
  std::string_view expression;  ///< Over columns, other derived fields and functions
  std::string_view doc;
};

/// All of them, in the order of the table.
std::span<const DerivedField> derived_fields();
/// The one called so (without case); null if there is none.
const DerivedField* find_derived(std::string_view name);

}  // namespace trailhound::sql
