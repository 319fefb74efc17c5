// SPDX-License-Identifier: Apache-2.0
//
// A question in plain Trino SQL: derived fields become what they stand for.
//
//   const Expanded plain = expand_derived(query, bound, athena::parse_expression);
//   if (plain.missing.empty()) print_trino(plain.query);
//
// What cannot be said is named: our own functions, which no other engine has.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/ast.hpp"
#include "sql/bind.hpp"

namespace trailhound::sql {

struct Expanded {
  Query query;
  /// Functions that Trino has not.
  std::vector<std::string> missing;
};
/// `query` is the one that was bound; `parse` reads an expression of derived.def.
Expanded expand_derived(const Query& query, const Bound& bound,
                        const std::function<Result<Expr>(std::string_view)>& parse);

}  // namespace trailhound::sql
