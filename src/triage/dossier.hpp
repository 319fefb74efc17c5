// SPDX-License-Identifier: Apache-2.0
//
// All that a report holds: a case (or the findings of all hunts), its trail, what was read, what
// was asked, and the sums of the files that it rests on.
//
//   TRY(Dossier dossier, open_dossier(desk, {"AKIA..."}, options));
//   print(show::dossier_page(dossier));
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "findings/stories.hpp"
#include "hunt/run.hpp"
#include "triage/absent.hpp"
#include "triage/case.hpp"
#include "triage/recorder.hpp"
#include "triage/trail.hpp"
#include "triage/trail_screen.hpp"

namespace trailhound::triage {

/// How much was done in a stretch.
struct Activity {
  Time at;
  std::uint64_t reads = 0, changes = 0, denied = 0;
};

/// A file that the report rests on.
struct SourceSum {
  std::string path;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< Empty where it could not be read
};

struct Dossier {
  std::vector<std::string> words;  ///< As asked; empty: the findings
  std::vector<Absent> not_there;   ///< Words that the logs do not hold
  std::optional<Case> about;
  Links links;
  std::unique_ptr<Trail> trail;  ///< May be null: nothing of it holds a credential
  std::optional<TrailView> view;
  hunt::Report report;  ///< Its findings are those that concern the case
  std::vector<const hunt::Hunt*> hunts;
  bool hunted = false;
  read::Coverage read;
  std::vector<std::string> blind;
  std::vector<Activity> activity;  ///< In order of time, in stretches of `stretch`
  std::int64_t stretch = kHour;
  std::vector<Asked> asked;
  std::vector<SourceSum> sources;
};

struct DossierOptions {
  const hunt::Catalogue* catalogue = nullptr;  ///< Null: no hunts are run
  const findings::Site* site = nullptr;
};

/// A report about these words; about all findings where there are none. The catalogue and the site
/// must outlive it.
Result<Dossier> open_dossier(ask::Desk& desk, const std::vector<std::string>& words,
                             const DossierOptions& options);

/// The sums of all files below these paths, by path.
std::vector<SourceSum> sums_of_sources(const std::vector<std::string>& paths);
/// One sum over the sums: the same where all files are the same.
std::string sum_of_sums(const std::vector<SourceSum>& sources);

}  // namespace trailhound::triage
