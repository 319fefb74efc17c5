// SPDX-License-Identifier: Apache-2.0
//
// What a question needs of the events, so that a source may leave out work. Made by sql/bind from
// the conjuncts of a question; the engine still checks every predicate, so a source may ignore any
// part of a plan but `fields` and `once`.
//
//   plan.fields.add_with_members(Field::EventName);
//   plan.needles.push_back({{"AKIAIOSFODNN7EXAMPLE"}});
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "event/row_filter.hpp"
#include "event/schema.hpp"

namespace trailhound::event {

/// Texts of which a file must hold at least one, as a JSON string's inside (escaped as JSON does
/// where it must), for any event in it to match. Only texts that JSON has one spelling for
/// (printable ASCII without `"`, `\`, `/`) are ever made needles.
struct Needle {
  std::vector<std::string> any_of{};
};

/// What one table reference of a question needs.
struct ScanPlan {
  FieldSet fields{};                    ///< Put these, no others.
  Time from{INT64_MIN};                 ///< Events before this are not wanted.
  Time to{INT64_MAX};                   ///< Events at or after this are not wanted.
  std::vector<std::string> accounts{};  ///< Only these; empty: all.
  std::vector<Needle> needles{};        ///< All of them must be met by a file.
  /// What every event that is wanted passes; null: anything.
  std::shared_ptr<const RowFilter> filter{};
  bool once =
      false;  ///< An event that is met again (same account, eventID and content) is not put.
};

}  // namespace trailhound::event
