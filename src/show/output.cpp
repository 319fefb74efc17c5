// SPDX-License-Identifier: Apache-2.0
#include "show/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "show/visible.hpp"

namespace trailhound::show {
namespace {

Error failed(const std::string& path, int reason) {
  const std::string name = path.empty() ? "standard output" : "`" + visible(path) + "`";
  return Error("output-failed", name + " cannot be written: " + std::strerror(reason));
}

}  // namespace

Output Output::to_descriptor(int descriptor) {
  Output out;
  out.descriptor_ = descriptor;
  return out;
}

Result<Output> Output::to_file(const std::string& path) {
  Output out;
  out.path_ = path;
  out.owned_ = true;
  struct stat known {};
  const bool exists = stat(path.c_str(), &known) == 0;
  if (exists && S_ISDIR(known.st_mode)) return failed(path, EISDIR);
  if (exists && !S_ISREG(known.st_mode)) {
    out.descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    out.scratch_ = path + ".part-" + std::to_string(getpid());
    out.descriptor_ = open(out.scratch_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  if (out.descriptor_ < 0) {
    const int reason = errno;
    out.scratch_.clear();
    return failed(path, reason);
  }
  return out;
}

Output::Output(Output&& other) noexcept { *this = std::move(other); }

Output& Output::operator=(Output&& other) noexcept {
  if (this == &other) return *this;
  abandon();
  descriptor_ = std::exchange(other.descriptor_, -1);
  owned_ = std::exchange(other.owned_, false);
  closed_ = other.closed_;
  path_ = std::exchange(other.path_, {});
  scratch_ = std::exchange(other.scratch_, {});
  before_first_ = std::exchange(other.before_first_, {});
  return *this;
}

Output::~Output() { abandon(); }

void Output::abandon() {
  if (owned_ && descriptor_ >= 0) close(descriptor_);
  if (!scratch_.empty()) unlink(scratch_.c_str());
  descriptor_ = -1;
  scratch_.clear();
}

Result<void> Output::write(std::string_view bytes) {
  if (before_first_ && !bytes.empty()) std::exchange(before_first_, {})();
  while (!bytes.empty() && !closed_) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno != EINTR) {
      return failed(path_, errno);
    }
  }
  return {};
}

Result<void> Output::finish() {
  if (!owned_) return {};
  if (descriptor_ >= 0 && close(std::exchange(descriptor_, -1)) != 0) return failed(path_, errno);
  if (!scratch_.empty()) {
    if (rename(scratch_.c_str(), path_.c_str()) != 0) return failed(path_, errno);
    scratch_.clear();
  }
  return {};
}

}  // namespace trailhound::show
