// SPDX-License-Identifier: Apache-2.0
//
// Retention: whole account-days leave the lake.
//
//   TRY(Forgotten found, what_to_forget(manifest, {.before = "2024-01-01"}));
//   TRY(forget(root, {.before = "2024-01-01"}, waiting));
//
// The files that brought the events stay known: they are not read again by the next ingest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "lake/lock.hpp"
#include "lake/manifest.hpp"

namespace trailhound::lake {

/// Which account-days: those that meet all that is said. Nothing said means none.
struct Forgetting {
  std::string before;                 ///< Days before this one: "2024-01-01"
  std::vector<std::string> accounts;  ///< Of these accounts only
};

/// The parts of those account-days.
std::vector<Part> what_to_forget(const Manifest& manifest, const Forgetting& which);
/// What was forgotten.
struct Forgotten {
  std::vector<Part> parts;
  std::uint64_t left = 0;  ///< Files of former parts that somebody still reads: they lie there yet
};
/// Removes them, and what is known of their further sources.
Result<Forgotten> forget(const std::string& root, const Forgetting& which, const Waiting& waiting);

}  // namespace trailhound::lake
