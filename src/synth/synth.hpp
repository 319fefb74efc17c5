// SPDX-License-Identifier: Apache-2.0
//
// Made-up accounts and intrusions, delivered as CloudTrail delivers, with the truth beside them.
//
//   TRY(auto made, synth::make({.folder = "demo/logs"}));
//   made.events;   // as delivered, doubles counted
//
// The same options give the same bytes on every machine. The folder must not exist or be empty. In
// it: AWSLogs/<organisation>/<account>/CloudTrail/<region>/<yyyy>/<mm>/<dd>/….json.gz, and
// truth.jsonl, which names every event of every intrusion. Two trails write into the same folder:
// for three days in the middle the development account's events are delivered twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace trailhound::synth {

/// What to make.
struct Options {
  std::string folder;
  std::uint64_t seed = 1;
  std::uint64_t events = 120'000;  ///< About how many
  int days = 30;
  unsigned accounts = 4;  ///< Four to a company, so in fours; intrusions are in the first company
  std::vector<std::string> intrusions = {"leaked-key"};  ///< Names, "all" or "none"
  Time first{1'709'251'200 * kSecond};                   ///< Midnight of the first day: 2024-03-01
  std::int64_t batch = 15 * kMinute;  ///< A file for each account, region and stretch of this
  unsigned threads = 2;
};

/// What was made.
struct Made {
  std::uint64_t events = 0;   ///< Delivered
  std::uint64_t doubles = 0;  ///< Of these, second copies
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< On disk
  std::uint64_t truth = 0;  ///< Events of intrusions
};

/// Makes it. Errors: `output-failed`, `unknown-intrusion`.
Result<Made> make(const Options& options);

}  // namespace trailhound::synth
