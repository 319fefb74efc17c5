// SPDX-License-Identifier: Apache-2.0
#include "sql/derived.hpp"

#include "base/text.hpp"

namespace trailhound::sql {
namespace {

constexpr DerivedField kDerived[] = {
#define DERIVED(name, type, expression, doc) {#name, type, expression, doc},
#include "sql/derived.def"
#undef DERIVED
};

}  // namespace

std::span<const DerivedField> derived_fields() { return kDerived; }

const DerivedField* find_derived(std::string_view name) {
  for (const DerivedField& field : kDerived) {
    if (equal_without_case(field.name, name)) return &field;
  }
  return nullptr;
}

}  // namespace trailhound::sql
