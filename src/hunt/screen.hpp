// SPDX-License-Identifier: Apache-2.0
//
// What a person reads: the report of a run, a hunt, the list of hunts, what the logs hold.
//
//   for (const TextLine& line : report_screen(report, read, {})) print(line);
//
// The same answers as rows, for csv, json and all other formats, are below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "findings/screen.hpp"
#include "findings/table.hpp"
#include "hunt/run.hpp"
#include "read/coverage.hpp"

namespace trailhound::hunt {

struct ScreenOptions {
  bool fold_services = true;         ///< Stories of AWS services below medium become one line
  bool undo = false;                 ///< Print the commands that would undo what stands
  bool all = false;                  ///< Every story in full
  std::optional<std::size_t> story;  ///< This story only, in full
};

findings::Screen report_screen(const Report& report, const read::Coverage& read,
                               const ScreenOptions& options);
/// All about one hunt.
findings::Screen hunt_screen(const Catalogue& catalogue, const Hunt& hunt);
findings::Screen coverage_screen(const Holdings& held, const read::Coverage& read,
                                 const std::vector<const Hunt*>& hunts, const findings::Site& site);

/// number, id, kind, level, title, attack, ...
findings::Table hunt_table(const Catalogue& catalogue, const std::vector<const Hunt*>& hunts);
/// What each hunt answered: hunt, answer, findings, since, words.
findings::Table verdict_table(const Report& report);
/// by, name, events, first, last: by account, region, day, category, service; gaps; settings.
findings::Table coverage_table(const Holdings& held, const std::vector<const Hunt*>& hunts);

/// "Blind" in words, each once: what hunts need and the logs lack.
std::vector<std::string> blind_words(const findings::Tally& tally,
                                     const std::vector<const Hunt*>& hunts);
/// The same of a run, whose failed hunts saw nothing: "2 hunts failed (root-acts, root-usage)".
std::vector<std::string> blind_words(const Report& report, const std::vector<const Hunt*>& hunts);

}  // namespace trailhound::hunt
