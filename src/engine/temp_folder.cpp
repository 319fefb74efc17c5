// SPDX-License-Identifier: Apache-2.0
#include "engine/temp_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

namespace trailhound::engine {
namespace {

constexpr char kPrefix[] = "trailhound-temp-";

void remove_all(const std::string& path) {
  std::error_code ignored;  // what cannot be removed now is by the next start
  std::filesystem::directory_iterator entries(path, ignored);
  while (!ignored && entries != std::filesystem::directory_iterator()) {
    std::error_code kept;
    std::filesystem::remove_all(entries->path(), kept);
    entries.increment(ignored);
  }
  // The folder itself by the one call that a process which gave up writing may still make.
  rmdir(path.c_str());
}

/// An open, locked folder of ours; -1 if it is somebody else's or somebody's at work.
int lock_folder(const std::string& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return -1;
  struct stat found {};
  if (fstat(folder, &found) != 0 || found.st_uid != geteuid() ||
      flock(folder, LOCK_EX | LOCK_NB) != 0) {
    close(folder);
    return -1;
  }
  return folder;
}

/// The folders of this process that stand. Never taken down: threads may outlive main.
struct Made {
  std::mutex mutex;
  std::set<std::string> paths;
};
Made& made() {
  static Made* const all = new Made;
  return *all;
}

/// Removes folders whose makers are gone.
void sweep(const std::string& parent) {
  std::error_code trouble;
  std::filesystem::directory_iterator entries(parent, trouble);
  while (!trouble && entries != std::filesystem::directory_iterator()) {
    if (entries->path().filename().string().starts_with(kPrefix)) {
      const std::string path = entries->path().string();
      if (const int lock = lock_folder(path); lock >= 0) {
        remove_all(path);
        close(lock);
      }
    }
    entries.increment(trouble);
  }
}

}  // namespace

Result<TempFolder> TempFolder::make(std::string parent) {
  if (parent.empty()) {
    const char* set = std::getenv("TMPDIR");
    parent = set != nullptr && *set == '/' ? set : "/tmp";
  }
  sweep(parent);
  // A sweep of another process may meet the folder before it is locked: then another is made.
  for (int attempt = 0; attempt < 8; ++attempt) {
    std::string path = parent + "/" + kPrefix + "XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      return Error("no-temp-folder",
                   "no temporary folder can be made in `" + parent + "`: " + std::strerror(errno))
          .note("$TMPDIR names another place");
    }
    const int lock = lock_folder(path);
    struct stat found {};
    if (lock >= 0 && stat(path.c_str(), &found) == 0) {
      const std::lock_guard guard(made().mutex);
      made().paths.insert(path);
      return TempFolder(std::move(path), lock);
    }
    if (lock >= 0) close(lock);
  }
  return Error("no-temp-folder", "temporary folders in `" + parent + "` vanish at once");
}

TempFolder::TempFolder(TempFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

TempFolder::~TempFolder() {
  if (lock_ < 0) return;
  remove_all(path_);
  close(lock_);
  const std::lock_guard guard(made().mutex);
  made().paths.erase(path_);
}

void TempFolder::remove_those_made() {
  const std::lock_guard guard(made().mutex);
  for (const std::string& path : made().paths) {
    // Whoever still works may put a file there meanwhile.
    for (int attempt = 0; attempt < 3 && access(path.c_str(), F_OK) == 0; ++attempt) {
      remove_all(path);
    }
  }
}

}  // namespace trailhound::engine
