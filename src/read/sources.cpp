// SPDX-License-Identifier: Apache-2.0
#include "read/sources.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace trailhound::read {
namespace {

using Identity = std::pair<dev_t, ino_t>;

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string reason(int number) { return std::strerror(number); }

const char* kind_of(mode_t mode) {
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

/// Collects files.
class Walker {
 public:
  Found found;

  void add(const std::string& path) { add(path, look_at(AT_FDCWD, path.c_str())); }

  void finish() {
    if (linked_.empty()) return;
    std::set<Identity> met(files_.begin(), files_.end());
    for (const auto& [path, entry] : linked_) {
      if (met.insert(entry.identity).second) file(path, entry);
    }
    linked_.clear();
  }

 private:
  /// What a name stands for. There may be a million of them in a folder.
  struct Entry {
    Identity identity;
    std::uint64_t size = 0;
    mode_t mode = 0;
    int failure = 0;  ///< errno, if it cannot be told
    bool linked = false;
  };

  static Entry look_at(int folder, const char* name) {
    struct stat info {};
    bool linked = false;
    int failed = ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW);
    if (failed == 0 && S_ISLNK(info.st_mode)) {
      linked = true;
      failed = ::fstatat(folder, name, &info, 0);
    }
    return {{info.st_dev, info.st_ino},
            static_cast<std::uint64_t>(info.st_size),
            info.st_mode,
            failed == 0 ? 0 : errno,
            linked};
  }

  void add(const std::string& path, const Entry& entry) {
    if (entry.failure != 0) {
      return unreadable(path, !entry.linked            ? reason(entry.failure)
                              : entry.failure == ELOOP ? "a link in a circle"
                                                       : "a link to nothing");
    }
    if (S_ISDIR(entry.mode)) return folder(path, entry.identity);
    if (!S_ISREG(entry.mode)) {
      return unreadable(path, std::string("not a file but ") + kind_of(entry.mode));
    }
    // A file met again through a link is the same file.
    if (entry.linked) {
      linked_.emplace_back(path, entry);
      return;
    }
    files_.push_back(entry.identity);
    file(path, entry);
  }

  void file(const std::string& path, const Entry& entry) {
    found.files.push_back({path, entry.size, delivery_time(path), nullptr});
  }

  void unreadable(const std::string& path, std::string why) {
    found.notes.push_back({.path = path, .code = "unreadable-file", .words = std::move(why)});
    ++found.failed;
  }

  void folder(const std::string& path, Identity identity) {
    if (std::find(above_.begin(), above_.end(), identity) != above_.end()) {
      found.notes.push_back({.path = path,
                             .code = "link-loop",
                             .words = "a link back to a folder above it",
                             .loss = false});
      return;
    }
    if (!folders_.insert(identity).second) return;  // reached before, by another way
    DIR* listing = ::opendir(path.c_str());
    if (listing == nullptr) return unreadable(path, reason(errno));
    std::vector<std::pair<std::string, Entry>> entries;
    while (const dirent* met = ::readdir(listing)) {
      const std::string_view name = met->d_name;
      if (name == "." || name == "..") continue;
      entries.emplace_back(name, look_at(::dirfd(listing), met->d_name));
    }
    ::closedir(listing);
    std::sort(entries.begin(), entries.end(),
              [](const auto& one, const auto& other) { return one.first < other.first; });
    above_.push_back(identity);
    const std::string base = path.back() == '/' ? path : path + "/";
    for (const auto& [name, entry] : entries) add(base + name, entry);
    above_.pop_back();
  }

  std::vector<Identity> above_;
  std::set<Identity> folders_;
  std::vector<Identity> files_;
  std::vector<std::pair<std::string, Entry>> linked_;
};

/// The name in the deepest folder of `path` that exists, nearest to what was typed there.
std::optional<std::string> nearest_path(const std::string& path) {
  std::string folder = path, missing;
  struct stat info;
  do {
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    const std::size_t slash = folder.rfind('/');
    missing = folder.substr(slash == std::string::npos ? 0 : slash + 1);
    folder = slash == std::string::npos ? "." : slash == 0 ? "/" : folder.substr(0, slash);
  } while (::stat(folder.c_str(), &info) != 0 && folder != "." && folder != "/");
  std::vector<std::string> names;
  if (DIR* listing = ::opendir(folder.c_str())) {
    while (const dirent* entry = ::readdir(listing)) names.emplace_back(entry->d_name);
    ::closedir(listing);
  }
  std::sort(names.begin(), names.end());
  auto near = nearest(missing, names);
  if (!near || *near == "." || *near == "..") return std::nullopt;
  if (folder == ".") return near;
  return (folder == "/" ? "" : folder) + "/" + *near;
}

/// Standard input in a file without a name, so that it can be read more than once.
Result<FoundFile> spool(const std::string& temp_folder) {
  std::string name = temp_folder;
  if (name.empty()) {
    const char* const set = std::getenv("TMPDIR");
    name = set != nullptr && *set != '\0' ? set : "/tmp";
  }
  name += "/trailhound-XXXXXX";
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) {
    return Error{"output-failed", "standard input cannot be kept: " + reason(errno)}.note(
        "a temporary file is needed in `" + name.substr(0, name.rfind('/')) + "`");
  }
  ::unlink(name.c_str());
  FoundFile file{"-", 0, std::nullopt, std::make_shared<OpenFile>(descriptor)};
  std::vector<char> chunk(1 << 20);
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Error{"no-such-path", "standard input cannot be read: " + reason(errno)};
    }
    if (got == 0) return file;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put =
          ::write(descriptor, chunk.data() + done, static_cast<std::size_t>(got - done));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) {
        return Error{"output-failed", "standard input cannot be kept: " + reason(errno)};
      }
      done += put;
    }
    file.size += static_cast<std::uint64_t>(got);
  }
}

}  // namespace

