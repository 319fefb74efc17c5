// SPDX-License-Identifier: Apache-2.0
//
// One line on the terminal that says how far the reading is; gone when it ends.
//
//   Progress progress(STDERR_FILENO, look_of(STDERR_FILENO, wish));
//   source.progress = [&](const event::ScanProgress& at) { progress.update(at); };
//   progress.hide();                          // before anything else is written
//
// Any thread may call any member. Nothing is ever written where no person sits at a terminal, nor
// for work that is done within a moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "event/event_source.hpp"
#include "show/look.hpp"

namespace trailhound::show {

/// The line, drawn again a few times a second.
class Progress {
 public:
  Progress(int descriptor, const Look& look);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const event::ScanProgress& at);
  /// Takes the line away and draws none any more.
  void hide();

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  int descriptor_;
  Look look_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_{};
  bool on_screen_ = false;
  bool hidden_ = false;
};

/// The words of the line: `1.2 of 5.6 GB · 3,400,120 events · 1.1 M events/s · 12 s left`.
std::string progress_words(const event::ScanProgress& at, double seconds);

/// `512 bytes`, `1.2 MB`, `5.6 GB`: powers of ten, as file managers count.
std::string size_words(std::uint64_t bytes);
/// `730`, `49,960`, `1.1 M`: a rate that is known to two figures should not show seven.
std::string rate_words(double rate);

}  // namespace trailhound::show
