// SPDX-License-Identifier: Apache-2.0
#include "read/once.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "event/content_hash.hpp"

namespace trailhound::read {
namespace {

bool has_low_bits(std::uint64_t hash, unsigned bits) {
  return (hash & ((std::uint64_t{1} << bits) - 1)) != 0;
}

/// How many of the hashes stand before in the list. `table` is scratch: open addressing, zero is
/// free.
std::uint64_t count_copies(const std::vector<std::uint64_t>& hashes,
                           std::vector<std::uint64_t>& table) {
  if (hashes.size() < 2) return 0;
  const std::size_t mask = std::bit_ceil(hashes.size() * 2) - 1;
  table.assign(mask + 1, 0);
  std::uint64_t copies = 0, zeros = 0;
  for (const std::uint64_t hash : hashes) {
    if (hash == 0) {
      ++zeros;
      continue;
    }
    // The first bits are the same for all of a bucket, the last may be those of a sample.
    std::size_t at = (hash >> 20) & mask;
    while (table[at] != 0 && table[at] != hash) at = (at + 1) & mask;
    copies += table[at] == hash ? 1 : 0;
    table[at] = hash;
  }
  return copies + (zeros > 0 ? zeros - 1 : 0);
}

}  // namespace

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

void Once::expect(std::uint64_t identity) const {
  const Shard& shard = shards_[identity >> 58];
  // The two may be of different times: then something else is fetched, and nothing is lost.
  const Entry* const first = shard.first.load(std::memory_order_relaxed);
  if (first != nullptr) {
    const auto at = reinterpret_cast<std::uintptr_t>(first) +
                    (identity & shard.mask.load(std::memory_order_relaxed)) * sizeof(Entry);
    __builtin_prefetch(reinterpret_cast<const void*>(at), 1);
  }
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
  shard.first.store(shard.entries.data(), std::memory_order_relaxed);
  shard.mask.store(size - 1, std::memory_order_relaxed);
  return true;
}

void DoubleCount::add(std::vector<std::uint64_t>& hashes) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t hash : hashes) {
    if (has_low_bits(hash, thinned_)) continue;
    buckets_[hash >> (64 - kBucketBits)].push_back(hash);
    ++kept_;
  }
  hashes.clear();
  while (kept_ > most_kept_) {
    ++thinned_;
    for (std::vector<std::uint64_t>& bucket : buckets_) {
      kept_ -= std::erase_if(bucket, [&](std::uint64_t h) { return has_low_bits(h, thinned_); });
    }
  }
}

std::uint64_t DoubleCount::count() {
  const std::lock_guard lock(mutex_);
  if (kept_ == counted_at_) return counted_;
  std::uint64_t met = 0;
  std::vector<std::uint64_t> table;
  for (const std::vector<std::uint64_t>& bucket : buckets_) met += count_copies(bucket, table);
  counted_at_ = kept_;
  counted_ = met << thinned_;
  return counted_;
}

bool DoubleCount::exact() {
  const std::lock_guard lock(mutex_);
  return thinned_ == 0;
}

}  // namespace trailhound::read
