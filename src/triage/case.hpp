// SPDX-License-Identifier: Apache-2.0
//
// A case: all that the logs say about one thing, or about several that belong together.
//
//   TRY(std::optional<Subject> subject, understand(desk, "alice"));   // whom or what is meant
//   TRY(Case about, open_case(desk, {*subject}, options));
//   print(case_screen(about, {}));
//
// Few questions are asked: what was done, when, to whom it was done, and what of it stands. The
// hunts are run over the logs, and what they say of the subject is kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "hunt/run.hpp"
#include "hunt/screen.hpp"
#include "triage/calls.hpp"
#include "triage/condition.hpp"
#include "triage/entity.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {

/// What is asked about, as the logs know it.
struct Subject {
  Entity entity;
  std::string words;  ///< "user alice", "address 198.51.100.7"
  std::string by;     ///< SQL condition: events that it did, or that happened at it
  std::string about;  ///< SQL condition: events that speak of it; may be empty
  std::vector<std::string> event_ids;  ///< Form::Event: the events themselves
  /// The same as `by`, where rows tell of it that a lake keeps.
  std::optional<Condition> told{};
  /// Of a lake: the part of `about` that such rows tell of, and the rest; empty if there is none.
  std::optional<Condition> named{};
  std::string spoken{};
  /// Events that it did, and events that name it, its own among them, as far as a lake knows
  /// unasked.
  std::uint64_t at_least = 0, about_at_least = 0;
};

/// Finds out what a word means in these logs; nothing where they do not hold it. Error
/// `ambiguous-entity`.
Result<std::optional<Subject>> understand(ask::Desk& desk, std::string_view word);

/// What the logs hold, for those that they do not.
Result<Held> what_is_held(ask::Desk& desk);
/// What it asks; a lake keeps the answer by days.
ask::Question held_question();

/// Something made, and whether it was used.
struct Thing {
  findings::Standing made;
  std::optional<std::uint64_t> uses;  ///< Of a key, user or role
  bool itself = false;                ///< The subject, not something that it made
};

struct Case {
  std::vector<Subject> subjects;
  Held held;
  read::Coverage read;                      ///< Of a reading of everything
  std::vector<Group> groups, steps;         ///< As in Calls
  bool by_hour = false, steps_cut = false;  ///< As in Calls
  std::vector<Group> done_to;
  std::vector<Thing> things;
  std::vector<findings::Finding> findings;
  std::vector<const hunt::Hunt*> hunts;  ///< For words
  bool hunted = false;
  std::vector<std::string> blind;    ///< Where the logs cannot show it
  std::vector<findings::Gap> holes;  ///< Hours without any event in the logs
  hunt::Report report;  ///< What the hunts said; of stories, if any, those that it stands in
};

/// What to ask besides.
struct CaseOptions {
  const hunt::Catalogue* catalogue = nullptr;  ///< Null: no hunts are run
  const findings::Site* site = nullptr;
  bool gathered = false;  ///< `gather` made the pass, for the hunts too
  bool stories = false;   ///< Of the hunts; findings are enough for a screen
};

/// Reads log files once for all that a case of these words asks, its hunts among it.
Result<void> gather(ask::Desk& desk, const std::vector<std::string>& words,
                    const CaseOptions& options);

Result<Case> open_case(ask::Desk& desk, std::vector<Subject> subjects, const CaseOptions& options);

struct CaseScreenOptions {
  bool all = false;  ///< Cut nothing
  const findings::Site* site = nullptr;
};
findings::Screen case_screen(const Case& about, const CaseScreenOptions& options);
/// A row for each step of the timeline.
findings::Table case_table(const Case& about);

}  // namespace trailhound::triage
