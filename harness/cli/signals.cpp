// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/signals.h"

#include <csignal>
#include <cstdint>
#include <ctime>

#include <unistd.h>

namespace keyward {
namespace {

// One wish may arrive as two signals: timeout(1) sends its own to the program and to its group.
constexpr std::int64_t k_same_wish = 100;  // milliseconds

std::atomic<bool> interrupted_flag = false;
std::atomic<std::int64_t> first_signal = 0;             // milliseconds on the monotonic clock
static_assert(std::atomic<bool>::is_always_lock_free);  // else no signal handler may touch it
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void take_interruption(int) {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  const std::int64_t now = std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
  std::int64_t first = 0;
  if (first_signal.compare_exchange_strong(first, now)) {
    interrupted_flag = true;
  } else if (now - first > k_same_wish) {
    ::_exit(130);
  }
}

}  // namespace

void ignore_failed_writes() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

const std::atomic<bool>& interruption() {
  static const bool caught = [] {
    struct sigaction action{};
    action.sa_handler = take_interruption;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    return ::sigaction(SIGINT, &action, nullptr) == 0 &&
           ::sigaction(SIGTERM, &action, nullptr) == 0;
  }();
  static_cast<void>(caught);
  return interrupted_flag;
}

void wait_for_interruption() {
  // Blocked but for the sleep itself, so that a signal between look and sleep is not lost.
  sigset_t stop;
  sigset_t before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &stop, &before);
  while (!interruption()) ::sigsuspend(&before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace keyward
