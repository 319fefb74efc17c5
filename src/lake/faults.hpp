// SPDX-License-Identifier: Apache-2.0
//
// Lets a test end the program at any of the lake's steps, as a crash would.
//
//   step("rename");                         // before each call that changes a file or the ledger
//
// Only where the build holds tests: there $TRAILHOUND_DIE_AT=17 ends the process, without any
// tidying up, before its 17th step. In a release, `step` is empty.
#pragma once

#include <string_view>

namespace trailhound::lake {

#ifdef TRAILHOUND_FAULTS
void step(std::string_view what);
#else
inline void step(std::string_view) {}
#endif

}  // namespace trailhound::lake
