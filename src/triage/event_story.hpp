// SPDX-License-Identifier: Apache-2.0
//
// One event, told in plain sentences: who asked for what, from where, with which credentials,
// whether it worked, whether that is usual for them, and what the one that it was done to did
// before and after.
//
//   TRY(auto stories, tell_events(desk, subject, 3));
//   for (const EventStory& story : stories) print(story_screen(story));
//   print(record_text(story.record));         // --raw: the record, its policies decoded
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "base/json.hpp"
#include "findings/site.hpp"
#include "hunt/screen.hpp"
#include "triage/subject.hpp"

namespace trailhound::triage {

/// One event's story.
struct EventStory {
  Time at;
  std::string event_id, action;
  std::vector<std::string> sentences;
  std::vector<std::string> next;  ///< Commands
  Json record;
};

/// The stories of the events that meet the subject; none if they are more than `most`.
Result<std::vector<EventStory>> tell_events(ask::Desk& desk, const Subject& subject,
                                            std::size_t most, const findings::Site* site);

findings::Screen story_screen(const EventStory& story);

/// A record on several lines; policies that stand in it as texts are shown as documents.
std::string record_text(const Json& record);

/// "asked IAM to add the user Bob to the group admin"; the request's own words where an action has
/// no phrase.
std::string asked_for(std::string_view action, const Json& record);

}  // namespace trailhound::triage
