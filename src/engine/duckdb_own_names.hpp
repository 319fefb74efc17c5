// SPDX-License-Identifier: Apache-2.0
//
// Our functions and macros, made known to DuckDB when a text first names them: all two hundred take
// longer than a small question.
//
//   names.add(event::native_functions());
//   names.add_macro("CREATE OR REPLACE MACRO th_twice(x) AS th_times(x, 2)");
//   TRY(names.define_those_in(text, connection));      // and those that they name
//
// All of their names begin with `th_`. Calls may come from any thread.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/duckdb_functions.hpp"

namespace trailhound::engine {

/// What is not made known before it is named.
class OwnNames {
 public:
  explicit OwnNames(const DuckDb& duck) : duck_(duck) {}

  /// The table must live as long as this.
  void add(std::span<const event::NativeFunction> functions);
  /// False, and nothing is done, for any other statement.
  bool add_macro(const std::string& statement);
  /// Makes known what a text names, in whatever case, for all connections of the database.
  Result<void> define_those_in(std::string_view text, duckdb_connection connection);

 private:
  struct Macro {
    std::string statement;
    bool wanted = false, defined = false;
  };
  struct Own {
    std::vector<const event::NativeFunction*> functions;  ///< One for each kind of arguments
    std::size_t macro = 0;                                ///< Counted from 1; 0: none
  };

  Result<void> want(std::string_view text, duckdb_connection connection);

  const DuckDb& duck_;
  std::mutex mutex_;
  std::unordered_map<std::string, Own> names_;
  std::vector<Macro> macros_;  ///< In their own order: a macro stands behind those that it names
};

}  // namespace trailhound::engine
