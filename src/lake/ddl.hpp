// SPDX-License-Identifier: Apache-2.0
//
// The lake as another engine's table.
//
//   TRY(std::string text, table_definition(Ddl::Athena, manifest, "s3://bucket/lake/events"));
//
// Partitions are worked out from the path (partition projection), so that none has to be added
// after an ingest.
#pragma once

#include <string>
#include <string_view>

#include "lake/manifest.hpp"

namespace trailhound::lake {

enum class Ddl { Athena, Trino, DuckDb };

/// `location` is the folder `events`, as the engine sees it.
std::string table_definition(Ddl engine, const Manifest& manifest, std::string_view location);

}  // namespace trailhound::lake
