// SPDX-License-Identifier: Apache-2.0
//
// Events read once and kept for many questions: a source of events over blocks of columns.
//
//   TRY(auto kept, Kept::gather(logs, plan, {.temp_folder = "/tmp/x"}, nullptr));
//   auto scan = kept->scan(question_plan);     // puts only events that pass question_plan.filter
//
// A block holds some thousand events, each field as numbers into a list of the block's distinct
// values; a scan looks its filter up in those lists and unpacks nothing but the fields and events
// that it needs. So a question about a few actions costs next to nothing, whatever was kept.
// Columns lie in memory up to a bound; beyond it the longest go to a file that has no name. Of a
// plan, `fields` and `filter` count: all else was seen to when the events were kept.
//
// Fields that others settle (event/worked_out.def) can be kept too: the combinations of those
// others are numbered while events are kept; they can be scanned as events of their own, so that
// what they settle is worked out once for each; and once that is given, every event shows it.
//
//   auto kept = Kept::gather(logs, plan, {.settled = {{inputs, {Field::Principal}}}}, nullptr);
//   ask(*kept->combinations(0));               // "select eventid, principal": by number
//   kept->give(Field::Principal, values);
//
// Any number of scans may run at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event/event_source.hpp"
#include "event/row_filter.hpp"
#include "read/settled.hpp"

namespace trailhound::read {

/// How events are kept.
struct KeepOptions {
  unsigned threads = 0;                 ///< 0: one for each core
  std::uint64_t memory = 128ull << 20;  ///< Bytes of columns in memory; the rest goes to a file
  std::string temp_folder;              ///< Where that file is made; empty: the system's
  std::function<void(const event::ScanProgress&)> progress{};  ///< Called now and then
  std::vector<Settled> settled{};                              ///< Which combinations to number
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
  /// The combinations that were met of KeepOptions::settled[place], as events with these fields and
  /// their number, from 1, as eventid. Null: there were too many to be numbered.
  virtual Kept* combinations(std::size_t place) = 0;
  /// Says what a field is in each combination, the first's first. To be called before any scan.
  virtual void give(event::Field field, std::vector<std::optional<std::string>> values) = 0;
};

}  // namespace trailhound::read
