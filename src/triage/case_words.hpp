// SPDX-License-Identifier: Apache-2.0
//
// What is said of a case, wherever it is shown: who it is, how much it did, what to ask next.
//
//   print(who_words(about, &site));        // "IAM user bob · account 111122223333 · key AKIA..."
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "triage/case.hpp"

namespace trailhound::triage {

/// How much it did.
struct CaseSums {
  std::uint64_t events = 0, denied = 0, failed = 0, changes = 0;
  std::optional<Time> first, last;
};
CaseSums sums_of(const Case& about);

/// The site may be null, here and below.
std::string who_words(const Case& about, const findings::Site* site);
/// "198.51.100.7 (office, yours)"
std::string place_words(const std::string& source, const findings::Site* site);
/// Commands that go on from here.
std::vector<std::string> next_commands(const Case& about);

}  // namespace trailhound::triage
