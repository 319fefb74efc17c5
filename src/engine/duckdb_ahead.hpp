// SPDX-License-Identifier: Apache-2.0
//
// The chunks of an answer, fetched ahead of their use: while one batch is written, a thread of its
// own already works on the next.
//
//   Ahead ahead(duck, result);
//   while (duckdb_data_chunk chunk = ahead.next()) { ...; duck.destroy_data_chunk(&chunk); }
//
// Most answers are small: the thread is begun by the second chunk. Whoever leaves before the end
// interrupts the connection first, so that the thread ends.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/duckdb_api.hpp"

namespace trailhound::engine {

/// Fetches ahead, a few chunks at most.
class Ahead {
 public:
  /// The result must outlive this.
  Ahead(const DuckDb& duck, duckdb_result* result) : duck_(duck), result_(result) {}
  ~Ahead();
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// The next chunk, the caller's; null at the end, whatever ended it.
  duckdb_data_chunk next();

 private:
  static constexpr std::size_t kMostHeld = 6;
  void fetch();

  const DuckDb& duck_;
  duckdb_result* const result_;
  std::size_t given_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<duckdb_data_chunk> held_;
  bool ended_ = false;  ///< Nothing more will be held
  bool left_ = false;   ///< Nothing more is wanted
};

}  // namespace trailhound::engine
