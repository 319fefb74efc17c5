// SPDX-License-Identifier: Apache-2.0
//
// Whom or what a word means in these logs, and what they hold.
//
//   TRY(std::optional<Subject> subject, understand(desk, "alice"));
//   if (!subject) TRY(const Held held, what_is_held(desk));    // no alice in all that
#pragma once

#include <optional>
#include <string_view>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "triage/links.hpp"
#include "triage/subject.hpp"

namespace trailhound::triage {

/// Finds out what a word means in these logs; nothing where they do not hold it. Of a lake it says
/// where its events are, too. Error `ambiguous-entity`.
Result<std::optional<Subject>> understand(ask::Desk& desk, std::string_view word);

/// What the logs hold, for those that they do not.
Result<Held> what_is_held(ask::Desk& desk);
/// What it asks; a lake keeps the answer by days.
ask::Question held_question();

}  // namespace trailhound::triage
