// SPDX-License-Identifier: Apache-2.0
//
// The lake's calls to the disk: each says whether it worked, and what was made lasts.
//
//   TRY(sync_file(staged));                  // its bytes are on the disk
//   TRY(move_file(staged, folder + "/a.parquet"));
//   TRY(sync_folder(folder));                // ... and so is its name
//
// All errors are `lake-write-failed` or `lake-read-failed`, with the path and the system's words.
// Every call that changes something is a step that a test may die at (faults.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace trailhound::lake {

/// The folder and those around it that are missing; those made are added to `made`, if given.
Result<void> make_folders(const std::string& path, std::vector<std::string>* made = nullptr);
Result<void> sync_file(const std::string& path);
Result<void> sync_folder(const std::string& path);
/// Within one file system; replaces what is there.
Result<void> move_file(const std::string& from, const std::string& to);
/// Gone, or never there.
Result<void> remove_file(const std::string& path);
/// An empty folder; one that is not empty stays, and that is no error.
Result<void> remove_if_empty(const std::string& folder);
/// A file with this content, in one step: it is the former one or this one, whatever happens.
Result<void> replace_file(const std::string& path, std::string_view content);
Result<void> append_to_file(const std::string& path, std::string_view content);

Result<std::string> read_whole(const std::string& path);
/// Some bytes of a file; fewer, if it ends before.
Result<std::string> read_piece(const std::string& path, std::uint64_t at, std::uint64_t count);
bool is_there(const std::string& path);
std::uint64_t size_of(const std::string& path);
/// All files below a folder, by name, links not followed.
std::vector<std::string> files_below(const std::string& folder);
/// The SHA-256 of a file's bytes, in hex.
Result<std::string> sum_of_file(const std::string& path);
/// Whether the folder lies on a disk of another machine, where locks and renames cannot be trusted.
bool is_remote(const std::string& folder);
/// The path without links and dots; as it is where it does not exist.
std::string real_path(const std::string& path);

}  // namespace trailhound::lake
