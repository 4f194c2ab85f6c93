// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/loop.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace keyward {
namespace {

// Few: what came in is handed on by the turn, and the other side has nothing to do until then.
constexpr std::size_t k_events_a_turn = 8;
constexpr double k_longest_wait = 3600;

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!valid()) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;  // each ring is an event, and nobody has to read it
  event.data.u64 = static_cast<std::uint32_t>(bell_);
  epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &event);
}

Loop::~Loop() {
  if (bell_ >= 0) close(bell_);
  if (epoll_ >= 0) close(epoll_);
}

double Loop::now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= watched_.size()) watched_.resize(index + 1);
  Watched& entry = watched_[index];
  const bool known = entry.watcher == &watcher;
  if (!known) ++entry.owner;
  entry.watcher = &watcher;
  epoll_event event{};
  event.events = events;
  event.data.u64 = std::uint64_t{entry.owner} << 32 | static_cast<std::uint32_t>(fd);
  // Closing a descriptor takes it out of epoll behind our back, so what is known may be gone.
  if (!known || epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) {
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
      epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
    }
  }
}

void Loop::forget(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= watched_.size() || watched_[index].watcher == nullptr) return;
  watched_[index].watcher = nullptr;
  epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

Loop::TimerId Loop::at(double time, std::function<void()> fn) {
  const TimerId timer{time, asked_++};
  timers_.emplace(timer, std::move(fn));
  return timer;
}

void Loop::turn(double max_wait) {
  double wait = std::min(max_wait, k_longest_wait);
  if (!timers_.empty()) wait = std::min(wait, timers_.begin()->first.first - now());
  // epoll counts in milliseconds: round up, or a timer would be waited for in a busy loop.
  const int milliseconds = wait <= 0 ? 0 : static_cast<int>(std::ceil(wait * 1000));

  std::array<epoll_event, k_events_a_turn> events;
  asleep_ = true;  // before woken_ is read: either this sees wake(), or wake() sees this
  const int count =
      epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), woken_ ? 0 : milliseconds);
  asleep_ = false;
  woken_ = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const int fd = static_cast<int>(event.data.u64 & 0xffffffff);
    const auto owner = static_cast<std::uint32_t>(event.data.u64 >> 32);
    if (fd == bell_) continue;
    const Watched entry = watched_[static_cast<std::size_t>(fd)];
    if (entry.watcher != nullptr && entry.owner == owner) entry.watcher->ready(fd, event.events);
  }
  run_timers();
}

void Loop::wake() {
  woken_ = true;
  // The bell holds a count that only a read would lower; it never fills up in a program's life.
  if (asleep_) eventfd_write(bell_, 1);
}

void Loop::run_timers() {
  // What a timer asks for waits for the next turn, so that no timer can hold the loop; and each is
  // taken out just before its call, so that a call can cancel those behind it.
  const double time = now();
  const std::uint64_t asked = asked_;
  for (auto next = timers_.begin(); next != timers_.end() && next->first.first <= time;) {
    if (next->first.second >= asked) {
      ++next;
      continue;
    }
    const auto timer = timers_.extract(next);
    timer.mapped()();
    next = timers_.begin();
  }
}

}  // namespace keyward
