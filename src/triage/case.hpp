// SPDX-License-Identifier: Apache-2.0
//
// A case: all that the logs say about one thing, or about several that belong together.
//
//   TRY(std::optional<Subject> subject, understand(desk, "alice"));   // understand.hpp
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
#include "findings/own_places.hpp"
#include "hunt/run.hpp"
#include "hunt/screen.hpp"
#include "triage/calls.hpp"
#include "triage/links.hpp"
#include "triage/subject.hpp"

namespace trailhound::triage {

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
  findings::OwnPlaces own;
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
  bool gathered = false;  ///< `gather` made the pass, for the hunts too; else opening a case does
  bool stories = false;   ///< Of the hunts; findings are enough for a screen
};

/// Reads log files once for all that a case of these words asks, its hunts among it.
Result<void> gather(ask::Desk& desk, const std::vector<std::string>& words,
                    const CaseOptions& options);

Result<Case> open_case(ask::Desk& desk, std::vector<Subject> subjects, const CaseOptions& options);

struct CaseScreenOptions {
  bool all = false;  ///< Cut nothing
};
findings::Screen case_screen(const Case& about, const CaseScreenOptions& options);
/// A row for each step of the timeline.
findings::Table case_table(const Case& about);

}  // namespace trailhound::triage
