// SPDX-License-Identifier: Apache-2.0
//
// What DuckDB says went wrong, as an Error of ours.
//
//   if (duck->query(connection, sql, &result) == DuckDBError)
//     return error_of(duck->result_error(&result));
//
// Our own functions and macros raise `[code] words`, as in error('[bad-subscript] no element 4'):
// DuckDB carries text only, so the code travels in front of it.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace trailhound::engine {

/// The error that DuckDB's words stand for: its class decides the code, its place in the SQL and
/// its hints become notes.
Error error_of(std::string_view words);

}  // namespace trailhound::engine
