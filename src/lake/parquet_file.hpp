// SPDX-License-Identifier: Apache-2.0
//
// Events by columns as the bytes of a Parquet file.
//
//   std::string file = parquet_of(columns);
//
// Rows are sorted by time, eventID and hash. Any engine reads it; tests/lake/other_reader.py has
// one that shares no code with ours.
#pragma once

#include <string>

#include "lake/held_columns.hpp"

namespace trailhound::lake {

std::string parquet_of(const HeldColumns& columns);

}  // namespace trailhound::lake
