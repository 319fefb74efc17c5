// SPDX-License-Identifier: Apache-2.0
#include "lake/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/text.hpp"
#include "event/sha256.hpp"
#include "lake/faults.hpp"

namespace trailhound::lake {
namespace {

Error cannot(std::string_view code, std::string_view step_words, const std::string& path) {
  const int number = errno;
  Error error(
      code, fmt::format("`{}` cannot be {}: {}", to_utf8(path), step_words, std::strerror(number)));
  if (number == ENOSPC || number == EDQUOT) {
    return std::move(error).note(
        "what was kept before stands; with more room, the same command goes on");
  }
  return error;
}

Error cannot_write(std::string_view words, const std::string& path) {
  return cannot("lake-write-failed", words, path);
}

/// A descriptor, closed when left.
class Opened {
 public:
  Opened(const std::string& path, int flags)
      : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Opened() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  operator int() const { return descriptor_; }
  /// Closes now, and says whether all that was written arrived.
  bool done() { return close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = write(file, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

Result<void> sync_path(const std::string& path, int flags) {
  step("sync");
  const Opened file(path, O_RDONLY | flags);
  if (file < 0 || fsync(file) != 0) return cannot_write("made to last", path);
  return {};
}

/// Hands a file on piece by piece.
template <class Take>
Result<void> read_pieces(const std::string& path, Take take) {
  const Opened file(path, O_RDONLY);
  if (file < 0) return cannot("lake-read-failed", "opened", path);
  std::string buffer(std::size_t{1} << 18, '\0');
  for (;;) {
    const ssize_t got = read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("lake-read-failed", "read", path);
    if (got == 0) return {};
    take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

}  // namespace

Result<void> make_folders(const std::string& path, std::vector<std::string>* made) {
  if (path.empty() || is_there(path)) return {};
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) TRY(make_folders(path.substr(0, slash), made));
  step("mkdir");
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return cannot_write("made", path);
  if (made != nullptr) made->push_back(path);
  return {};
}

Result<void> sync_file(const std::string& path) { return sync_path(path, 0); }
Result<void> sync_folder(const std::string& path) { return sync_path(path, O_DIRECTORY); }

Result<void> move_file(const std::string& from, const std::string& to) {
  step("rename");
  if (rename(from.c_str(), to.c_str()) != 0) return cannot_write("put in its place", to);
  return {};
}

Result<void> remove_file(const std::string& path) {
  step("unlink");
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return cannot_write("removed", path);
  return {};
}

Result<void> remove_if_empty(const std::string& folder) {
  step("rmdir");
  if (rmdir(folder.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) {
    return cannot_write("removed", folder);
  }
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".next";
  step("write");
  {
    Opened file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (file < 0 || !write_all(file, content)) return cannot_write("written", fresh);
    step("sync");
    if (fsync(file) != 0 || !file.done()) return cannot_write("made to last", fresh);
  }
  TRY(move_file(fresh, path));
  return sync_folder(path.substr(0, path.rfind('/')));
}

Result<void> append_to_file(const std::string& path, std::string_view content) {
  step("append");
  Opened file(path, O_WRONLY | O_CREAT | O_APPEND);
  if (file < 0 || !write_all(file, content) || !file.done()) return cannot_write("written", path);
  return {};
}

Result<std::string> read_whole(const std::string& path) {
  std::string content;
  TRY(read_pieces(path, [&](std::string_view piece) { content += piece; }));
  return content;
}

Result<std::string> read_piece(const std::string& path, std::uint64_t at, std::uint64_t count) {
  const Opened file(path, O_RDONLY);
  if (file < 0) return cannot("lake-read-failed", "opened", path);
  std::string piece(count, '\0');
  std::size_t done = 0;
  while (done < piece.size()) {
    const ssize_t got =
        pread(file, piece.data() + done, piece.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("lake-read-failed", "read", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  piece.resize(done);
  return piece;
}

bool is_there(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0;
}

std::uint64_t size_of(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

std::vector<std::string> files_below(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code trouble;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                      trouble);
  while (!trouble && at != fs::recursive_directory_iterator()) {
    std::error_code gone;
    if (!at->is_directory(gone) || at->is_symlink(gone)) files.push_back(at->path().string());
    at.increment(trouble);
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> sum_of_file(const std::string& path) {
  event::Sha256 sum;
  TRY(read_pieces(path, [&](std::string_view piece) { sum.add(piece); }));
  return sum.hex();
}

bool is_remote(const std::string& folder) {
  constexpr std::uint32_t kRemote[] = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x65735546,
                                       0x47504653, 0x0BD00BD0, 0x73757245, 0x00C36400};
  struct statfs found {};
  if (statfs(folder.c_str(), &found) != 0) return false;
  return std::find(std::begin(kRemote), std::end(kRemote),
                   static_cast<std::uint32_t>(found.f_type)) != std::end(kRemote);
}

std::string real_path(const std::string& path) {
  char* const found = realpath(path.c_str(), nullptr);
  if (found == nullptr) return path;
  std::string real(found);
  std::free(found);
  return real;
}

}  // namespace trailhound::lake
