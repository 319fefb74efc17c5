// SPDX-License-Identifier: Apache-2.0
//
// One thread's engine while a lake is written: it reads what is there, and makes files of what
// comes.
//
//   TRY(auto press, Press::open(root, memory));
//   TRY(press->recall(*day, where, parts));              // which events the lake has of a day
//   TRY(auto staged, press->make_parts(where, {&sieve}));
//
// Its files lie in `_staging` until a Writer moves them. One thread at a time, but for `interrupt`.
// Events become parts by our own writer (part_file.hpp): it takes a quarter of the time that an
// engine needs to take them over, sort and write them. The engine reads what is in the lake.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/database.hpp"
#include "event/event_source.hpp"
#include "lake/days.hpp"
#include "lake/manifest.hpp"
#include "lake/part_file.hpp"
#include "lake/sieve.hpp"
#include "lake/writer.hpp"

namespace trailhound::lake {

class Press {
 public:
  static Result<std::unique_ptr<Press>> open(const std::string& root, std::uint64_t memory);

  /// Adds the events of parts to those that a day has.
  Result<void> recall(Day& day, const AccountDay& where, const std::vector<const Part*>& parts);
  /// Parts of all events of some sources, each by time: one, unless there are very many.
  Result<std::vector<StagedPart>> make_parts(const AccountDay& where,
                                             const std::vector<event::EventSource*>& sources);
  /// A part of the rows of a SELECT that gives a part's columns.
  Result<StagedPart> make_part(const AccountDay& where, const std::string& select);
  /// A file of further sources; its path.
  Result<std::string> make_copies(const Sifting& sifting);
  engine::Database& database() { return *database_; }
  /// From any thread: what it is at ends soon, with fewer events than there are.
  void interrupt();

 private:
  Press(std::string root, std::unique_ptr<engine::Database> database, std::size_t budget)
      : root_(std::move(root)), database_(std::move(database)), budget_(budget) {}
  /// Writes what the file holds as a part.
  Result<StagedPart> stage(const AccountDay& where);

  std::string root_;
  std::unique_ptr<engine::Database> database_;
  PartFile file_;
  std::size_t budget_;  ///< Bytes of events that are held
  std::uint64_t files_ = 0;
  std::mutex mutex_;  ///< Over the scan
  std::shared_ptr<event::EventScan> scan_;
};

}  // namespace trailhound::lake
