// SPDX-License-Identifier: Apache-2.0
// Steps: how much work a parser does, counted and not timed, so that "linear" is a property like
// any other.
//
// The parsers are built a second time for fuzzing, with -fsanitize-coverage=trace-pc: the compiler
// calls us at every edge of their control flow, and the linker sends the C library's searches and
// copies (--wrap=memchr …) past us, which count one step a byte. harness/syntax itself holds
// nothing of this. Copies are counted in replay only: with an engine they would cost more than they
// show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/properties/check.h"
#include "fuzz/properties/thorough.h"

namespace keyward::fuzz {

/// Steps since the program began; stands still in a build without the instrumentation.
[[nodiscard]] std::uint64_t steps();

/// What a parser may take for a byte of its input, and once for the start. The parsers of
/// harness/syntax stay below a third of it (tests/fuzz_properties_test.cpp has their worst texts).
inline constexpr std::uint64_t k_steps_per_byte = 250;
inline constexpr std::uint64_t k_steps_to_start = 3000;

void check_steps(std::uint64_t taken, std::string_view text);

/// Some kilobytes of the text, with a piece of it over and over: its second half, what follows one
/// of its delimiters, to the end or to the next delimiter of its kind, or one byte. Which of them
/// is up to the text's hash. What is quadratic in a repeated piece shows here, far above any factor
/// of a linear parser.
[[nodiscard]] std::string pumped(std::string_view text);

/// parse(text), with its steps checked; while pumping(), the steps for pumped(text), too.
template <class Parse>
[[nodiscard]] auto parse_in_steps(std::string_view text, Parse parse) {
  const std::uint64_t before = steps();
  auto parsed = parse(text);
  check_steps(steps() - before, text);
  if (pumping()) {
    const std::string longer = pumped(text);
    const std::uint64_t between = steps();
    static_cast<void>(parse(std::string_view(longer)));
    check_steps(steps() - between, longer);
  }
  return parsed;
}

}  // namespace keyward::fuzz
