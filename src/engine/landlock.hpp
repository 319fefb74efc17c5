// SPDX-License-Identifier: Apache-2.0
//
// The last fence: the kernel itself keeps this process from writing anywhere but where it must.
//
//   TRY(const bool fenced, confine_writes({.folders = {temp}, .files = {"answer.csv"}}));
//
// Where the kernel has no Landlock (before 5.13, or not switched on), nothing happens and the
// answer is false: the other fences stand by themselves. It holds for the calling thread and those
// that it starts later, for ever; so call it before threads are made. Files that are open stay
// open; reading is not restricted.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace trailhound::engine {

/// Where a process may still write.
struct Writable {
  std::vector<std::string> folders{};     ///< Anything below them
  std::vector<std::string> files{};       ///< Made, empty, if they are not there
  std::vector<std::string> rmdir_from{};  ///< Only empty folders may be removed below them
};

/// Whether the kernel has Landlock.
bool has_landlock();
/// Gives up all other writing, for ever. False where the kernel cannot. Error `output-failed` if a
/// file can not be made.
Result<bool> confine_writes(const Writable& writable);

}  // namespace trailhound::engine
