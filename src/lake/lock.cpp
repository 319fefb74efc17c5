// SPDX-License-Identifier: Apache-2.0
#include "lake/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "lake/layout.hpp"

namespace trailhound::lake {
namespace {

constexpr auto kPause = std::chrono::milliseconds(20);

std::string writer_path(const std::string& root) { return manifest_folder(root) + "/writer.lock"; }
std::string readers_path(const std::string& root) {
  return manifest_folder(root) + "/readers.lock";
}

std::string holder_of(int file) {
  char words[256];
  const ssize_t got = pread(file, words, sizeof words, 0);
  const std::string_view text(words, got > 0 ? static_cast<std::size_t>(got) : 0);
  return text.empty() ? "another process" : to_utf8(trim(text));
}

void name_holder(int file, std::string_view verb) {
  const std::string words = fmt::format("trailhound {} (process {})\n", verb, getpid());
  // Only words for whoever waits: without them it is "another process".
  if (ftruncate(file, 0) != 0) return;
  [[maybe_unused]] const ssize_t put = pwrite(file, words.data(), words.size(), 0);
}

}  // namespace

Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Lock& Lock::operator=(Lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Lock::~Lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Lock> lock_for_writing(const std::string& root, std::string_view verb,
                              const Waiting& waiting) {
  const int file = open(writer_path(root).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    return Error("lake-read-only", fmt::format("the lake at `{}` cannot be written to: {}",
                                               to_utf8(root), std::strerror(errno)));
  }
  Lock lock(file);
  bool said = false;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (!said) {
      said = true;
      const std::string holder = holder_of(file);
      if (!waiting || !waiting(holder)) {
        return Error("lake-busy", fmt::format("the lake at `{}` is being written to by {}",
                                              to_utf8(root), holder));
      }
    }
    std::this_thread::sleep_for(kPause);
  }
  name_holder(file, verb);
  return lock;
}

Lock lock_for_reading(const std::string& root) {
  int file = open(readers_path(root).c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) file = open(readers_path(root).c_str(), O_RDONLY | O_CLOEXEC);
  Lock lock(file);
  if (file >= 0 && flock(file, LOCK_SH) != 0) return Lock();
  return lock;
}

Lock lock_against_readers(const std::string& root, std::chrono::milliseconds patience) {
  const int file = open(readers_path(root).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  Lock lock(file);
  if (file < 0) return Lock();
  for (auto waited = kPause * 0;; waited += kPause) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
    if (waited >= patience) return Lock();
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace trailhound::lake
