// SPDX-License-Identifier: Apache-2.0
//
// Statements that the engine runs once, after engine_functions() are registered and before any
// question: the macros that printed SQL calls.
//
//   options.prelude = prelude();
#pragma once

#include <string>
#include <vector>

namespace trailhound::sql {

/// CREATE MACRO statements, in the order in which they have to run.
std::vector<std::string> prelude();

}  // namespace trailhound::sql
