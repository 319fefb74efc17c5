// SPDX-License-Identifier: Apache-2.0
//
// Findings told as stories: one for each actor and burst, the worst first.
//
//   std::vector<Story> stories = tell(findings, material);   // sets Finding::actor and ::story too
//   print(stories.front().headline);   // "jmerckle made itself administrator, then made a key"
//
// A burst ends after 30 quiet minutes. What the same actor does later on the same day from the same
// address or with the same key continues its story, and the silence between is said. A story's
// level is its worst finding's, raised one when findings of medium or more join three tactics.
// AWS services never lead.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "findings/actors.hpp"
#include "findings/finding.hpp"
#include "findings/own_places.hpp"
#include "findings/standing.hpp"

namespace trailhound::findings {

constexpr std::int64_t kQuiet = 30 * kMinute;    ///< Ends a burst
constexpr std::int64_t kSameStory = 24 * kHour;  ///< The same key or address goes on telling

/// What one principal did in one minute, by kind.
struct Act {
  Time first, last;
  std::string principal, key, session, action, outcome, agent, source, target, event_id;
  std::uint64_t count = 0;
};

/// A principal, and the time in which its acts matter.
struct Watched {
  std::string principal;
  Time from, to;
};

/// The question that gives the acts of these principals in their times, oldest first.
std::string acts_statement(const std::vector<Watched>& watched);
Result<std::vector<Act>> read_acts(engine::Rows& rows);

/// How to speak of the findings of a hunt. Empty parts: the words of its technique do.
struct Phrases {
  std::string title;
  std::string word;               ///< For a line: "NEW KEY"
  std::string did;                ///< "made a key for {target}"
  std::vector<std::string> next;  ///< Commands; `{column}` stands for a value of the finding
};

/// All that a story is told from, besides its findings.
struct Material {
  std::map<std::string, Phrases> phrases;  ///< By the name of a hunt
  OwnPlaces own;
  Actors actors;
  std::vector<Standing> things;                       ///< Made by anybody
  std::map<std::string, std::uint64_t> uses_of_keys;  ///< Events signed with a key
  std::map<std::string, std::string> workloads;       ///< What runs with a key: an instance
  std::vector<Act> acts;                              ///< Of the principals of the findings
  std::optional<Time> logs_begin, logs_end;
};

/// One line of a story.
struct StoryLine {
  Time at;
  Time until;                  ///< Of a silence: its end
  std::string word;            ///< "GRANTS"; in capitals from level high on
  std::string what;            ///< "PutUserPolicy zlj9i0k83o: * on *"
  std::string technique;       ///< "T1098.003"; empty for lines between
  std::string event_id;        ///< The first event; empty only for silence
  std::string last_event_id;   ///< Where several events are behind it
  std::optional<Level> level;  ///< None for lines that are no finding
};

/// What one actor did in one stretch.
struct Story {
  std::size_t number = 0;  ///< From 1, the first to read first
  Level level = Level::Low;
  std::string why;  ///< How the level came about
  Actor actor;
  std::string headline;
  std::string did;               ///< The headline without the name: "looked around"
  std::vector<std::string> who;  ///< Principals, keys, addresses, in words
  std::string from;              ///< Addresses, in words
  Time first, last;
  std::uint64_t events = 0, denied = 0;  ///< All that the actor did in it
  std::vector<StoryLine> lines;
  std::size_t lines_left_out = 0;
  std::vector<Standing> stands, undone;
  std::vector<std::string> next;      ///< Commands
  std::vector<std::size_t> findings;  ///< Places among the findings
};

/// Tells the stories; gives each finding its actor and the number of its story.
std::vector<Story> tell(std::vector<Finding>& findings, const Material& material);

}  // namespace trailhound::findings
