// SPDX-License-Identifier: Apache-2.0
//
// Our functions in C++, made known to DuckDB.
//
//   TRY(register_functions(duck, connection, event::native_functions()));
//
// Calls are made a chunk at a time; rows of a chunk whose arguments are alike share one call. A
// failure ends the question with its message; `[code] words` gives it a code (duckdb_errors.hpp).
#pragma once

#include <span>

#include "engine/duckdb_api.hpp"
#include "event/functions.hpp"

namespace trailhound::engine {

/// Registers all of them; the table must live as long as the database.
Result<void> register_functions(const DuckDb& duck, duckdb_connection connection,
                                std::span<const event::NativeFunction> functions);

}  // namespace trailhound::engine
