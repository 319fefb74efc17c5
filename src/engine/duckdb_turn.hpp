// SPDX-License-Identifier: Apache-2.0
//
// A stretch of our own code on one of DuckDB's threads, for the thread sanitizer's sake.
//
//   const Turn turn;  // in what DuckDB calls
//
// DuckDB orders its calls: it binds before it scans, and gives a chunk on when it is full. It does
// so in a library that the sanitizer does not see into, so that every such order would look like a
// race. Therefore a turn that begins after others ended is ordered after them where the sanitizer
// looks; turns at the same time are not, and races among them show. Without the sanitizer it does
// nothing.
#pragma once

#include <atomic>
#include <cstdint>

namespace trailhound::engine {

/// From its making to its end.
class Turn {
 public:
#if defined(__SANITIZE_THREAD__)
  Turn() { after_others(); }
  ~Turn() { ended().fetch_add(1, std::memory_order_release); }
#else
  Turn() {}
  ~Turn() {}
#endif
  /// Where DuckDB gives memory within a turn: others, whose turns ended meanwhile, may have had it.
  static void after_others() {
#if defined(__SANITIZE_THREAD__)
    (void)ended().load(std::memory_order_acquire);
#endif
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static std::atomic<std::uint64_t>& ended() {
    static std::atomic<std::uint64_t> turns = 0;
    return turns;
  }
};

}  // namespace trailhound::engine
