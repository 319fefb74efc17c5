// SPDX-License-Identifier: Apache-2.0
//
// The one door: a question in any language, an answer in rows.
//
//   TRY(auto desk, ask::Desk::open({.logs = {"logs/"}}));
//   TRY(auto answer, desk->ask({.text = "select eventname, count(*) from cloudtrail group by 1"}));
//   for (const Error& notice : answer.notices) show(notice);      // repaired slips, hints
//   while (true) { TRY(auto* batch, answer.rows->next()); ... }
//   desk->coverage();                                             // what was read, what was not
//
// A desk stands for one set of logs, or a lake. A verb that asks many things of raw logs calls
// `gather` first: the files are then read once, without doubles. A lake, and what was gathered, may
// be asked by several threads at once; of logs, questions run one after another, and while
// something is asked nothing is gathered. `cancel` may be called from any thread. `coverage` tells
// of the question that came last.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/rows.hpp"
#include "event/event_source.hpp"
#include "read/coverage.hpp"

namespace trailhound::ask {

/// The language of a question.
enum class Language {
  Athena,  ///< Athena engine 3 SQL
  Lake,    ///< CloudTrail Lake SQL: timestamps, booleans, maps
  DuckDb,  ///< DuckDB's SQL, within the same list of functions
  Spl,     ///< Splunk's searches
};

/// What only a search of Splunk has.
struct SearchOptions {
  std::string macros{};              ///< A file of macros
  std::string lookups{};             ///< The folder of lookups; outputlookup writes there
  std::string addon = "7";           ///< Whose fields: "7" or "4.6" of the add-on for AWS
  std::string earliest{}, latest{};  ///< Times of a search that names none, as Splunk writes them
};

/// Whether a lake keeps an answer, so that asking again while the events stay as they are takes a
/// moment. Only for questions that the program writes itself: nobody clears up after others.
enum class Keeping {
  Never,
  Whole,  ///< Until anything in the lake changes
  /// By stretches of days, of which only those that changed are asked again. The answers of the
  /// stretches, one after the other, must serve as well: whoever reads them puts them together.
  ByDays,
};

/// What is asked.
struct Question {
  std::string text;
  std::string name = "query";  ///< What errors call the text.
  Language language = Language::Athena;
  std::map<std::string, std::string> parameters;  ///< For placeholders: {"accesskeyid", "AKIA..."}
  /// Whether texts that look like stand-ins ('####', 'AKIAxxxx') ask for a value. Not in statements
  /// that the program writes itself: an attacker's words may stand in those.
  bool stand_ins = true;
  SearchOptions search{};
  Keeping keeping = Keeping::Never;
  /// Whether the caller takes all rows. Where the question asks for no order it may then have them
  /// handed out (engine::Rows::hand_out); what fails while it runs shows once rows are asked for.
  bool all_rows = false;
};

/// A question of the program's own making: nothing in its text asks for a value.
inline Question own_question(std::string text, std::string name, Keeping keeping = Keeping::Never) {
  Question question;
  question.text = std::move(text);
  question.name = std::move(name);
  question.stand_ins = false;
  question.keeping = keeping;
  return question;
}

/// A time as typed: a moment, or a stretch back from the newest event.
struct When {
  std::optional<Time> at;
  std::optional<std::int64_t> back;  ///< Microseconds before the newest event (or `now`)
};

/// Where events come from, and within which bounds.
struct Source {
  std::vector<std::string> logs;  ///< Files, folders, "-"
  std::string lake;               ///< A lake's folder, instead of logs
  std::optional<When> from, to, now;
  bool unique = false;  ///< Leave doubles out of `ask`, too
  bool tally = false;   ///< Count events by where and when in `coverage` (Coverage::tally)
  std::uint64_t memory = 1ull << 30;  ///< Bytes that the engine may use
  unsigned threads = 0;               ///< 0: one for each core
  bool until_exit = false;  ///< The process ends by std::_Exit after this desk (engine::Options)
  std::function<void(const event::ScanProgress&)> progress;  ///< Called now and then while reading
};

/// Which events are looked at closely: their requests, answers and other long fields are kept.
struct Close {
  std::vector<std::string> actions{};  ///< Those of these names
  std::vector<std::string> words{};    ///< and those in which one of these stands anywhere
};

/// The answer to a question.
struct Answer {
  std::unique_ptr<engine::Rows> rows;
  std::vector<Error> notices;  ///< Repairs made, what relative times count from
  /// To be called once the rows were drained: what a second look shows. Names of actions that never
  /// occur but nearly match one that does; rows that escape a test by another spelling. May be
  /// null.
  std::function<std::vector<Error>()> second_look;
};

/// The stages of a question, as text.
struct Explanation {
  std::string tokens, tree, bound, duckdb, trino;  ///< trino: empty where it cannot be said
  std::vector<std::string> own_names;              ///< Functions of ours: why `trino` is empty
  std::string why_no_trino;                        ///< Of a search, in words
  std::string plan;                                ///< What the scan will and will not do
  std::vector<Error> notices;
};

/// One set of logs, ready to be asked.
class Desk {
 public:
  static Result<std::unique_ptr<Desk>> open(Source source);
  virtual ~Desk() = default;

  virtual Result<Answer> ask(const Question& question) = 0;
  /// Answers into a Parquet file: says how many rows, and adds notices. Error `output-failed` too.
  virtual Result<std::uint64_t> write_parquet(const Question& question, const std::string& path,
                                              std::vector<Error>& notices) = 0;
  /// What a second look at the question last written shows (Answer::second_look).
  virtual std::vector<Error> look_again() { return {}; }
  virtual Result<Explanation> explain(const Question& question) = 0;
  /// Reads the logs once, without doubles, keeping what these questions need. Later questions whose
  /// fields are among them are answered from what was kept. A lake is read when the first question
  /// of Keeping::Whole comes whose answer it does not keep.
  virtual Result<void> gather(const std::vector<Question>& questions) = 0;
  /// The same, for whoever knows what he will look at: requests, answers and other long fields are
  /// kept of the events of `close` and of sign-ins only, and are NULL in all others, for every
  /// question that is asked later. A lake keeps nothing: it answers such questions as fast without.
  virtual Result<void> gather_closely(const std::vector<Question>& questions,
                                      const Close& close) = 0;
  /// Whether answers are kept that may be (Keeping): by a lake that can be written to, and of which
  /// all events are asked about. Else a question of all of them takes a reading of all of them.
  virtual bool keeps_answers() const { return false; }
  /// What was read so far and what was not. Complete after a question's rows were drained.
  virtual const read::Coverage& coverage() const = 0;
  /// The newest event: relative times count from it. Unset if there are no events.
  virtual Result<std::optional<Time>> newest() = 0;
  /// Stops the question that runs; its rows end with the error `cancelled`.
  virtual void cancel() = 0;
};

}  // namespace trailhound::ask
