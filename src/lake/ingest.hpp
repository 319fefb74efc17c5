// SPDX-License-Identifier: Apache-2.0
//
// Logs into a lake: everything that `--logs` reads, each event once.
//
//   TRY(auto ingest, Ingest::open({.paths = {"logs/"}, .lake = "trailhound.lake"}));
//   TRY(IngestReport report, ingest->run());
//   report.kept; report.copies; report.conflicts;
//
// Files are known by the sum of their bytes: one that was read before is passed over, so the same
// command run again does what is left, after a crash, too. Memory: a sort of some 13,000 events for
// each thread, and 16 to 32 bytes for each event of the days at work. `cancel` may be called from
// any thread; what was committed stays.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "event/event_source.hpp"
#include "lake/lock.hpp"
#include "read/coverage.hpp"

namespace trailhound::lake {

struct IngestOptions {
  std::vector<std::string> paths;
  std::string lake;
  std::uint64_t memory = 1ull << 30;
  unsigned threads = 0;          ///< 0: one for each core
  std::optional<Time> from, to;  ///< Of the days that paths name; files that name none are read
  std::uint32_t shard = 1, shards = 1;  ///< The share `shard` of `shards`, counted from one
  bool dry_run = false;                 ///< Only say which files would be read
  bool confine =
      true;  ///< Give up writing anywhere but in the lake, where the kernel can see to it
  Waiting waiting{};
  std::function<void(const event::ScanProgress&)> progress{};
};

/// What came of it.
struct IngestReport {
  read::Coverage read;              ///< Of the files that were read
  std::uint64_t files_known = 0;    ///< Passed over: read before
  std::uint64_t files_outside = 0;  ///< Passed over: of other days, or of other shards
  std::uint64_t kept = 0, copies = 0, conflicts = 0;
  std::uint64_t days = 0, parts = 0, bytes = 0;  ///< Written
  std::uint64_t events_before = 0;               ///< In the lake
  bool stopped = false;
};

class Ingest {
 public:
  /// Errors of read::Logs::open and Writer::open.
  static Result<std::unique_ptr<Ingest>> open(IngestOptions options);
  virtual ~Ingest() = default;
  virtual Result<IngestReport> run() = 0;
  virtual void cancel() = 0;
};

}  // namespace trailhound::lake
