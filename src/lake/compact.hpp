// SPDX-License-Identifier: Apache-2.0
//
// Many small parts of a day into one. Questions may be asked all the while.
//
//   TRY(CompactReport report, compact({.lake = root}));
//
// What several ingests left in an account-day becomes one part, sorted by time; parts of a former
// schema are written anew. No event is added or lost: the rows are counted against those that they
// replace. Old parts are deleted once nobody reads them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "event/event_source.hpp"
#include "lake/lock.hpp"

namespace trailhound::lake {

struct CompactOptions {
  std::string lake;
  std::uint64_t memory = 1ull << 30;
  unsigned threads = 0;  ///< 0: one for each core
  bool confine = true;   ///< Give up writing anywhere but in the lake
  Waiting waiting{};
  std::chrono::milliseconds patience = kPatience;  ///< With readers of what is replaced
  std::function<void(const event::ScanProgress&)> progress{};
  std::function<bool()> stopped{};  ///< Asked now and then; what was committed stays
};

struct CompactReport {
  std::uint64_t days = 0;  ///< Account-days that were written anew
  std::uint64_t parts_before = 0, parts_after = 0;
  std::uint64_t bytes_before = 0, bytes_after = 0;
  std::uint64_t parts_left = 0;  ///< Replaced, but still read by somebody: the next writer removes
  bool stopped = false;
};

/// Errors of Writer::open; `lake-damaged` where a part cannot be read: it stays as it is.
Result<CompactReport> compact(const CompactOptions& options);

}  // namespace trailhound::lake
