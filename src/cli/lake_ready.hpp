// SPDX-License-Identifier: Apache-2.0
//
// A lake made ready: what it keeps of answers is asked, so that nobody waits for it later.
//
//   TRY(make_ready(flags, console));   // flags.source.lake
//   // the first `look`, `hunt`, `triage`, `trail`, `report` and `baseline` read what is kept
//
// Of a lake that is ready already it costs moments; after an ingest, the days that came.
#pragma once

#include "base/result.hpp"
#include "cli/console.hpp"

namespace trailhound::cli {

/// Asks the whole lake, whatever the times in the flags. Errors of the desk.
Result<void> make_ready(LogFlags flags, Console& console);

}  // namespace trailhound::cli