OpenFile::~OpenFile() { ::close(descriptor_); }

std::optional<Time> delivery_time(std::string_view path) {
  const std::string_view name = name_of(path);
  if (name.size() < 12 || !all_digits(name.substr(0, 12))) return std::nullopt;
  if (name.substr(12, 11) != "_CloudTrail") return std::nullopt;
  for (std::size_t at = name.find('_', 13); at != std::string_view::npos;
       at = name.find('_', at + 1)) {
    const std::string_view stamp = name.substr(at + 1, 15);
    if (stamp.size() < 15 || stamp[8] != 'T' || stamp.substr(13) != "Z_") continue;
    if (!all_digits(stamp.substr(0, 8)) || !all_digits(stamp.substr(9, 4))) continue;
    std::string spelt(stamp.substr(0, 13));
    auto time = parse_event_time(spelt + "00Z");
    if (!time) return std::nullopt;
    return Time{time->micros + kMinute};
  }
  return std::nullopt;
}

Result<Found> find_files(const std::vector<std::string>& paths, const std::string& temp_folder) {
  Walker walker;
  bool input_taken = false;
  for (const std::string& path : paths) {
    if (path == "-") {
      if (input_taken) continue;
      input_taken = true;
      TRY(FoundFile file, spool(temp_folder));
      walker.found.files.push_back(std::move(file));
      continue;
    }
    struct stat info;
    if (path.empty() || (::stat(path.c_str(), &info) != 0 && ::lstat(path.c_str(), &info) != 0)) {
      Error error{"no-such-path", "`" + to_utf8(path) + "` cannot be opened: " + reason(errno)};
      if (const auto near = nearest_path(path)) {
        return std::move(error).note("there is `" + to_utf8(*near) + "`");
      }
      return error;
    }
    walker.add(path);
  }
  walker.finish();
  if (!paths.empty() && walker.found.files.empty() && walker.found.notes.empty()) {
    return Error{"no-logs", "no file is there to be read"}.note("looked in " +
                                                                to_utf8(join(paths, ", ")));
  }
  return std::move(walker.found);
}

}  // namespace trailhound::read
