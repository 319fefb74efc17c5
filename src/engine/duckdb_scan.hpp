// SPDX-License-Identifier: Apache-2.0
//
// Events as a table of DuckDB's: `th_scan(7)`.
//
//   Scans scans(duck, threads, progress);
//   TRY(scans.register_with(connection));
//   const std::uint64_t handle = scans.offer(source, plan);
//
// Values go from the reader straight into the vectors of the chunk that DuckDB works on; each
// thread has a reader and a sink of its own. Only what a question uses is asked of the source: the
// plan's fields within the columns that DuckDB wants.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "engine/duckdb_api.hpp"
#include "event/event_source.hpp"

namespace trailhound::engine {

/// The events that SQL may scan, and the scans that run.
class Scans {
 public:
  using Progress = std::function<void(const event::ScanProgress&)>;
  Scans(const DuckDb& library, unsigned thread_count, Progress progress)
      : duck(library), threads(thread_count), progress_(std::move(progress)) {}

  /// Makes `th_scan` known. Must outlive the connection's database.
  Result<void> register_with(duckdb_connection connection);
  std::uint64_t offer(event::EventSource& source, event::ScanPlan plan);
  /// Takes back all offers of a source; questions that are bound go on.
  void withdraw(const event::EventSource& source);
  /// Stops every scan that runs.
  void stop();

  // What the table function needs.
  struct Offer {
    event::EventSource& source;
    event::ScanPlan plan;
  };
  std::shared_ptr<const Offer> find(std::uint64_t handle) const;
  void begin(const std::shared_ptr<event::EventScan>& scan);
  void end(const std::shared_ptr<event::EventScan>& scan);
  /// Tells how far the scans are, ten times a second at most.
  void tell();

  const DuckDb& duck;
  const unsigned threads;

 private:
  mutable std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::shared_ptr<const Offer>> offers_;
  std::set<std::shared_ptr<event::EventScan>> running_;
  Progress progress_;
  std::mutex telling_;
  std::atomic<std::int64_t> told_ = 0;  ///< Milliseconds of the steady clock
};

}  // namespace trailhound::engine
