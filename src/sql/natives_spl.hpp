// SPDX-License-Identifier: Apache-2.0
//
// C++ functions that Splunk's searches are lowered to: what a value means there (text that may be a
// number), its order, its regular expressions, its times and its paths into JSON.
//
//   for (const event::NativeFunction& function : spl_functions()) add(engine, function);
//   sql::call("spl:number", {sql::column("c4")});      // printed as th_spl_number("c4")
//
// In a tree they are called `spl:NAME`, which nobody can type: no question names one. Values of
// Splunk are texts; a number is a text that spells one. Where two texts are compared, added or put
// in order they count as numbers if both spell one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "event/functions.hpp"

namespace trailhound::sql {

/// All of them. Names begin with `th_spl_`.
std::span<const event::NativeFunction> spl_functions();

/// The number that a text spells: digits, a sign, a point, an exponent; nothing else around it.
std::optional<double> spl_number(std::string_view text);
/// A number as Splunk shows it: no point where it is whole.
std::string spl_text(double number);
/// Less than, equal, greater: as numbers if both spell one, else letter by letter.
int spl_compare(std::string_view one, std::string_view other);

/// What is wrong with a regular expression; empty if nothing is.
std::string spl_regex_problem(std::string_view pattern);
/// The named groups of a regular expression, in their order.
std::vector<std::string> spl_regex_groups(std::string_view pattern);
/// What is wrong with a sed expression (`s/a/b/g`, `y/a/b/`); empty if nothing is.
std::string spl_sed_problem(std::string_view expression);

/// A point in time moved as `-1d@d+2h` says: offsets and snaps in their order; none if the text is
/// no modifier. `now` and the empty text move nothing.
std::optional<Time> spl_move_time(Time from, std::string_view modifier);
/// A time in strftime's codes, and back.
std::string spl_format_time(Time time, std::string_view format);
std::optional<Time> spl_parse_time(std::string_view text, std::string_view format);
/// A unit of time as Splunk abbreviates it: its canonical letter(s) s m h d w mon q y; or none.
std::optional<std::string_view> spl_time_unit(std::string_view word);

// The parts, each in its file.
std::vector<event::NativeFunction> spl_value_functions();
std::vector<event::NativeFunction> spl_pattern_functions();
std::vector<event::NativeFunction> spl_time_functions();
std::vector<event::NativeFunction> spl_json_functions();
std::vector<event::NativeFunction> spl_row_functions();
std::vector<event::NativeFunction> spl_digest_functions();
std::vector<event::NativeFunction> spl_spelling_functions();

}  // namespace trailhound::sql
