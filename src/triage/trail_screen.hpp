// SPDX-License-Identifier: Apache-2.0
//
// A trail as a person reads it: the tree around what was asked for, and what is left of it all.
//
//   TRY(Answer focus, nodes_of(trail, desk, "AKIA…"));
//   TRY(TrailView view, look_at(desk, trail, focus.nodes));
//   print(trail_screen(view, {}));
//
// Texts come from the logs as they are; who prints them makes them fit for a terminal.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "findings/standing.hpp"
#include "findings/table.hpp"
#include "hunt/screen.hpp"
#include "triage/trail.hpp"

namespace trailhound::triage {

/// What one node did, by action.
struct Doing {
  std::string action, outcome, error;
  std::uint64_t count = 0;
  std::string event_id;
};

/// A trail, what was asked of it, and what else is to be said.
struct TrailView {
  const Trail* trail = nullptr;
  std::string asked;
  std::vector<std::size_t> focus;
  std::vector<bool> shown;  ///< For each node
  std::map<std::size_t, std::vector<Doing>> doings;
  std::vector<findings::Standing> things;  ///< Made by what is below the focus
  std::vector<std::size_t> beside;         ///< Other credentials of the holders on the way up
  std::vector<findings::Standing> things_beside;  ///< Made with them, and standing
};

/// The nodes that a word means; empty where the logs do not hold it. Errors `ambiguous-entity`,
/// `no-trail-of`.
Result<std::vector<std::size_t>> nodes_of(const Trail& trail, ask::Desk& desk,
                                          std::string_view word);

/// Asks what the nodes did and what of it stands.
Result<TrailView> look_at(ask::Desk& desk, const Trail& trail, std::string asked,
                          std::vector<std::size_t> focus);

struct TrailOptions {
  bool undo = false;                    ///< Print the commands that would undo what stands
  bool all = false;                     ///< Fold nothing
  std::string more = "--all has them";  ///< Where what is folded is to be found
};
findings::Screen trail_screen(const TrailView& view, const TrailOptions& options);
/// A row for each node that the tree shows.
findings::Table trail_table(const TrailView& view);

}  // namespace trailhound::triage
