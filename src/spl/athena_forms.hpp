// SPDX-License-Identifier: Apache-2.0
//
// What to know of a search that is printed in Athena's SQL (spl.hpp: for_athena).
//
//   for (const Error& notice : athena_notices(search.query)) say(notice);
#pragma once

#include <vector>

#include "base/result.hpp"
#include "sql/ast.hpp"

namespace trailhound::spl {

/// Where Athena's answer to the same search may differ in a detail. Code `athena-differs`.
std::vector<Error> athena_notices(const sql::Query& query);

}  // namespace trailhound::spl
