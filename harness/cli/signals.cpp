// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/signals.h"

#include <csignal>

#include <unistd.h>

namespace keyward {
namespace {

std::atomic<bool> interrupted_flag = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // else no signal handler may touch it

extern "C" void take_interruption(int) {
  if (interrupted_flag.exchange(true)) ::_exit(130);
}

}  // namespace

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = take_interruption;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

const std::atomic<bool>& interruption() { return interrupted_flag; }

void wait_for_interruption() {
  // Blocked but for the sleep itself, so that a signal between look and sleep is not lost.
  sigset_t stop;
  sigset_t before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &stop, &before);
  while (!interrupted_flag) ::sigsuspend(&before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace keyward
