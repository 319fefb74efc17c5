// SPDX-License-Identifier: Apache-2.0
//
// From the text of a question to the SQL that the engine runs: parse, bind, print.
//
//   TRY(Understood meant, understand(question, {.now = newest}));
//   meant.bound.tables()[0].plan;        // what the scan must bring
//   print(meant, [](const sql::TableUse& use) { return "th_scan(1)"; });
#pragma once

#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "sql/bind.hpp"

namespace trailhound::ask {

/// What understanding needs besides the text.
struct Known {
  Time now;                      ///< What now() says
  bool single_account = false;   ///< `cloudtrail_000000000000` then stands for the one account
  bool now_given = false;        ///< `now` is not the newest event
  event::FieldSet worked_out{};  ///< Those that it holds as fields of events
};

/// A question of our own languages, bound.
struct Understood {
  sql::Query tree;
  sql::Bound bound;
  std::vector<Error> notices;
};
Result<Understood> understand(const Question& question, const Known& known);

/// The early stages of a question as text, for `explain`.
struct Stages {
  std::string tokens, tree;
  std::string trino;                      ///< Empty where it cannot be said
  std::vector<std::string> not_in_trino;  ///< Why: our own functions
};
Result<Stages> draw_stages(const Question& question, const Known& known);

/// Whether the text can ask for the time of now.
bool mentions_now(std::string_view text);
/// Whether the text names the stand-in for an account, which logs of one account give a meaning.
bool mentions_account_stand_in(std::string_view text);

/// A question in DuckDB's own SQL, given the table `cloudtrail` with every field as a WITH clause:
/// `table` is the SELECT that makes it. The text must have passed the fence before.
std::string with_events_table(std::string_view text, std::string_view table);
/// Athena's SELECT of every field, derived ones too: the table of DuckDB's dialect.
std::string every_field();

/// A plan in words, for `explain`.
std::string describe(const event::ScanPlan& plan);

}  // namespace trailhound::ask
