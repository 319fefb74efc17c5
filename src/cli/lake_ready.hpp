// SPDX-License-Identifier: Apache-2.0
//
// A lake made ready: what it keeps of answers is asked, so that nobody waits for it later.
//
//   TRY(const Exit exit, make_ready(flags, console));   // flags.source.lake
//   // the first `look`, `hunt`, `triage`, `trail`, `report` and `baseline` read what is kept
//
// Of a lake that is ready already it costs moments; after an ingest, the days that came. What a
// hunt that fails would have kept is not there: it is told, and the exit code is that of a failure.
#pragma once

#include "base/result.hpp"
#include "cli/console.hpp"
#include "cli/exit.hpp"

namespace trailhound::cli {

/// Asks the whole lake, whatever the times in the flags, and says so. Errors of the desk.
Result<Exit> make_ready(LogFlags flags, Console& console);

}  // namespace trailhound::cli
