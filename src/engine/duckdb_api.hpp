// SPDX-License-Identifier: Apache-2.0
//
// DuckDB's C interface, loaded when the first question needs it: a program that only prints its
// version never maps the library.
//
//   TRY(const DuckDb* duck, load_duckdb());
//   duck->open_ext(nullptr, &database, config, &message);      // duckdb_open_ext
//
// The header is of an older release than the library. What it lacks is declared here, in one place,
// and may be absent (null).
#pragma once

#include <duckdb.h>

#include "base/result.hpp"

namespace trailhound::engine {

/// The calls, under their names without `duckdb_`.
struct DuckDb {
#define CALL(name) decltype(&::duckdb_##name) name = nullptr;
#include "engine/duckdb_calls.def"
#undef CALL
  /// As vector_assign_string_element_len, without proving UTF-8 again. Since 1.5; else the above.
  void (*assign_proved_text)(duckdb_vector vector, idx_t index, const char* text,
                             idx_t size) = nullptr;
};

/// The library: beside the program, in ../lib, or where it stood when we were built. Loaded once.
/// Error `engine-missing`.
Result<const DuckDb*> load_duckdb();

}  // namespace trailhound::engine
