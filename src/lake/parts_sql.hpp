// SPDX-License-Identifier: Apache-2.0
//
// Parts as a table in the engine's SQL.
//
//   table_of(root, manifest.within(plan), {}, "th_scan(1)");
//   // "(SELECT * EXCLUDE (source), source AS \"$path\", ... FROM read_parquet(['...', '...'],
//   ...))"
//
// The list is exact: the engine opens these files and looks for no others. Its columns are all of
// event/schema.def, whatever version of it the parts were written by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/functions.hpp"
#include "event/scan_plan.hpp"
#include "lake/manifest.hpp"

namespace trailhound::lake {

/// The table of all columns. `empty` is SQL for a table of all columns of the schema without rows:
/// it gives the types where parts have none. Events outside of the plan's window and accounts are
/// left out, as a scan of logs would.
std::string table_of(const std::string& root, const std::vector<const Part*>& parts,
                     const event::ScanPlan& plan, const std::string& empty);

/// What stands in FROM for parts of one schema, with their own columns and their partitions.
std::string parts_text(const std::string& root, const std::vector<const Part*>& parts);

/// `th_event_json(shape, columns)`: the event again, from its shape and its columns as JSON. To be
/// given to the engine with the others.
const event::NativeFunction& event_json_function();

}  // namespace trailhound::lake
