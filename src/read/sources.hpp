// SPDX-License-Identifier: Apache-2.0
//
// The files under some paths: folders walked with all below them, links followed but never in a
// circle, pipes and devices never opened.
//
//   TRY(Found found, find_files({"logs/", "-"}, temp_folder));
//   for (const FoundFile& file : found.files) ...
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "read/coverage.hpp"

namespace trailhound::read {

/// A descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// A file that may hold events.
struct FoundFile {
  std::string path;  ///< As it is opened; "-" for standard input
  std::uint64_t size = 0;
  std::optional<Time> delivered;      ///< Told by its name, to the end of that minute
  std::shared_ptr<OpenFile> spooled;  ///< Standard input
};

struct Found {
  std::vector<FoundFile> files;  ///< In the order of the paths given, then by name
  std::vector<Note> notes;       ///< What could not be looked at
  std::uint64_t failed = 0;      ///< How many of the notes are files not read
};

/// Walks the paths. Errors: `no-such-path`, `no-logs`.
Result<Found> find_files(const std::vector<std::string>& paths, const std::string& temp_folder);

/// When a log file was delivered, by its name: `<account>_CloudTrail_<region>_20230710T1220Z_...`.
/// The time is the end of that minute: all its events are older.
std::optional<Time> delivery_time(std::string_view path);

}  // namespace trailhound::read
