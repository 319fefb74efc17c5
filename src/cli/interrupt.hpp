// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C: the first stops the question, the second the program.
//
//   Interrupt interrupt;                       // before any other thread is started
//   interrupt.on_stop([&] { desk->cancel(); });
//
// A thread of its own waits for the signal, so that what is called may do anything a thread may.
// Where nothing has asked to be called, the first one ends the program with exit code 130. Either
// way it is said.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace trailhound::cli {

/// What a stopped command says.
inline constexpr std::string_view kStopped = "stopped: the answer is not complete\n";

/// Waits for SIGINT and SIGTERM as long as it lives.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// What to call from then on; an empty function ends the program instead.
  void on_stop(std::function<void()> call);
  bool happened() const { return happened_; }

 private:
  void wait();

  std::mutex mutex_;
  std::function<void()> call_;
  std::atomic<bool> happened_ = false;
  std::atomic<bool> ending_ = false;
  std::thread waiter_;
};

}  // namespace trailhound::cli
