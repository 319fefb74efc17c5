// SPDX-License-Identifier: Apache-2.0
//
// Learns what is usual: from logs in one pass; from a lake by reading the counts that are kept in
// it and asking only for the days that changed since.
//
//   TRY(Learnt learnt, learn(open, "trailhound.lake", {.from = from, .to = to}));
//   use(learnt.habits);
//
// LAKE/_baseline/2024-03-01 holds the habits of that day, under a stamp of the parts that they were
// counted from: whatever changes the day (an ingest, a compaction, forgetting) makes the stamp
// another, and the day is counted again by whoever asks next. They are written by the asking and
// not by the ingest: then a lake of any age and one filled on another machine has them too, and who
// never asks for a baseline does not pay for it. Where the lake cannot be written to, the counts
// are the same and take the time that they take.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "baseline/habits.hpp"
#include "findings/actors.hpp"
#include "findings/own_places.hpp"
#include "read/coverage.hpp"

namespace trailhound::baseline {

/// A time within which events are wanted; `to` is not included.
struct Stretch {
  std::optional<Time> from, to;
};

/// Opens the logs or the lake, of that time only.
using OpenDesk = std::function<Result<std::unique_ptr<ask::Desk>>(const Stretch& stretch)>;

/// What was learnt.
struct Learnt {
  Habits habits;
  std::uint64_t untimed = 0;     ///< Events without a time: in no day
  std::uint64_t before = 0;      ///< Events of a lake on days before those that were wanted
  std::uint64_t after = 0;       ///< And on days after
  std::optional<Time> oldest{};  ///< Midnight of a lake's first day, wanted or not
  std::size_t days_kept = 0;     ///< Read from the lake as they were kept
  std::size_t days_counted = 0;
  read::Coverage read;
};

/// Of a lake (whole days: those that `stretch` touches), or of logs if `lake` is empty.
Result<Learnt> learn(const OpenDesk& open, const std::string& lake, const Stretch& stretch);

/// A stretch, and what came before it.
struct Around {
  Learnt past;    ///< Up to kPastDays before the stretch, to its first moment
  Habits window;  ///< Counted by the hour
  std::vector<findings::Birth> births;
  findings::Allotted allotted;  ///< At any time
  read::Coverage read;
};
constexpr std::int32_t kPastDays = 30;

/// Counts the stretch from `from` on and before `to`, and its past. Logs are read once; of a lake,
/// no event of an earlier day is looked at whose day is kept.
Result<Around> look_around(const OpenDesk& open, const std::string& lake, Time from, Time to);

/// The newest event of a lake; none if it has no event with a time.
Result<std::optional<Time>> newest_of_lake(const std::string& lake);

}  // namespace trailhound::baseline
