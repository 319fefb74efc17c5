// SPDX-License-Identifier: Apache-2.0
//
// Which events were met before, across files and threads.
//
//   Once once(limits.copies);
//   if (once.meet(id_hash, content) == Meeting::Copy) leave_out();
//
//   DoubleCount doubles;                      // counting only: eight bytes an event
//   doubles.add(hashes);
//   doubles.count();
//
// Hashes are 64 bits of (account, eventID) and 64 of the content: an event is left out only if all
// 128 agree.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace trailhound::read {

/// Of account and eventID.
std::uint64_t identity_hash(std::string_view account, std::string_view id);

enum class Meeting {
  First,
  Copy,      ///< Same account, eventID and content
  Conflict,  ///< Same account and eventID, other content
};

/// Remembers events exactly. Any thread.
class Once {
 public:
  explicit Once(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}
  Meeting meet(std::uint64_t identity, std::uint64_t content);
  /// Says that an event with this identity is about to be met: there are far more entries than the
  /// nearest memory holds.
  void expect(std::uint64_t identity) const;
  /// Memory ran out: events met since are remembered no more.
  bool gave_up() const { return gave_up_; }

 private:
  struct Entry {
    std::uint64_t identity = 0, content = 0;  ///< Both zero: free
  };
  struct Shard {
    alignas(64) std::mutex mutex;
    std::vector<Entry> entries;
    std::size_t used = 0;
    /// Of `entries`, for who does not hold the lock; no write of who does takes these away.
    alignas(64) std::atomic<const Entry*> first{nullptr};
    std::atomic<std::size_t> mask{0};
  };
  bool grow(Shard& shard);
  std::array<Shard, 64> shards_;
  std::uint64_t most_bytes_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> gave_up_{false};
};

/// Counts how many of many hashes are met again. Beyond some millions it keeps a sample.
class DoubleCount {
 public:
  explicit DoubleCount(std::size_t most_kept = 16u << 20) : most_kept_(most_kept) {}
  /// Adds and empties `hashes`. Any thread.
  void add(std::vector<std::uint64_t>& hashes);
  /// Copies met so far: exact, or reckoned up from the sample.
  std::uint64_t count();
  bool exact();

 private:
  static constexpr unsigned kBucketBits = 10;
  const std::size_t most_kept_;
  std::mutex mutex_;
  /// By the hashes' first bits: each is small enough to be counted within the nearest cache.
  std::array<std::vector<std::uint64_t>, std::size_t{1} << kBucketBits> buckets_;
  std::size_t kept_ = 0;
  unsigned thinned_ = 0;  ///< Only hashes with so many low zero bits are kept
  std::size_t counted_at_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace trailhound::read
