// SPDX-License-Identifier: Apache-2.0
//
// What is said of a case, wherever it is shown: who it is, how much it did, what to ask next.
//
//   print(who_words(about));        // "IAM user bob · account 111122223333 · key AKIA..."
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "triage/case.hpp"

namespace trailhound::triage {

/// How much it did.
struct CaseSums {
  std::uint64_t events = 0, denied = 0, failed = 0;
  std::uint64_t changes = 0, made = 0;  ///< Asked for, and those that worked
  std::optional<Time> first, last;      ///< Of those that have a time
};
CaseSums sums_of(const Case& about);
/// "4 changes", "23 changes (16 worked)"
std::string changes_words(const CaseSums& sums);
/// The end of that: " (16 worked)"; empty where all did.
std::string worked_words(const CaseSums& sums);

std::string who_words(const Case& about);
/// Commands that go on from here.
std::vector<std::string> next_commands(const Case& about);

}  // namespace trailhound::triage
