// SPDX-License-Identifier: Apache-2.0
//
// The functions of Athena SQL that can be asked here, and what each is called where.
//
//   for (const Function* function : functions_called("split_part")) use(function->parameters);
//   if (const Refusal* refusal = find_refusal("checksum")) say(refusal->reason);
//
// The table is functions.def: a row an overload, with its DuckDB form, its Trino form, a line of
// documentation and an example that the tests run. The C++ functions of event/functions.hpp are
// added to it under their SQL names. Reading the table costs nothing until a name is looked up.
//
// A DuckDB form is text with places:
//   {1}         the first argument            {*}  all of them, with commas
//   {2*}        the second and those behind   {*: || }  all, joined by " || "
//   {2(a, b)}   the body of the lambda that is the second argument, a and b being its parameters
//   {$x}        a name that no one else uses  {T}  the DuckDB type of the variable T
//   {R}         the DuckDB type of the result
//   {d} {o} {f} of an aggregate: DISTINCT, ORDER BY, and FILTER or OVER
// A form that begins with @ names a rule of bind_calls.cpp that makes the term itself.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/functions.hpp"
#include "sql/types.hpp"

namespace trailhound::sql {

/// What a function is computed over.
enum class FunctionKind : std::uint8_t { Scalar, Aggregate, Window };

/// One overload.
struct Function {
  FunctionKind kind = FunctionKind::Scalar;
  std::string_view name;
  std::vector<DataType> parameters;
  bool variadic = false;  ///< The last parameter may stand any number of times, also none.
  DataType result;
  std::string_view duckdb;   ///< The form
  bool in_trino = true;      ///< Else our own: a question that uses it cannot be printed for Trino.
  std::string_view doc;      ///< One line; empty for further overloads.
  std::string_view example;  ///< "split_part('a,b', ',', 2)"
  std::string_view answer;   ///< "b"; NULL stands for itself, "error" for a question that fails
};

/// A function that Trino has and that is not offered.
struct Refusal {
  std::string_view name;
  std::string_view reason;   ///< "its digest is Trino's own"
  std::string_view rewrite;  ///< What to write in its place; may be empty.
};

/// A function of some other SQL, and what Athena calls it.
struct Foreigner {
  std::string_view name;
  std::string_view athena;  ///< "write `strpos(text, part)`"
};

/// Overloads of a name (in lower case), in the order of the table; empty if there are none.
std::vector<const Function*> functions_called(std::string_view name);
const Refusal* find_refusal(std::string_view name);
const Foreigner* find_foreigner(std::string_view name);
/// Every overload, sorted by name. For the manual and the tests.
std::span<const Function> all_functions();
std::span<const Refusal> all_refusals();
/// Names of all functions on offer, sorted, once each: what hints are taken from.
std::span<const std::string_view> function_names();

}  // namespace trailhound::sql
