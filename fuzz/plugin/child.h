// SPDX-License-Identifier: Apache-2.0
// Child: a program that answers a line for a line, and may do anything else instead.
//
//        ask(line) ──▶ its standard input
//                      its standard output ──▶ a line, or how it ended, within the time limit
//
// It is a process group of its own and is killed as a whole; it dies with us.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "harness/base/error.h"

namespace keyward {

class Child {
 public:
  explicit Child(std::vector<std::string> command) : command_(std::move(command)) {}
  ~Child() { kill(); }
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  enum class Fate { line, ended, timed_out, too_long };
  struct Reply {
    Fate fate = Fate::line;
    std::string text;  ///< the line; where it ended: how, such as `signal 11 (Segmentation fault)`
  };

  /// Starts the program; fails where the system lets no process begin.
  [[nodiscard]] Status start();
  [[nodiscard]] bool running() const { return pid_ > 0; }
  /// The next line; one of more than `k_longest_line` bytes is too long. What is not a line leaves
  /// the program killed.
  [[nodiscard]] Reply read_line(std::chrono::milliseconds limit);
  /// Writes a line and reads one, within one limit. What came unasked is read first.
  [[nodiscard]] Reply ask(std::string_view line, std::chrono::milliseconds limit);
  /// Kills its process group, and waits for it.
  void kill();

  static constexpr std::size_t k_longest_line = std::size_t{1} << 20;

 private:
  using Clock = std::chrono::steady_clock;
  Reply read_until(Clock::time_point deadline);
  Reply ended();
  std::string finish();  // kills and reaps; how it had ended

  std::vector<std::string> command_;
  pid_t pid_ = 0;
  int fd_ = -1;         // its standard input and output
  std::string buffer_;  // read, and not yet given out
};

}  // namespace keyward
