// SPDX-License-Identifier: Apache-2.0
//
// From the words that a person typed to the exit code.
//
//   int main(int count, char** words) {
//     return static_cast<int>(cli::run({words + 1, words + count}, ask::Desk::open));
//   }
#pragma once

#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/exit.hpp"

namespace trailhound::cli {

/// Runs the command that the first word names. Whatever goes wrong has been said when it returns.
Exit run(const std::vector<std::string>& words, OpenDesk open_desk);

}  // namespace trailhound::cli
