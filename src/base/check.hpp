// SPDX-License-Identifier: Apache-2.0
//
// A promise inside our own code. A broken one is a bug: the program says so and exits 70.
//
//   CHECK(row < rows, "row out of range");
//
// Never for what a user, a file or an engine can bring about: that is an Error (result.hpp).
#pragma once

#include <string_view>

namespace trailhound {

/// Prints the broken promise and how to report it, then ends the program with exit code 70.
[[noreturn]] void broken_promise(const char* condition, std::string_view detail, const char* file,
                                 int line);

}  // namespace trailhound

#define CHECK(condition, detail) \
  ((condition) ? void() : ::trailhound::broken_promise(#condition, (detail), __FILE__, __LINE__))
