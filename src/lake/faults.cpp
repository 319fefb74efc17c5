// SPDX-License-Identifier: Apache-2.0
#include "lake/faults.hpp"

#ifdef TRAILHOUND_FAULTS

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace trailhound::lake {
namespace {

long number_in(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

/// Counts into a file, so that a test knows how many steps there are.
class Counter {
 public:
  ~Counter() {
    const char* const path = std::getenv("TRAILHOUND_COUNT_STEPS");
    if (path == nullptr) return;
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return;
    const std::string text = std::to_string(steps.load());
    [[maybe_unused]] const ssize_t put = write(file, text.data(), text.size());
    close(file);
  }
  std::atomic<long> steps{0};
};

}  // namespace

void step(std::string_view) {
  static const long last = number_in("TRAILHOUND_DIE_AT");
  static Counter counter;
  if (++counter.steps == last) _exit(137);
}

}  // namespace trailhound::lake

#endif
