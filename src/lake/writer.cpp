// SPDX-License-Identifier: Apache-2.0
#include "lake/writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "lake/disk.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {

std::string folder_around(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_empty_folder(const std::string& path) {
  std::error_code trouble;
  return std::filesystem::is_empty(path, trouble) && !trouble;
}

/// Part lists are given to the engine as text in which these would mean other files.
bool reads_as_pattern(const std::string& path) {
  return path.find_first_of("*?[]{}") != std::string::npos;
}

Result<void> make_lake(const std::string& root, const std::string& typed) {
  // What a crash left of making it may stand there.
  const bool begun = is_there(manifest_folder(root));
  if (is_there(root) && !begun && !is_empty_folder(root)) {
    return Error("lake-not-empty", fmt::format("`{}` is not empty, and no lake", to_utf8(typed)));
  }
  if (is_remote(folder_around(root))) {
    return Error("lake-remote", fmt::format("`{}` lies on another machine's disk", to_utf8(typed)));
  }
  for (const std::string& folder :
       {manifest_folder(root), events_folder(root), staging_folder(root), sources_folder(root)}) {
    TRY(make_folders(folder));
  }
  TRY(sync_folder(root));
  return sync_folder(folder_around(root));
}

}  // namespace

Writer::Writer(std::string root, Lock lock, Manifest manifest, Ledger ledger,
               const Options& options)
    : root_(std::move(root)),
      lock_(std::move(lock)),
      manifest_(std::move(manifest)),
      ledger_(std::move(ledger)),
      patience_(options.patience) {}

Result<std::unique_ptr<Writer>> Writer::open(const std::string& root, const Options& options) {
  std::string path = std::filesystem::absolute(root).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (reads_as_pattern(path)) {
    return Error(
        "lake-read-only",
        fmt::format("a lake cannot lie at `{}`: `*?[]{{}}` in a path stand for other paths",
                    to_utf8(path)));
  }
  const bool there = holds_lake(path);
  if (!there && !options.make) return Manifest::read(root).error();
  if (!there) TRY(make_lake(path, root));
  path = real_path(path);
  if (is_remote(path)) {
    return Error("lake-remote",
                 fmt::format("the lake at `{}` lies on another machine's disk", to_utf8(path)));
  }
  TRY(Lock lock, lock_for_writing(path, options.verb, options.waiting));
  if (!holds_lake(path)) TRY(Manifest{}.write(path));
  TRY(Manifest manifest, Manifest::read(path));
  TRY(Ledger ledger, Ledger::open(path));
  std::unique_ptr<Writer> writer(
      new Writer(path, std::move(lock), std::move(manifest), std::move(ledger), options));
  TRY(writer->clean_up());
  return writer;
}

/// Removes what no manifest names.
Result<void> Writer::clean_up() {
  TRY(ledger_.forget_after(manifest_.generation));
  std::set<std::string, std::less<>> named;
  for (const Part& part : manifest_.parts) named.insert(part.path(root_));
  for (const std::string& path : files_below(events_folder(root_))) {
    if (generation_of(name_in(path)) != 0 && !named.contains(path)) gone_.push_back(path);
  }
  TRY(remove_gone());  // parts that a compaction replaced may still be read by somebody
  TRY(remove_sources());
  for (const std::string& path : files_below(staging_folder(root_))) {
    TRY(remove_file(path));
  }
  return {};
}

Result<void> Writer::place(StagedPart& staged, std::uint64_t generation, std::size_t number,
                           std::vector<std::string>& touched) {
  Part& part = staged.part;
  part.name = part_name(generation, number);
  if (part.rows > 0) {
    TRY(sync_file(staged.path));
    const std::string folder = folder_around(part.path(root_));
    std::vector<std::string> made;
    TRY(make_folders(folder, &made));
    TRY(move_file(staged.path, part.path(root_)));
    touched.push_back(folder);
    for (const std::string& fresh : made) touched.push_back(folder_around(fresh));
  }
  if (!staged.copies_path.empty()) {
    TRY(sync_file(staged.copies_path));
    const std::string folder = sources_folder(root_) + "/" + folder_of(part.where);
    std::vector<std::string> made;
    TRY(make_folders(folder, &made));
    TRY(move_file(staged.copies_path, folder + "/" + part.name));
    touched.push_back(folder);
    for (const std::string& fresh : made) touched.push_back(folder_around(fresh));
  }
  return {};
}

