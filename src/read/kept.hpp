// SPDX-License-Identifier: Apache-2.0
//
// Events read once and kept for many questions: a source of events over blocks of columns.
//
//   TRY(auto kept, Kept::gather(logs, plan, {.temp_folder = "/tmp/x"}, nullptr));
//   auto scan = kept->scan(question_plan);     // puts only events that question_plan.filter lets
//   by
//
// A block holds some thousand events, each field as numbers into a list of the block's distinct
// values; a scan looks its filter up in those lists and unpacks nothing but the fields and events
// that it needs. So a question about a few actions costs next to nothing, whatever was kept. Blocks
// lie in memory up to a bound, the others in one file that has no name. Of a plan, `fields` and
// `filter` count: all else was seen to when the events were kept.
//
// Any number of scans may run at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event/event_source.hpp"
#include "event/row_filter.hpp"

namespace trailhound::read {

/// How events are kept.
struct KeepOptions {
  unsigned threads = 0;                 ///< 0: one for each core
  std::uint64_t memory = 128ull << 20;  ///< Bytes of blocks in memory; the rest goes to a file
  std::string temp_folder;              ///< Where that file is made; empty: the system's
  std::function<void(const event::ScanProgress&)> progress{};  ///< Called now and then
  /// Top-level fields that are kept of some events only: of those that pass one of `bulky_of`,
  /// which are tests of single fields. Of the others they are NULL. A list is tested as its texts.
  event::FieldSet bulky{};
  std::vector<event::RowFilter> bulky_of{};
};

/// Events that stay.
class Kept : public event::EventSource {
 public:
  /// Reads all that the plan asks for. Ends early, with the error `cancelled`, once `stopped` (if
  /// given) is true. Error `output-failed`: the temporary file cannot be written.
  static Result<std::unique_ptr<Kept>> gather(event::EventSource& source,
                                              const event::ScanPlan& plan,
                                              const KeepOptions& options,
                                              const std::atomic<bool>* stopped);

  /// Fields that were kept.
  virtual const event::FieldSet& fields() const = 0;
  virtual std::uint64_t events() const = 0;
};

}  // namespace trailhound::read
