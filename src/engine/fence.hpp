// SPDX-License-Identifier: Apache-2.0
//
// The first fence around SQL that somebody typed: it is taken apart by DuckDB's own parser, and
// every name in it must be on a list.
//
//   TRY(Names names, names_of(*database, text));
//   TRY(check(names, {.tables = {"cloudtrail"}, .functions = mine}));
//   TRY(auto rows, database->run(text));
//
// Lists say what is allowed, never what is forbidden: a function that a later DuckDB brings is
// refused until somebody has looked at it. The harmless ones of DuckDB are in harmless.def.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/span.hpp"

namespace trailhound::engine {

class Database;

/// A name as it stands in a text; letters in lower case.
struct Name {
  std::string catalog{}, schema{}, name{};
  Span place{};                 ///< In the text; empty where DuckDB does not say
  std::string spelled() const;  ///< "catalog.schema.name"
};

/// What a SELECT names. A table that the text itself defines (WITH) is not among `tables`.
struct Names {
  std::vector<Name> tables{};
  std::vector<Name> table_functions{};
  std::vector<Name> functions{};  ///< Scalar, aggregate and window functions, operators too
};

/// All names of a text that is one SELECT. Errors: `not-a-select` for anything else, `bad-sql` for
/// what DuckDB cannot parse, `not-allowed` for parts of a SELECT that we do not know.
Result<Names> names_of(Database& database, std::string_view text);
/// The same of DuckDB's parse, as Database::parse_to_json gives it.
Result<Names> names_in(std::string_view parse);

/// What names may be used, all in lower case.
struct Allowed {
  std::set<std::string, std::less<>> tables{};           ///< "cloudtrail"
  std::set<std::string, std::less<>> table_functions{};  ///< Besides the harmless ones
  std::set<std::string, std::less<>> functions{};        ///< Besides the harmless ones
};

/// Whether all of them may. Error `not-allowed`, with the place and, for a slip, the nearest name.
Result<void> check(const Names& names, const Allowed& allowed);

/// DuckDB's functions that see their arguments and nothing else.
const std::set<std::string, std::less<>>& harmless_functions();
const std::set<std::string, std::less<>>& harmless_table_functions();

/// The innermost fence, for every text that is run: true if nothing in it can be a table function
/// that reaches outside; false: look closer, by names_in.
bool is_plain_select(std::string_view text);
/// Whether the table functions are harmless or those that our printers use (scans, Parquet).
Result<void> check_table_functions(const Names& names);

}  // namespace trailhound::engine
