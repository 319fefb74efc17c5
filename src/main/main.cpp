// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "ask/ask.hpp"
#include "cli/run.hpp"

namespace {

// Sanitizers look for what was left behind when a process ends in the ordinary way.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLeavesAtOnce = false;
#else
constexpr bool kLeavesAtOnce = true;
#endif

}  // namespace

int main(int count, char** words) {
  using namespace trailhound;
  const cli::Exit exit = cli::run({words + 1, words + count}, [](ask::Source source) {
    source.until_exit = kLeavesAtOnce;
    return ask::Desk::open(std::move(source));
  });
  if (!kLeavesAtOnce) return static_cast<int>(exit);
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(exit));
}
