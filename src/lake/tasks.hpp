// SPDX-License-Identifier: Apache-2.0
//
// How an ingest cuts its files into tasks: each is read once, sorted, and written as one part.
//
//   for (const Task& task : cut_into_tasks(found.files)) ...
//
// Files that lie in one account's day go together: their events, too, but for the few that were
// delivered after midnight. Newest days come first, so that those are known when their own day is
// written. A day of many events becomes several tasks; the size bounds the memory of a sort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lake/layout.hpp"
#include "read/sources.hpp"

namespace trailhound::lake {

/// Files that are read together.
struct Task {
  AccountDay told;  ///< What their paths say; either may be empty
  std::vector<read::FoundFile> files;
  std::uint64_t bytes = 0;  ///< On disk
};

/// What a path says:
/// `.../111122223333/CloudTrail/us-east-1/2024/03/01/..._20240301T1220Z_x.json.gz`.
AccountDay told_by(const read::FoundFile& file);

std::vector<Task> cut_into_tasks(std::vector<read::FoundFile> files);

/// Whether a file belongs to the share `index` of `count`: by its name, so that every machine that
/// sees it says the same.
bool is_in_shard(const std::string& path, std::uint32_t index, std::uint32_t count);

}  // namespace trailhound::lake
