// SPDX-License-Identifier: Apache-2.0
//
// What cases and trails ask of all events, whoever they are about: a lake keeps the answers by
// days, and what is wanted of them is picked here.
//
//   TRY(auto changes, changes_of(desk, {"arn:aws:iam::111122223333:user/alice"}));
//   TRY(auto uses, uses_of_all(desk));
//   uses["AKIAIOSFODNN7EXAMPLE"];                   // calls signed with it
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "findings/standing.hpp"
#include "triage/condition.hpp"

namespace trailhound::triage {

/// What these principals made or undid, and all that anybody undid; oldest first.
Result<std::vector<findings::Change>> changes_of(ask::Desk& desk,
                                                 const std::set<std::string>& principals);
/// The ids of the events in which somebody changed something, and it worked; of a lake.
Result<std::set<std::string>> changes_by(ask::Desk& desk, const Condition& whose);
/// Calls by access key, and by role or principal: their ARNs without paths, since what makes them
/// does not tell these.
Result<std::map<std::string, std::uint64_t>> uses_of_all(ask::Desk& desk);

/// The questions, for a pass that is made for others too.
ask::Question changes_question();
ask::Question changers_question();
ask::Question uses_of_all_question();

}  // namespace trailhound::triage
