// SPDX-License-Identifier: Apache-2.0
//
// Relative times made absolute: `30d` counts back from the newest event, or from `--now`.
//
//   TRY(Window window, resolve(source.from, source.to, now));
//   plan = window.narrow(plan);
#pragma once

#include <optional>
#include <string>

#include "ask/ask.hpp"
#include "event/scan_plan.hpp"

namespace trailhound::ask {

/// The time within which events are wanted.
struct Window {
  Time from{INT64_MIN};
  Time to{INT64_MAX};     ///< Not included
  bool relative = false;  ///< A bound was counted back from `counted_from`
  Time counted_from{};

  /// The plan, with nothing outside the window wanted.
  event::ScanPlan narrow(event::ScanPlan plan) const;
  /// "2023-07-10T00:00:00Z to 2023-07-11T00:00:00Z, counted back from ..."
  std::string words() const;
};

/// Whether `now` is needed to resolve these.
bool needs_now(const Source& source);
/// Error `bad-time` if the window is empty.
Result<Window> resolve(const Source& source, std::optional<Time> now);

}  // namespace trailhound::ask
