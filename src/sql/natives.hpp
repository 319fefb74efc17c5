// SPDX-License-Identifier: Apache-2.0
//
// C++ functions that printed SQL calls where DuckDB has none that agrees with Trino: JSON paths,
// times in MySQL's and Joda's letters, numbers as Java spells them, addresses, URLs.
//
//   for (const event::NativeFunction& function : engine_functions()) add(engine, function);
//
// The engine registers them beside those of event/functions.hpp. No question names one: they stand
// in the forms of functions.def and in the macros of prelude.hpp. What a form must know when a
// question is bound is declared here, too.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "event/functions.hpp"

namespace trailhound::sql {

/// All of them.
std::span<const event::NativeFunction> engine_functions();

/// What is wrong with a JSON path; empty if nothing is.
std::string json_path_problem(std::string_view path);
/// What of a path of SQL/JSON (`lax $.a[*]`) is not offered or wrong; empty if nothing is.
std::string sql_json_path_problem(std::string_view path);
/// A double as Java spells it: 1.0E7.
std::string double_spelled(double value);
/// A place in a Java format such as `%s-%03d`.
struct FormatPlace {
  char conversion;
  std::size_t argument;  ///< Which value goes there, from 0
};
/// The places of a format. Error: `not-on-duckdb` names what of it is not offered.
Result<std::vector<FormatPlace>> format_places(std::string_view format);
/// A LIKE pattern with `\\` as its escape, out of one with another; nothing if what stands behind
/// an escape is none of `%`, `_` and the escape itself.
std::optional<std::string> like_pattern(std::string_view pattern, std::string_view escape);

/// A time in MySQL's codes (date_format); nothing if a code is not offered.
std::optional<std::string> format_mysql(Time time, std::string_view format);
std::optional<Time> parse_mysql(std::string_view text, std::string_view format);
/// A time in Joda's letters (format_datetime).
std::optional<std::string> format_joda(Time time, std::string_view format);

// The parts, each in its file.
std::vector<event::NativeFunction> json_functions();
std::vector<event::NativeFunction> time_functions();
std::vector<event::NativeFunction> text_functions();
std::vector<event::NativeFunction> number_functions();
std::vector<event::NativeFunction> network_functions();
std::vector<event::NativeFunction> format_functions();
std::vector<event::NativeFunction> json_path_functions();
std::vector<event::NativeFunction> pattern_functions();

/// A function of the list.
inline event::NativeFunction native(std::string_view name, std::vector<event::ValueType> arguments,
                                    event::ValueType result,
                                    void (*call)(event::Arguments, event::Value&)) {
  return {.name = name,
          .arguments = std::move(arguments),
          .result = result,
          .nulls = event::Nulls::GiveNull,
          .doc = {},
          .example = {},
          .answer = {},
          .call = call};
}

}  // namespace trailhound::sql
