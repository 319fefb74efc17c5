// SPDX-License-Identifier: Apache-2.0
//
// A bound question as DuckDB's SQL.
//
//   TRY(Bound bound, bind(query, options, notices));
//   std::string sql = print_duckdb(bound, [](const TableUse& use) {
//     return "th_scan(" + std::to_string(use.source) + ")";
//   });
//
// The text gives exactly Athena's answer: types as Athena's, NULLs last unless asked otherwise,
// columns in lower case. It calls the macros of prelude.hpp and the C++ functions of
// event/functions.hpp and natives.hpp, which the engine has to know. A table text gives all columns
// of the schema; of fields that the use's plan does not name it may give NULL.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "sql/bind.hpp"

namespace trailhound::sql {

/// A table of events in DuckDB's SQL.
struct TableSql {
  TableSql(std::string text, std::map<event::Field, std::string> columns = {})
      : from(std::move(text)), apart(std::move(columns)) {}
  std::string from;  ///< "th_scan(3)", "\"events\"", "(SELECT ...)"
  /// Fields within structs that are columns of their own there; their structs are without them.
  std::map<event::Field, std::string> apart;
};
/// What stands for a table reference.
using TableText = std::function<TableSql(const TableUse&)>;

/// The whole statement, on one line.
std::string print_duckdb(const Bound& bound, const TableText& table);
/// The same over several lines, with the type of each output behind it; for `explain`.
std::string explain_duckdb(const Bound& bound, const TableText& table);

}  // namespace trailhound::sql
