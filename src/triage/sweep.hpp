// SPDX-License-Identifier: Apache-2.0
//
// Which of many indicators the logs hold: one pass, however many they are.
//
//   IndicatorList list = parse_indicators(text);
//   TRY(Swept swept, sweep(desk, list.indicators));
//   print(sweep_screen(swept, list, {}));
//
// The logs are asked once for the distinct callers, places, agents and targets in them; each is
// looked up in a table of the indicators, addresses by the prefixes that occur.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "ask/ask.hpp"
#include "findings/screen.hpp"
#include "findings/table.hpp"
#include "triage/indicators.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {

/// What the logs hold of one indicator.
struct Sighting {
  Indicator indicator;
  std::uint64_t events = 0, denied = 0, failed = 0;
  Time first, last;
  std::string event_id;         ///< Of the first event
  std::set<std::string> where;  ///< "key", "source", "agent", "caller", "target", …
  std::vector<std::string> principals, sources;  ///< Each once, the first first; then by name
};

struct Swept {
  std::vector<Sighting> sightings;  ///< In the order of the indicators
  Held held;
};

/// The question that a sweep asks: what requests are about is asked of those alone that may tell of
/// one of the indicators.
std::string sweep_statement(const std::vector<Indicator>& indicators);
/// Asks it, and looks everything up. The desk must leave doubles out.
Result<Swept> sweep(ask::Desk& desk, const std::vector<Indicator>& indicators);

/// `all` cuts nothing.
findings::Screen sweep_screen(const Swept& swept, const IndicatorList& list, bool all);
/// A row for each indicator, and for each line that was not understood.
findings::Table sweep_table(const Swept& swept, const IndicatorList& list);

}  // namespace trailhound::triage
