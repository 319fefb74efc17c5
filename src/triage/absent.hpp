// SPDX-License-Identifier: Apache-2.0
//
// What is said of a word that the logs do not hold: what they hold, and what may have been meant.
//
//   TRY(const Absent absent, look_for_near(desk, "user:alcie"));
//   absent.near;                       // {"user:alice"}
//   print(absent_screen(absent, held));
//
// A name is near if it begins with the word, or is a few slips away from it; names of users, roles
// and sessions are looked at, ARNs, and the keys that signed. Another address is never "near".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ask/ask.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "findings/screen.hpp"
#include "triage/links.hpp"

namespace trailhound::triage {

/// A word, and what these logs hold that is near to it, as it can be asked for; the likeliest
/// first, three at most.
struct Absent {
  std::string word;
  std::vector<std::string> near;
  std::string advice{};  ///< Where its writer may have overlooked something: `advice_for`
};

Result<Absent> look_for_near(ask::Desk& desk, std::string_view word);

/// "2,900 events · 2023-07-10T11:42:18Z → … · 1 account · us-east-1"
std::string held_words(const Held& held);
/// "jmerkle is not in these logs, which hold …", and what is near to it.
findings::Screen absent_screen(const Absent& absent, const Held& held);
/// The same as an error: `not-in-these-logs`. Of several words, that none is.
Error absent_error(const std::vector<Absent>& absent, const Held& held);

}  // namespace trailhound::triage
