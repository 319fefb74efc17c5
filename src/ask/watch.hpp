// SPDX-License-Identifier: Apache-2.0
//
// A source that remembers which values some fields had while others read it.
//
//   Watch watch(logs, {Field::EventName});
//   database->offer(watch, plan);         // reads logs; the watch looks on
//   watch.seen(Field::EventName);         // {"ListBuckets", "GetObject", ...}
//
// It costs a look-up for each value of a watched field, and sees only what the plan puts.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "event/event_source.hpp"

namespace trailhound::ask {

/// Looks on while events are read. Threads may read through it together.
class Watch final : public event::EventSource {
 public:
  Watch(event::EventSource& source, event::Field field) : source_(source), field_(field) {}

  std::unique_ptr<event::EventScan> scan(const event::ScanPlan& plan) override;
  /// The values so far, no more than kMost of them.
  std::set<std::string, std::less<>> seen() const;

  static constexpr std::size_t kMost = 20'000;

 private:
  friend class WatchedReader;
  void add(const std::set<std::string, std::less<>>& values);

  event::EventSource& source_;
  event::Field field_;
  mutable std::mutex guard_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace trailhound::ask
