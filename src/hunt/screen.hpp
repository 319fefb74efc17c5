// SPDX-License-Identifier: Apache-2.0
//
// What a person reads: the report of a run, a hunt, the list of hunts, what the logs hold. Plain
// structure: lines of pieces, each with what it means. Texts come from the logs as they are: who
// prints them makes them fit for a terminal, and paints.
//
//   for (const TextLine& line : report_screen(report, read, {})) print(line);
//
// The same answers as rows, for csv, json and all other formats, are below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hunt/run.hpp"
#include "hunt/table.hpp"
#include "read/coverage.hpp"

namespace trailhound::hunt {

/// What a piece of text is, for whoever paints it.
enum class Tone { Plain, Dim, Title, Low, Medium, High, Critical };

struct Piece {
  std::string text;
  Tone tone = Tone::Plain;
};

/// A line; where it is too long for the screen, it goes on `hang` columns from the left.
struct TextLine {
  std::vector<Piece> pieces;
  std::size_t hang = 0;
};
using Screen = std::vector<TextLine>;

struct ScreenOptions {
  bool fold_services = true;         ///< Stories of AWS services below medium become one line
  bool undo = false;                 ///< Print the commands that would undo what stands
  bool all = false;                  ///< Every story in full
  std::optional<std::size_t> story;  ///< This story only, in full
};

Screen report_screen(const Report& report, const read::Coverage& read,
                     const ScreenOptions& options);
/// All about one hunt.
Screen hunt_screen(const Catalogue& catalogue, const Hunt& hunt);
Screen coverage_screen(const Holdings& held, const read::Coverage& read,
                       const std::vector<const Hunt*>& hunts, const Site& site);

/// The findings, one row each, in the one shape.
Table finding_table(const std::vector<Finding>& findings);
/// number, id, kind, level, title, attack, ...
Table hunt_table(const Catalogue& catalogue, const std::vector<const Hunt*>& hunts);
/// What each hunt answered: hunt, answer, findings, since, words.
Table verdict_table(const Report& report);
/// by, name, events, first, last: by account, region, day, category, service; gaps; settings.
Table coverage_table(const Holdings& held, const std::vector<const Hunt*>& hunts);

/// "Blind" in words, each once: what hunts need and the logs lack.
std::vector<std::string> blind_words(const Tally& tally, const std::vector<const Hunt*>& hunts);

}  // namespace trailhound::hunt
