// SPDX-License-Identifier: Apache-2.0
// Loop: epoll and timers on one thread. Every wait of the transport happens in turn(); another
// thread may end it by wake().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace keyward {

class Loop {
 public:
  /// Told when a watched descriptor is ready; `events` are epoll's bits.
  class Watcher {
   public:
    virtual void ready(int fd, std::uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };
  using TimerId = std::pair<double, std::uint64_t>;  ///< when, and the order of asking

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// False where the system gave no descriptor.
  [[nodiscard]] bool valid() const { return epoll_ >= 0 && bell_ >= 0; }

  /// Watches `fd`, or changes what it is watched for. An event that was under way for an earlier
  /// owner of the same number is dropped.
  void watch(int fd, std::uint32_t events, Watcher& watcher);
  void forget(int fd);

  /// Seconds on the monotonic clock.
  [[nodiscard]] static double now();
  TimerId at(double time, std::function<void()> fn);
  void cancel(TimerId timer) { timers_.erase(timer); }

  /// Waits for at most `max_wait` seconds, then calls watchers and the timers that are due.
  void turn(double max_wait);
  /// From any thread: the turn that is under way, else the next one, does not wait.
  void wake();

 private:
  struct Watched {
    Watcher* watcher = nullptr;
    std::uint32_t owner = 0;  ///< counts the owners that this number has had
  };

  void run_timers();

  int epoll_;
  int bell_;  ///< an eventfd that wake() rings
  std::atomic<bool> asleep_ = false;
  std::atomic<bool> woken_ = false;
  std::vector<Watched> watched_;  ///< by descriptor
  std::map<TimerId, std::function<void()>> timers_;
  std::uint64_t asked_ = 0;
};

}  // namespace keyward
