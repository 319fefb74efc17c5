// SPDX-License-Identifier: Apache-2.0
//
// Events out of a lake as files that equal what was delivered, with a list that vouches for them.
//
//   TRY(const Exported done, export_events(*desk, {.folder = "case", .principal = "alice"}));
//
// The folder gets `events-00001.jsonl`, ... and `manifest.json` with the SHA-256 of each.
#pragma once

#include <cstdint>
#include <string>

#include "ask/ask.hpp"
#include "base/result.hpp"

namespace trailhound::cli {

struct ExportOptions {
  std::string folder;     ///< Must not be there, or be empty
  std::string principal;  ///< A principal, ARN or access key; empty: everybody
  bool records =
      false;           ///< Files of `{"Records": [...]}`, as CloudTrail delivers; else a line each
  std::string window;  ///< In words, for the list
};

struct Exported {
  std::uint64_t events = 0, files = 0;
};

/// Errors of the desk; `output-failed`.
Result<Exported> export_events(ask::Desk& desk, const ExportOptions& options);

}  // namespace trailhound::cli
