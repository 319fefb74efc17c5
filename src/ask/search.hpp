// SPDX-License-Identifier: Apache-2.0
//
// A search of Splunk on its way to the engine: lowered, bound, and how its answer is named.
//
//   TRY(Searched step, understand_search(question, known, facts));
//   if (step.need) facts.answers.push_back(answer of step.need->bound); // and again
//   with_names(print_duckdb(step.meant->bound, ...), step.columns);
//
// Lookups are the CSV files of one folder; macros stand in one file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "ask/understand.hpp"
#include "spl/spl.hpp"

namespace trailhound::ask {

/// One step of a search.
struct Searched {
  std::optional<Understood> need;  ///< To be answered first; then all else is unset
  std::string why;
  std::optional<Understood> meant;
  std::vector<spl::Column> columns;
  struct Written {
    spl::Write write;
    Understood meant;
  };
  std::vector<Written> writes;
  std::vector<Error> notices;
};

/// Steps that a search may take at most.
inline constexpr std::size_t kMostSteps = 200;

Result<Searched> understand_search(const Question& question, const Known& known,
                                   const spl::Facts& facts);
/// SQL of the engine that gives its columns the names of the search.
std::string with_names(const std::string& select, const std::vector<spl::Column>& columns);
/// The commands of a search, one a line.
Result<std::string> draw_search(const Question& question, const Known& known);
/// The search in Athena's SQL; what may differ there goes to its notices. Error `stage-not-there`.
Result<std::string> search_for_athena(Searched& searched);
/// Writes rows into a lookup. Error `output-failed`.
Result<void> write_lookup(const Question& question, const spl::Write& write,
                          const spl::Answer& rows);

}  // namespace trailhound::ask
