// SPDX-License-Identifier: Apache-2.0
//
// Where events come from, as an engine sees it: a scan that many threads drain together.
//
//   auto scan = source.scan(plan);
//   auto reader = scan->reader();                        // one for each thread
//   while (reader->read(sink, 2048) > 0) use(sink);
//
// read/ implements it over files, ask/ hands it to an engine. Trouble with a file never fails a
// scan: it is noted in the source's coverage, and the rest is read. A scan ends early only by
// `stop`.
#pragma once

#include <cstdint>
#include <memory>

#include "event/column_sink.hpp"
#include "event/scan_plan.hpp"

namespace trailhound::event {

/// One thread's share of a scan.
class EventReader {
 public:
  virtual ~EventReader() = default;
  /// Puts up to `most` events into `sink`; says how many; 0 when the scan has no more for this
  /// thread.
  virtual std::size_t read(ColumnSink& sink, std::size_t most) = 0;
};

/// How far a scan is, in bytes as they lie on disk.
struct ScanProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;  ///< 0 while unknown (standard input).
  std::uint64_t events = 0;
};

/// One pass over the events. All members may be called from any thread.
class EventScan {
 public:
  virtual ~EventScan() = default;
  virtual std::unique_ptr<EventReader> reader() = 0;
  virtual ScanProgress progress() const = 0;
  /// Makes every reader return 0 soon, within a file too.
  virtual void stop() = 0;
};

/// A set of events that can be scanned any number of times.
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual std::unique_ptr<EventScan> scan(const ScanPlan& plan) = 0;
};

}  // namespace trailhound::event
