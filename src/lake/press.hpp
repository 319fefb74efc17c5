// SPDX-License-Identifier: Apache-2.0
//
// One thread's engine while a lake is written: it reads what is there, and makes files of what
// comes.
//
//   TRY(auto press, Press::open(root, memory));
//   TRY(press->recall(*day, where, parts));              // which events the lake has of a day
//   TRY(StagedPart staged, press->make_part(where, {&sieve}));
//
// Its files lie in `_staging` until a Writer moves them. One thread at a time, but for `interrupt`.
// Several small engines with a thread each write faster, in less memory, than one with several.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/database.hpp"
#include "event/event_source.hpp"
#include "lake/days.hpp"
#include "lake/manifest.hpp"
#include "lake/sieve.hpp"
#include "lake/writer.hpp"

namespace trailhound::lake {

class Press {
 public:
  static Result<std::unique_ptr<Press>> open(const std::string& root, std::uint64_t memory);

  /// Adds the events of parts to those that a day has.
  Result<void> recall(Day& day, const AccountDay& where, const std::vector<const Part*>& parts);
  /// A part of all events of some sources, by time.
  Result<StagedPart> make_part(const AccountDay& where,
                               const std::vector<event::EventSource*>& sources);
  /// A part of the rows of a SELECT that gives a part's columns.
  Result<StagedPart> make_part(const AccountDay& where, const std::string& select);
  /// A file of further sources; its path.
  Result<std::string> make_copies(const Sifting& sifting);
  engine::Database& database() { return *database_; }
  void interrupt() { database_->interrupt(); }

 private:
  Press(std::string root, std::unique_ptr<engine::Database> database)
      : root_(std::move(root)), database_(std::move(database)) {}

  std::string root_;
  std::unique_ptr<engine::Database> database_;
};

}  // namespace trailhound::lake
