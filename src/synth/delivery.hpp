// SPDX-License-Identifier: Apache-2.0
//
// Events into files, as a trail delivers them: gathered by account, region and stretch of time,
// named for the minute of delivery, in no order inside.
//
//   Delivery trail(folder, organisation, 15 * kMinute, seed);
//   TRY(trail.deliver(events_of_a_day));
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"
#include "synth/event.hpp"

namespace trailhound::synth {

/// One trail. `deliver` may be called from several threads with events of different days.
class Delivery {
 public:
  Delivery(std::string folder, std::string organisation, std::int64_t batch, std::uint64_t seed,
           std::string name)
      : folder_(std::move(folder)),
        organisation_(std::move(organisation)),
        batch_(batch),
        seed_(seed),
        name_(std::move(name)) {}

  /// Writes these events; all of one day, in any order.
  Result<void> deliver(std::span<const Event* const> events);

  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Result<void> write(std::span<const Event* const> events, std::uint64_t batch_number);

  std::string folder_, organisation_;
  std::int64_t batch_;
  std::uint64_t seed_;
  std::string name_;
  std::atomic<std::uint64_t> files_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
};

}  // namespace trailhound::synth
