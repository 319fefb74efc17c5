// SPDX-License-Identifier: Apache-2.0
//
// All calls, as a lake keeps them: by kind, and by all that somebody can be asked about by.
//
//   TRY(auto calls, kept_calls(desk, [&](const Row& row, const ToldPlaces& at) {
//     return whose.is_met(row, at);
//   }));
//
// Of callers who do little on a day by the minute; of others by the hour if it can stand in a
// timeline or names somebody, and by the day if not. Mostly that is some hundredths of the events.
// Apart from these, whoever took a role with which name for its session: by the minute.
//
// Of log files it would be a question of all of them: ask calls.hpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "findings/cells.hpp"
#include "triage/condition.hpp"
#include "triage/group.hpp"

namespace trailhound::triage {

using IsWanted = std::function<bool(const findings::Row&, const ToldPlaces&)>;

/// Those that are wanted, all together or one after the other.
Result<std::vector<Group>> kept_calls(ask::Desk& desk, const IsWanted& is_wanted);
Result<void> each_kept_call(ask::Desk& desk, const IsWanted& is_wanted,
                            const std::function<void(const Group&)>& use);

ask::Question kept_calls_question();

/// Calls that took a role, with all that others are asked about by and the session that was made,
/// which makes as many rows as there are sessions.
Result<void> each_role_taken(ask::Desk& desk, const IsWanted& is_wanted,
                             const std::function<void(const Group&)>& use);
ask::Question roles_taken_question();
/// What only they tell.
std::span<const Told> told_of_roles_taken();

/// What calls tell. Those of the naming services tell Told::Target, too.
std::span<const Told> told_of_calls();
/// The services that name somebody as a target.
std::vector<std::string> naming_services();

}  // namespace trailhound::triage
