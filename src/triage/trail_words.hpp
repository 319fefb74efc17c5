// SPDX-License-Identifier: Apache-2.0
//
// What is said of a credential in the tree: its keys, where it was used from, what was done with
// it.
//
//   done(node.usage, doings);      // "29 × GetPasswordData, all denied"
#pragma once

#include <string>
#include <vector>

#include "triage/trail_screen.hpp"

namespace trailhound::triage {

/// "…WLLE7IWW (and …7E2ZIBM2, never used)"
std::string keys_words(const Node& node);
/// "198.51.100.7 (office, yours), 203.0.113.9 and 2 more addresses"
std::string sources_words(const Node& node);
/// "29 × GetPasswordData, all denied", "13 events, 2 denied: RunInstances, CreateUser, …"
std::string done(const Usage& usage, const std::vector<Doing>& doings);
/// Whether a person may have chosen a session's name: programs make theirs of long numbers.
bool is_chosen(const std::string& session);
/// Counts a doing with those of its kind.
void add_to(std::vector<Doing>& all, const Doing& doing);
/// Letters, not bytes.
std::size_t columns(const std::string& text);
/// The action without its service.
std::string bare(const std::string& action);

}  // namespace trailhound::triage
