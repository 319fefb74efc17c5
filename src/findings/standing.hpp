// SPDX-License-Identifier: Apache-2.0
//
// What still stands: the things that somebody made, granted, shared or switched off and that nobody
// undid before the logs end.
//
//   TRY(auto changes, read_changes(*rows));          // of changes_statement()
//   for (const Standing& thing : standing(changes)) if (!thing.gone_at) print(thing.undo);
//
// Which action makes what, and which one undoes it, is a row of made.def each.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "engine/rows.hpp"

namespace trailhound::findings {

/// A successful call that made or undid something.
struct Change {
  Time at;
  std::string event_id, action, principal, key, account, region;
  Json request, response;
};

/// A thing that was made, and its end if it was seen.
struct Standing {
  std::string kind;   ///< "key"
  int weight = 0;     ///< Less comes first: what opens a door, before what costs money
  std::string name;   ///< "AKIA..."
  std::string owner;  ///< "alice"; empty where a thing has none
  std::string words;  ///< "key AKIA... of alice"
  std::string undo;   ///< Command line; empty where a name is not safe to put into one
  std::string action, principal, key, account, region, event_id;
  Time made_at;
  std::optional<Time> gone_at;
  std::string gone_event;
  std::string gone_by;  ///< Principal
};

/// The question that gives the changes, oldest first. With principals: of these only, and all that
/// undoes.
std::string changes_statement(const std::vector<std::string>& principals);
/// The names of the events that make or undo something.
std::vector<std::string> change_names();
Result<std::vector<Change>> read_changes(engine::Rows& rows);
/// As if the question had been asked with these principals.
Result<std::vector<Change>> read_changes_of(engine::Rows& rows,
                                            const std::set<std::string>& principals);

/// All things made, in order of time.
std::vector<Standing> standing(const std::vector<Change>& changes);

}  // namespace trailhound::findings
