// SPDX-License-Identifier: Apache-2.0
//
// A search of Splunk, as one tree of SQL.
//
//   Facts facts;
//   const std::string text = "index=cloudtrail | stats count by eventName";
//   TRY(Search search, lower(text, settings, facts, notices));
//   while (search.need) {
//     facts.answers.push_back(run(search.need->query));
//     ...                        // lower again
//   }
//   bind(search.query);
//   search.columns;              // names as Splunk has them, in order
//
// Commands are a shelf (commands/): each reads its own words and changes the rows. What a search
// means is Splunk's: values of search without case, newest events first, absent fields,
// multivalues. value.hpp says how values are held. A search is a plan of steps: most have one; one
// that needs facts asks for them by `need` and is lowered again.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sql/ast.hpp"

namespace trailhound::spl {

/// A macro of a file: its text, with $name$ for its arguments.
struct Macro {
  std::vector<std::string> arguments;
  std::string definition;
};

/// A lookup: a table of texts.
struct Lookup {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// What a search is lowered with.
struct Settings {
  Time now;                   ///< Relative times count from it: the newest event
  bool now_is_newest = true;  ///< Not given: `latest=now` leaves no event out
  bool old_addon = false;     ///< Fields as the add-on's version 4.6 names them
  std::map<std::string, std::string> parameters;  ///< For `<principalId>`
  std::map<std::string, Macro> macros;            ///< By name and count: "f(1)"
  /// A lookup by its name, if there is one.
  std::function<Result<std::optional<Lookup>>(const std::string& name)> lookup;
  std::string earliest{}, latest{};  ///< Of a search that names no times itself
  bool may_write = false;            ///< outputlookup has a folder to write to
};

/// Rows of a query as texts; a list is its values joined by kBetween.
inline constexpr char kBetween = '\x1f';
using Answer = std::vector<std::vector<std::optional<std::string>>>;
struct Facts {
  std::vector<Answer> answers;
};

/// A query whose rows are wanted before the search can be lowered.
struct Need {
  sql::Query query;
  std::string why;
};

/// Rows that outputlookup writes, once the search is answered.
struct Write {
  std::string lookup;
  bool append = false;
  bool keep_if_empty = false;
  std::vector<std::string> columns;
  sql::Query query;
};

enum class Shown { Text, Number, Time, List };
struct Column {
  std::string name;
  Shown shown = Shown::Text;
};

/// A search, lowered.
struct Search {
  sql::Query query;
  std::vector<Column> columns;
  std::vector<Write> writes;
  std::optional<Need> need;  ///< Set: all else is empty
  std::string text;          ///< With its macros expanded and slips repaired: what spans count in
};

/// Errors: `bad-search`, `unknown-search-command`, `not-in-spl`, `unknown-search-function`,
/// `missing-parameter`, `bad-time`, `no-lookup`, `search-too-large`.
Result<Search> lower(std::string_view text, const Settings& settings, const Facts& facts,
                     std::vector<Error>& notices);

/// Whether the search counts times from now.
bool counts_from_now(std::string_view text);
/// The stages of the text for `explain`: its commands, one a line, macros expanded.
Result<std::string> draw_commands(std::string_view text, const Settings& settings);

/// The same query without our own functions, for Athena and Trino. Error `stage-not-there` names
/// what has no form there.
Result<sql::Query> for_athena(sql::Query query, const std::vector<Column>& columns);

/// Macros out of a file: `[name(1)]`, `definition = ...`, `args = a,b`. Error `bad-macros`.
Result<std::map<std::string, Macro>> read_macros(std::string_view text);
/// A table out of CSV. Error `bad-lookup`.
Result<Lookup> read_csv(std::string_view text, const std::string& name);
/// And back.
std::string write_csv(const Lookup& lookup);

}  // namespace trailhound::spl
