// SPDX-License-Identifier: Apache-2.0
#include "engine/duckdb_ahead.hpp"

namespace trailhound::engine {

Ahead::~Ahead() {
  {
    const std::lock_guard lock(mutex_);
    left_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (duckdb_data_chunk& chunk : held_) duck_.destroy_data_chunk(&chunk);
}

duckdb_data_chunk Ahead::next() {
  if (given_++ == 0) return duck_.fetch_chunk(*result_);
  if (!thread_.joinable()) thread_ = std::thread([this] { fetch(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_ || !held_.empty(); });
  if (held_.empty()) return nullptr;
  const duckdb_data_chunk chunk = held_.front();
  held_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return chunk;
}

void Ahead::fetch() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return left_ || held_.size() < kMostHeld; });
      if (left_) return;
    }
    const duckdb_data_chunk chunk = duck_.fetch_chunk(*result_);
    {
      const std::lock_guard lock(mutex_);
      if (chunk == nullptr) {
        ended_ = true;
      } else {
        held_.push_back(chunk);
      }
    }
    changed_.notify_all();
    if (chunk == nullptr) return;
  }
}

}  // namespace trailhound::engine
