// SPDX-License-Identifier: Apache-2.0
//
// A set of log files as a source of events: folders, files, archives, standard input.
//
//   TRY(auto logs, read::Logs::open({"logs/"}));
//   auto scan = logs->scan(plan);                          // event/event_source.hpp
//   ... drain its readers ...
//   logs->coverage();                                      // of the scan made last
//
// Paths are walked once, by `open`; a scan reads the files anew. What a file holds is told by its
// structure, never by its name. Trouble with a file never fails a scan: it is noted in the coverage
// and everything else is read. Memory: a few MB a thread, whatever the size of the files (and 24
// bytes an event for plans with `once`).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event/event_source.hpp"
#include "read/coverage.hpp"

namespace trailhound::read {

/// Bounds on what one input may cost. Over one of them, what is left of the file (or the record) is
/// left out, named and counted.
struct Limits {
  std::uint64_t inflated = 64ull << 30;  ///< Bytes that one file may inflate to
  std::uint64_t ratio = 200;             ///< ... and times its size on disk, from 1 GiB on
  std::uint32_t depth = 512;             ///< Brackets within brackets
  std::uint64_t record = 64ull << 20;    ///< Bytes of one event
  std::uint64_t document = 64ull << 20;  ///< Bytes of a document that is no list of events
  std::uint64_t copies = 512ull << 20;   ///< Bytes spent on remembering events for `once`
};

struct Options {
  Limits limits;
  bool tally = false;       ///< Fill Coverage::tally
  std::string temp_folder;  ///< Where standard input is spooled; empty: the system's
};

/// Files with events in them. Scans may not overlap in time if `coverage` is to be told apart.
class Logs : public event::EventSource {
 public:
  /// Finds the files. Errors: `no-such-path` (with the nearest name), `no-logs` if paths are given
  /// and hold no file. Without paths there are no events: enough to explain a question.
  static Result<std::unique_ptr<Logs>> open(const std::vector<std::string>& paths,
                                            Options options = {});

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override = 0;
  /// What the scan made last has read so far.
  virtual Coverage coverage() const = 0;
  /// The newest event. Files whose names tell their time of delivery are read newest first until no
  /// older file can hold a newer event; others are all read. Unset if there are no events.
  virtual std::optional<Time> newest() = 0;
};

}  // namespace trailhound::read
