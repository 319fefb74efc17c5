// SPDX-License-Identifier: Apache-2.0
#include "ask/ask.hpp"
#include "cli/run.hpp"

int main(int count, char** words) {
  const trailhound::cli::Exit exit =
      trailhound::cli::run({words + 1, words + count}, trailhound::ask::Desk::open);
  return static_cast<int>(exit);
}
