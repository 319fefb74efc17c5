// SPDX-License-Identifier: Apache-2.0
#include "read/once.hpp"

#include <algorithm>
#include <string>

#include "event/content_hash.hpp"

namespace trailhound::read {

std::uint64_t identity_hash(std::string_view account, std::string_view id) {
  char bytes[128];
  if (account.size() + id.size() < sizeof bytes) {
    std::copy(account.begin(), account.end(), bytes);
    bytes[account.size()] = '\n';
    std::copy(id.begin(), id.end(), bytes + account.size() + 1);
    return event::content_hash({bytes, account.size() + 1 + id.size()});
  }
  return event::content_hash(std::string(account) + '\n' + std::string(id));
}

Meeting Once::meet(std::uint64_t identity, std::uint64_t content) {
  if (identity == 0 && content == 0) content = 1;
  Shard& shard = shards_[identity >> 58];
  const std::lock_guard lock(shard.mutex);
  if (shard.used * 4 >= shard.entries.size() * 3 && !gave_up_ && !grow(shard)) gave_up_ = true;
  if (shard.entries.empty()) return Meeting::First;
  const std::size_t mask = shard.entries.size() - 1;
  Meeting meeting = Meeting::First;
  std::size_t probes = 0;
  for (std::size_t at = identity & mask; probes <= mask; at = (at + 1) & mask, ++probes) {
    Entry& entry = shard.entries[at];
    if (entry.identity == 0 && entry.content == 0) {
      if (!gave_up_) {
        entry = {identity, content};
        ++shard.used;
      }
      return meeting;
    }
    if (entry.identity != identity) continue;
    if (entry.content == content) return Meeting::Copy;
    meeting = Meeting::Conflict;
  }
  return meeting;
}

bool Once::grow(Shard& shard) {
  const std::size_t size = shard.entries.empty() ? 1024 : shard.entries.size() * 2;
  const std::uint64_t more = (size - shard.entries.size()) * sizeof(Entry);
  if (bytes_.fetch_add(more) + more > most_bytes_) return false;
  std::vector<Entry> larger(size);
  for (const Entry& entry : shard.entries) {
    if (entry.identity == 0 && entry.content == 0) continue;
    std::size_t at = entry.identity & (size - 1);
    while (larger[at].identity != 0 || larger[at].content != 0) at = (at + 1) & (size - 1);
    larger[at] = entry;
  }
  shard.entries = std::move(larger);
  return true;
}

void DoubleCount::add(std::vector<std::uint64_t>& hashes) {
  const std::lock_guard lock(mutex_);
  const auto thin = [](unsigned bits) {
    return [mask = (std::uint64_t{1} << bits) - 1](std::uint64_t h) { return (h & mask) != 0; };
  };
  if (thinned_ != 0) std::erase_if(hashes, thin(thinned_));
  kept_.insert(kept_.end(), hashes.begin(), hashes.end());
  hashes.clear();
  while (kept_.size() > kMostKept) std::erase_if(kept_, thin(++thinned_));
}

std::uint64_t DoubleCount::count() {
  const std::lock_guard lock(mutex_);
  if (kept_.size() != counted_at_) {
    std::sort(kept_.begin(), kept_.end());
    std::uint64_t met = 0;
    for (std::size_t i = 1; i < kept_.size(); ++i) met += kept_[i] == kept_[i - 1] ? 1 : 0;
    counted_at_ = kept_.size();
    counted_ = met << thinned_;
  }
  return counted_;
}

bool DoubleCount::exact() {
  const std::lock_guard lock(mutex_);
  return thinned_ == 0;
}

}  // namespace trailhound::read
