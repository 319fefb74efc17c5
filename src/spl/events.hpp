// SPDX-License-Identifier: Apache-2.0
//
// The fields of an event, as Splunk's add-on for AWS names them: paths of the record
// (`userIdentity.arn`, `resources{}.ARN`), its aliases and its calculated fields (`src_ip`,
// `errorCode`, `user`, `action`), and Splunk's own (`_time`, `_raw`, `date_hour`).
//
//   Layer& events = table.push(nullptr);
//   make_events(events, lowering);
//
// Fields are those of version 7 of the add-on, or with Settings::old_addon those of 4.6. Every
// event has an errorCode there: `success` where the record has none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spl/rows.hpp"

namespace trailhound::spl {

class Lowering;

// Hidden fields of events: when, and what their order hangs on.
inline const std::string kTimestamp = std::string(1, kHidden) + "ts";
inline const std::string kEventId = std::string(1, kHidden) + "id";
inline const std::string kContentHash = std::string(1, kHidden) + "hash";

/// Makes the layer the events, newest first.
void make_events(Layer& layer, Lowering& lowering);
/// A field as it stands in the record: no aliases. `known`: whether the schema has it.
Value record_field(const std::string& name, bool* known = nullptr);
/// The fields that stand beside the time where events are shown.
const std::vector<std::string>& shown_fields();

/// A field of the add-on, for `schema --spl` and the manual.
struct AddonField {
  std::string_view name;
  std::string_view expression;  ///< In eval's words
  bool in_new = true, in_old = true;
};
const std::vector<AddonField>& addon_fields();
/// A field that Splunk itself gives every event.
struct OwnField {
  std::string_view name, doc;
};
std::span<const OwnField> own_fields();
/// Every name that an event can have without its parameters: for hints.
const std::vector<std::string>& event_field_names();

}  // namespace trailhound::spl
