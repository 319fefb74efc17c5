// SPDX-License-Identifier: Apache-2.0
#include "engine/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace trailhound::engine {
namespace {

// Rights that later kernels know; their headers may be older than the kernel.
constexpr std::uint64_t kRefer = 1ull << 13;     // version 2
constexpr std::uint64_t kTruncate = 1ull << 14;  // version 3

constexpr std::uint64_t kWrite = LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t kMake =
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

/// An open file, closed when left.
class Handle {
 public:
  explicit Handle(long descriptor) : descriptor_(static_cast<int>(descriptor)) {}
  ~Handle() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator int() const { return descriptor_; }

 private:
  int descriptor_;
};

long version() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/// What of this version of Landlock has to do with writing.
std::uint64_t rights(long of_version) {
  std::uint64_t all = kWrite | kMake;
  if (of_version >= 2) all |= kRefer;
  if (of_version >= 3) all |= kTruncate;
  return all;
}

bool allow(int ruleset, const std::string& path, int flags, std::uint64_t allowed) {
  const Handle place(open(path.c_str(), O_PATH | O_CLOEXEC | flags));
  if (place < 0) return errno == ENOENT;  // what is not there needs no leave
  landlock_path_beneath_attr rule{};
  rule.allowed_access = allowed;
  rule.parent_fd = place;
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

bool has_landlock() { return version() >= 1; }

Result<bool> confine_writes(const Writable& writable) {
  for (const std::string& path : writable.files) {
    const Handle made(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    if (made < 0) {
      return Error("output-failed", "`" + path + "` cannot be opened: " + std::strerror(errno));
    }
  }
  const long of_version = version();
  if (of_version < 1) return false;
  const std::uint64_t all = rights(of_version);
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = all;
  // The size of the first version: what later ones add to the structure is not used.
  const Handle ruleset(
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0));
  if (ruleset < 0) return false;
  bool allowed = true;
  for (const std::string& folder : writable.folders) {
    allowed = allow(ruleset, folder, O_DIRECTORY, all) && allowed;
  }
  for (const std::string& file : writable.files) {
    allowed = allow(ruleset, file, 0, all & (kWrite | kTruncate)) && allowed;
  }
  for (const std::string& folder : writable.rmdir_from) {
    allowed = allow(ruleset, folder, O_DIRECTORY, LANDLOCK_ACCESS_FS_REMOVE_DIR) && allowed;
  }
  // A terminal or /dev/null may have to be opened again by the C library.
  for (const char* const device : {"/dev/null", "/dev/tty"}) {
    allowed = allow(ruleset, device, 0, all & (kWrite | kTruncate)) && allowed;
  }
  if (!allowed || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return syscall(SYS_landlock_restrict_self, static_cast<int>(ruleset), 0) == 0;
}

}  // namespace trailhound::engine
