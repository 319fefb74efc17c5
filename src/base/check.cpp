// SPDX-License-Identifier: Apache-2.0
#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace trailhound {

void broken_promise(const char* condition, std::string_view detail, const char* file, int line) {
  std::fprintf(stderr,
               "trailhound: a bug: `%s` does not hold (%.*s) at %s:%d\n"
               "please report it, with the command and `trailhound --version`\n",
               condition, static_cast<int>(detail.size()), detail.data(), file, line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace trailhound