Result<void> Writer::commit(Change change) {
  // What takes long comes before the moment in which nobody may read.
  for (const StagedPart& staged : change.add) {
    if (staged.part.rows > 0) TRY(sync_file(staged.path));
  }
  const Lock alone = change.remove.empty() ? Lock() : wait_for_readers();
  Manifest next = manifest_;
  ++next.generation;
  std::vector<std::string> touched;
  for (std::size_t i = 0; i < change.add.size(); ++i) {
    TRY(place(change.add[i], next.generation, i + 1, touched));
    if (change.add[i].part.rows > 0) next.parts.push_back(change.add[i].part);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const std::string& folder : touched) TRY(sync_folder(folder));

  change.page.generation = next.generation;
  TRY(ledger_.write(change.page));

  std::erase_if(next.parts, [&](const Part& part) {
    return std::any_of(change.remove.begin(), change.remove.end(), [&](const Part& gone) {
      return gone.name == part.name && gone.where == part.where;
    });
  });
  next.totals.sources += change.totals.sources;
  next.totals.copies += change.totals.copies;
  next.totals.conflicts += change.totals.conflicts;
  next.totals.broken += change.totals.broken;
  for (Unread& one : change.unread) {
    const bool known = std::any_of(next.unread.begin(), next.unread.end(), [&](const Unread& held) {
      return held.path == one.path && held.code == one.code;
    });
    if (known) continue;
    if (next.unread.size() < kMostUnread) {
      next.unread.push_back(std::move(one));
    } else {
      ++next.unread_left_out;
    }
  }
  if (!change.names.empty()) {
    change.names.insert(next.names.begin(), next.names.end());
    next.names.assign(change.names.begin(), change.names.end());
    if (next.names.size() > kMostNames) next.names.resize(kMostNames);
  }
  next.sort();
  TRY(next.write(root_));
  manifest_ = std::move(next);
  for (const Part& part : change.remove) gone_.push_back(part.path(root_));
  if (!alone) return {};
  return remove_files();
}

Lock Writer::wait_for_readers() {
  Lock alone = lock_against_readers(root_, patience_);
  if (!alone) patience_ = {};
  return alone;
}

Result<void> Writer::remove_gone() {
  if (gone_.empty()) return {};
  const Lock alone = wait_for_readers();
  return alone ? remove_files() : Result<void>{};
}

/// Removes what is known of sources of events that are not there.
Result<void> Writer::remove_sources() {
  std::set<std::string, std::less<>> days;
  for (const Part& part : manifest_.parts) days.insert(folder_of(part.where));
  const std::string top = sources_folder(root_) + "/";
  for (const std::string& path : files_below(sources_folder(root_))) {
    const std::string day =
        folder_around(path).substr(std::min(top.size(), folder_around(path).size()));
    if (generation_of(name_in(path)) <= manifest_.generation && days.contains(day)) continue;
    TRY(remove_file(path));
  }
  return {};
}

Result<void> Writer::remove_files() {
  std::set<std::string> folders;
  for (const std::string& path : std::exchange(gone_, {})) {
    TRY(remove_file(path));
    folders.insert(folder_around(path));
  }
  for (std::string folder : folders) {
    // A day that was forgotten leaves no empty folders behind.
    while (folder.size() > events_folder(root_).size() && is_empty_folder(folder)) {
      TRY(remove_if_empty(folder));
      folder = folder_around(folder);
    }
  }
  return remove_sources();
}

}  // namespace trailhound::lake
