// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "cli/exit.hpp"
#include "engine/temp_folder.hpp"

namespace trailhound::cli {
namespace {

sigset_t signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
  ending_ = true;
  pthread_kill(waiter_.native_handle(), SIGINT);
  waiter_.join();
  const sigset_t set = signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupt::on_stop(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
}

void Interrupt::wait() {
  const sigset_t set = signals();
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    if (ending_) return;
    const std::lock_guard lock(mutex_);
    if (happened_.exchange(true) || !call_) {
      const ssize_t written = write(STDERR_FILENO, kStopped.data(), kStopped.size());
      static_cast<void>(written);  // there is nobody left to tell
      engine::TempFolder::remove_those_made();
      _exit(static_cast<int>(Exit::Interrupted));
    }
    call_();
  }
}

}  // namespace trailhound::cli
