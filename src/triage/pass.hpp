// SPDX-License-Identifier: Apache-2.0
//
// One pass over log files for all that a case and its trail ask.
//
//   TRY(look_once(desk, {"AKIAIOSFODNN7EXAMPLE"}));   // the files are read here, and never again
//   TRY(auto subject, understand(desk, "AKIAIOSFODNN7EXAMPLE"));
//   TRY(Links links, read_links(desk));
//
// Of every event the short fields are kept; of events that speak of a word, that make or undo
// something, or that a trail leads through, the long ones too. A lake needs no pass.
#pragma once

#include <string>
#include <vector>

#include "ask/ask.hpp"

namespace trailhound::triage {

/// Reads the files for cases and trails of these words.
Result<void> look_once(ask::Desk& desk, const std::vector<std::string>& words);
/// The same, with the long fields of all events: for what no word in an event tells (the family of
/// an agent, a network).
Result<void> look_once_at_all(ask::Desk& desk);

/// What cases and trails ask, for a pass that is made for others too.
std::vector<ask::Question> asked_of_cases();

/// Asks of a lake all that it keeps for cases and trails: whoever comes next finds it there.
Result<void> ask_ahead(ask::Desk& desk);

}  // namespace trailhound::triage
