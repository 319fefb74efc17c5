// SPDX-License-Identifier: Apache-2.0
//
// Runs hunts over a set of logs: one pass over the files, then every hunt over what was kept.
//
//   TRY(auto desk, ask::Desk::open({.logs = {"logs/"}}));
//   TRY(auto picked, catalogue.pick({}));
//   TRY(Report report, run(*desk, catalogue, picked, {.site = &site}));
//   for (const Story& story : report.stories) ...
//
// Each hunt has one of three answers: found, nothing found, could not look. A hunt whose statement
// fails stands among the verdicts with its error; the others go on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "findings/finding.hpp"
#include "findings/site.hpp"
#include "findings/stories.hpp"
#include "findings/tally.hpp"
#include "hunt/catalogue.hpp"

namespace trailhound::hunt {

/// What one hunt had to say.
struct Verdict {
  enum class Kind { Found, Nothing, CouldNotLook, Failed };
  const Hunt* hunt = nullptr;
  Kind kind = Kind::Nothing;
  std::size_t rows = 0;
  findings::Sight sight;         ///< Late: it looked only since then, whatever the kind
  std::optional<Error> failure;  ///< Kind::Failed
};

/// An entry of the site file, and how many findings it hid.
struct Hidden {
  std::string because;
  std::size_t findings = 0;
};

/// All that a run gives.
struct Report {
  std::vector<findings::Finding> findings;  ///< In order of time; each knows its story
  std::vector<findings::Story> stories;     ///< The first to read first
  std::vector<Verdict> verdicts;            ///< In the order of the hunts
  std::vector<Hidden> hidden;
  std::size_t known = 0;  ///< Findings left out because the same was there before
  findings::Tally tally;
  std::vector<findings::Setting> settings;

  std::size_t count(Verdict::Kind kind) const;
  std::size_t count(findings::Level level) const;  ///< Stories of that level
};

/// How to run.
struct RunOptions {
  const findings::Site* site = nullptr;           ///< May be null
  std::map<std::string, std::string> parameters;  ///< For tunables, and views
  std::vector<ask::Question> also{};              ///< Further questions that the pass is to serve
  bool gathered = false;                          ///< The pass was made already, by `gather`
  bool only_new = false;  ///< Leave out what the same principal did before from the same place
  /// Tell stories. Without them, findings know neither their actor nor the sessions of their keys.
  bool stories = true;
};

/// The pass over the files that `run` makes, on its own: for whoever asks something before the
/// hunts are run.
Result<void> gather(ask::Desk& desk, const Catalogue& catalogue,
                    const std::vector<const Hunt*>& hunts, const RunOptions& options);

/// Runs hunts of kind `finding`.
Result<Report> run(ask::Desk& desk, const Catalogue& catalogue,
                   const std::vector<const Hunt*>& hunts, const RunOptions& options);

/// Asks a view; its rows have its own columns.
Result<ask::Answer> ask_view(ask::Desk& desk, const Hunt& view, const RunOptions& options);

/// Makes findings of the rows of one hunt. `failed` attempts are lowered, scanners too.
Result<std::vector<findings::Finding>> findings_of(engine::Rows& rows, const Hunt& hunt,
                                                   const findings::Site* site);

/// The question that a tally is made of, and its answer.
ask::Question tally_question();
Result<findings::Tally> ask_tally(ask::Desk& desk);

/// Counts what the logs hold, without hunts: for `coverage`.
struct Holdings {
  findings::Tally tally;
  std::vector<findings::Setting> settings;
};
Result<Holdings> holdings(ask::Desk& desk);

}  // namespace trailhound::hunt
