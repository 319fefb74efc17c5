// SPDX-License-Identifier: Apache-2.0
//
// Which addresses are ours: those in the site file's networks, and those that these logs say were
// allotted to the account.
//
//   OwnPlaces own{&site};
//   TRY(own.allotted, ask_allotted(desk));
//   own.words("198.51.100.7");                    // "198.51.100.7 (office, yours)"
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ask/ask.hpp"
#include "base/result.hpp"
#include "findings/site.hpp"

namespace trailhound::findings {

/// Addresses and the ids of their allocations.
using Allotted = std::map<std::string, std::string, std::less<>>;

struct OwnPlaces {
  const Site* site = nullptr;  ///< May be null
  Allotted allotted{};

  /// "office, yours", "yours: eipalloc-08a0"; empty where it is not known as ours.
  std::string note(std::string_view source) const;
  /// The source, and in brackets what is known of it: "203.0.113.9 (AWS EC2 us-east-1, not known as
  /// yours)".
  std::string words(std::string_view source) const;
};

/// The addresses that were allotted (AllocateAddress), asked of a desk; a lake keeps them.
Result<Allotted> ask_allotted(ask::Desk& desk);
ask::Question allotted_question();

}  // namespace trailhound::findings
