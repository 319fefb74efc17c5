// SPDX-License-Identifier: Apache-2.0
//
// Patterns as Trino reads them (Java's syntax, by Joni), in RE2's spelling.
//
//   const Re2Pattern made = as_re2("^\\w+$", LineEnd::Consumed);
//   if (!made.problem.empty()) return refuse(made.problem);   // "lookahead (`(?=`)"
//   use(made.text, made.groups);
//
// Where both differ: Trino's \w, \d and \s go by Unicode, RE2's by ASCII; Trino's `$` also stands
// before a line break that ends the text, and RE2 knows no such place: there the line break is made
// part of the match (LineEnd::Consumed), or `$` is the end of the text (LineEnd::Strict), for texts
// that do not end with one. What RE2 cannot match exactly is named. `\b` goes by ASCII: between a
// letter of ASCII and another letter RE2 sees a border where Trino sees none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace trailhound::sql {

/// What `$` becomes.
enum class LineEnd { Consumed, Strict };

/// A pattern in RE2's spelling.
struct Re2Pattern {
  std::string text;
  int groups = 0;        ///< Capturing groups
  bool has_end = false;  ///< Holds `$` outside of (?m)
  /// The pattern without the one `$` that it ends with, where nothing else stands beside it.
  std::optional<std::string> before_end;
  std::string problem;  ///< What RE2 cannot match exactly; empty if it can all of it
};
Re2Pattern as_re2(std::string_view pattern, LineEnd end);
/// What is wrong with a pattern in RE2's spelling; empty if nothing is.
std::string re2_error(const std::string& pattern);

/// Whether `$` stands inside of a capturing group; groups are counted from 1.
bool end_inside_group(std::string_view pattern, int group);

/// Java's replacement `$1 \$` in RE2's spelling `\1 $`; nothing if it names a group, or one that is
/// not there.
std::optional<std::string> as_re2_replacement(std::string_view text, int groups);

}  // namespace trailhound::sql
