// SPDX-License-Identifier: Apache-2.0
//
// Which build of the program this is: for what only the same program may read again.
//
//   if (build_id().empty()) return;               // a build that cannot be told from others
//   path = folder + "/" + std::string(build_id());
//
// The linker's number of the executable: another whenever any of the code is.
#pragma once

#include <string>

namespace trailhound {

/// In hex; empty where the linker was told to leave it out.
const std::string& build_id();

}  // namespace trailhound
