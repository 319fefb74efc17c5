// SPDX-License-Identifier: Apache-2.0
//
// A stretch of time against what came before it: what is new, rare, louder, newly failing, allowed
// after it was denied; by whom, and whether others like them do the same. Told as stories.
//
//   TRY(Comparison comparison, compare(past, window, {.from = from, .to = to, .site = &site}));
//   for (const findings::Story& story : comparison.stories) print(story.headline);
//
// How surprising an act is: the less its doer did it on past days, the less those like the doer did
// it, the less anybody in the account did it, the more. The four are one estimate (each the prior
// of the one before), in bits. What an action can do weighs it: a grant more than a list. The
// number orders the answer and is never shown: the words say what was counted.
//
// A doer is a principal, or one instance, function or task of a fleet. Those like it are the other
// machines of the same role, the other people of the same role, the others of the same kind in the
// account. A doer of few days is judged by those like it; where the whole past is short, nothing is
// called new.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "baseline/habits.hpp"
#include "findings/finding.hpp"
#include "findings/own_places.hpp"
#include "findings/screen.hpp"
#include "findings/site.hpp"
#include "findings/stories.hpp"

namespace trailhound::baseline {

/// The past must be this long for anything in the stretch to be called new.
constexpr std::int64_t kEnoughPast = 7 * kDay;

/// What is compared.
struct CompareOptions {
  Time from, to;  ///< `to` is not included
  const findings::Site* site = nullptr;
  findings::Allotted allotted{};        ///< Addresses that the logs say are ours; may be empty
  std::vector<findings::Birth> births;  ///< Who is behind whom; may be empty
  bool all = false;                     ///< Keep small departures too
};

/// A change in what is recorded: from then on, more of it is no more being done.
struct Recording {
  std::string account, what;  ///< "S3 data events", "events in eu-west-1"
  Time since;
  std::string event;
};

/// One who acts every day and did nothing in the stretch.
struct Silent {
  std::string name, principal, account;
  Time last;
  std::uint32_t days = 0;
  std::string event;  ///< The first of its last day
};

/// What came out.
struct Comparison {
  Time from, to;
  std::optional<Time> past_first;  ///< The first event of the past
  std::uint64_t past_events = 0, events = 0;
  std::size_t past_days = 0, principals = 0;
  bool enough_past = false;
  std::vector<Recording> recordings;
  std::vector<findings::Finding> findings;  ///< Of the stories
  std::vector<findings::Story> stories;     ///< The first to read first
  std::vector<Silent> silent;
  std::size_t left_out = 0;  ///< Stories of small departures
  std::size_t hidden = 0;    ///< Findings that the site file expects
};

/// `past` ends where `window` begins; `window` was counted by the hour and is added to `past`.
Comparison compare(Habits& past, const Habits& window, const CompareOptions& options);

/// What was compared with what, a labelled line each.
findings::Screen compare_head(const Comparison& comparison, const std::string& source_words);
/// The head, then the stories; `all`: every one in full.
findings::Screen compare_screen(const Comparison& comparison, const std::string& source_words,
                                bool all);

}  // namespace trailhound::baseline
