// SPDX-License-Identifier: Apache-2.0
//
// Who acts in a set of logs: people and keys first, roles and machines behind them, AWS services
// last.
//
//   TRY(std::vector<Actor> cast, read_cast(desk, &site));
//   print(cast_screen(cast, {}));
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "findings/own_places.hpp"
#include "findings/screen.hpp"
#include "findings/table.hpp"

namespace trailhound::triage {

/// One principal, and how much it did.
struct Actor {
  std::string principal, type, kind;
  std::string agent;   ///< With which it was met most
  std::string source;  ///< One of the places that it was met at
  bool service = false;
  std::uint64_t events = 0, changes = 0, denied = 0;
  std::uint64_t keys = 0, sources = 0, accounts = 0, agents = 0;
  Time first, last;
  std::string event_id;  ///< Of the first event
};

/// What is asked; to be gathered before where other questions follow. A lake keeps it by days, or
/// whole where what is gathered for others is at hand to answer it.
ask::Question cast_question(ask::Keeping keeping = ask::Keeping::ByDays);
/// Those who are read about first, first.
Result<std::vector<Actor>> read_cast(ask::Desk& desk, ask::Keeping keeping = ask::Keeping::ByDays);

struct CastOptions {
  bool people = true;  ///< Fold AWS services into one line
  bool all = false;    ///< Cut nothing
  findings::OwnPlaces own;
};
findings::Screen cast_screen(const std::vector<Actor>& cast, const CastOptions& options);
findings::Table cast_table(const std::vector<Actor>& cast);

}  // namespace trailhound::triage
