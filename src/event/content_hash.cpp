// SPDX-License-Identifier: Apache-2.0
#include "event/content_hash.hpp"

#define XXH_INLINE_ALL
#ifdef __clang_analyzer__
#define XXH_DEBUGLEVEL 1  // its assertions tell the analyzer what it is not given
#endif
#include <xxhash.h>

namespace trailhound::event {

std::uint64_t content_hash(std::string_view compact_json) {
  return XXH3_64bits(compact_json.data(), compact_json.size());
}

std::uint64_t bloom_hash(std::string_view value) {
  return XXH64(value.empty() ? "" : value.data(), value.size(), 0);
}

}  // namespace trailhound::event
