// SPDX-License-Identifier: Apache-2.0
//
// Derived fields of kept events, worked out once for each combination of what they are made of
// instead of once for each event and question: a month of events has some hundred identities.
//
//   TRY(auto workings, workings_of(plan.fields, known));     // which, and what they are made of
//   ... read::Kept::gather with their `settled` ...
//   TRY(work_out(workings[0], *kept->combinations(0), database, *kept));
#pragma once

#include <vector>

#include "ask/understand.hpp"
#include "base/result.hpp"
#include "engine/database.hpp"
#include "read/kept.hpp"
#include "read/settled.hpp"

namespace trailhound::ask {

/// Fields that are worked out by one statement.
struct Working {
  read::Settled settled;
  Understood statement;  ///< Gives eventid and the fields
};

/// The workings that give the fields of event/worked_out.def among `wanted`.
Result<std::vector<Working>> workings_of(const event::FieldSet& wanted, const Known& known);

/// Asks the engine what the fields are in each combination, and gives that to the events.
Result<void> work_out(const Working& working, read::Kept& combinations, engine::Database& database,
                      read::Kept& kept);

}  // namespace trailhound::ask
