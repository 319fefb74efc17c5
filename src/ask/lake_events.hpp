// SPDX-License-Identifier: Apache-2.0
//
// The events of a lake's parts, one by one: a source for whoever keeps them for many questions.
//
//   LakeEvents events(root, parts, database, *nothing);
//   auto kept = read::Kept::gather(events, plan, options, &stopped);
//   if (events.failure()) return *events.failure();      // then it has seen fewer than there are
//
// The engine reads the parts, some at a time for each reader. All that is used must outlive it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "event/event_source.hpp"
#include "lake/manifest.hpp"

namespace trailhound::ask {

class LakeEvents final : public event::EventSource {
 public:
  /// `empty` is a table without events: it gives the types of columns that no part has.
  LakeEvents(std::string root, std::vector<const lake::Part*> parts, engine::Database& database,
             std::string empty)
      : root_(std::move(root)),
        parts_(std::move(parts)),
        database_(database),
        empty_(std::move(empty)) {}
  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;
  /// Why a scan ended early, if one did.
  std::optional<Error> failure() const;

 private:
  friend class LakeEventsScan;
  void fail(Error error);

  std::string root_;
  std::vector<const lake::Part*> parts_;
  engine::Database& database_;
  std::string empty_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;
};

}  // namespace trailhound::ask
