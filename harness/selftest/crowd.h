// SPDX-License-Identifier: Apache-2.0
// Crowd: tasks in processes of their own, many at once. A run that crashes takes nothing with it,
// and one that waits for an expiry holds up nobody.
//
//   task ──fork──> child ──pipe──> its text
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/error.h"

namespace keyward {

/// Runs in a child process; what it returns is sent back.
using Task = std::function<std::string()>;

/// Told in the calling process, as tasks end: which one, and its text; empty where it died.
using TaskEnded = std::function<void(std::size_t index, std::string text)>;

/// Returns when all tasks have ended; once `interrupted` is set (may be null) no more are started
/// and the running ones get SIGTERM. The calling process must have one thread only. ErrorKind::io
/// where processes cannot be had.
[[nodiscard]] Status play_apart(const std::vector<Task>& tasks, std::size_t at_once,
                                const TaskEnded& ended, const std::atomic<bool>* interrupted);

/// A directory of one's own below the system's temporary one, gone with the object.
class Scratch {
 public:
  /// ErrorKind::io where none can be made.
  [[nodiscard]] static Result<Scratch> make();
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~Scratch();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace keyward
