// SPDX-License-Identifier: Apache-2.0
// Isolated: a function in a process of its own, which may crash or hang, and what it reported up to
// there.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

namespace keyward::faults {

struct Report {
  std::uint64_t executions = 0;
  std::array<std::uint64_t, 3> first{};  ///< by fuzz::Judge: the execution that it noticed, or 0
  const char* end = "returned";  ///< or "crash", which a sanitizer's word is as well, or "time"
};

/// Runs it in a child, which writes into memory of both; its standard error goes nowhere.
[[nodiscard]] Report isolated(const std::function<void(Report&)>& run);

/// For the child: ends it by `time` when it uses the processor for a second more.
void limit_time();

}  // namespace keyward::faults
