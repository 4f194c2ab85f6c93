// SPDX-License-Identifier: Apache-2.0
// FUZZ_CHECK: what a property says and NDEBUG does not take away. A breach prints the property and
// the input, escaped, and aborts, which is what every fuzzing engine looks for; a program that
// wants to go on (fuzz/faults) sets a handler that throws.
//
//   breach: property: "render, parse is the same" does not hold for "Basic a=b" (9 bytes)
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward::fuzz {

/// Who noticed: a rule about our parser alone, the standard's grammar, or the count of steps.
enum class Judge { property, grammar, steps };

struct Breach {
  Judge judge;
  std::string_view property;
  std::string_view input;
};

/// Called for each breach; where it returns, the process aborts. Null restores the default.
using OnBreach = void (*)(const Breach& breach);
void set_on_breach(OnBreach handler);

[[noreturn]] void report(const Breach& breach);

/// The input in memory that ends where it ends, so that AddressSanitizer sees a read beyond it.
class Exact {
 public:
  explicit Exact(std::string_view input);
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// A target's input, in memory that ends where it ends: libFuzzer's inputs lie so already.
#ifdef KEYWARD_FUZZ_EXACT
class Input {
 public:
  explicit Input(std::string_view input) : input_(input) {}
  [[nodiscard]] std::string_view view() const { return input_; }

 private:
  std::string_view input_;
};
#else
using Input = Exact;
#endif

}  // namespace keyward::fuzz

#define FUZZ_CHECK_BY(who, condition, says, text) \
  ((condition) ? static_cast<void>(0) : ::keyward::fuzz::report({(who), (says), (text)}))

/// FUZZ_CHECK(condition, "what ought to hold", input)
#define FUZZ_CHECK(condition, says, text) \
  FUZZ_CHECK_BY(::keyward::fuzz::Judge::property, condition, says, text)
/// The same, where the standard's grammar is the judge.
#define FUZZ_AGREE(condition, says, text) \
  FUZZ_CHECK_BY(::keyward::fuzz::Judge::grammar, condition, says, text)

namespace keyward::fuzz {

/// Whether `part` is a view into `text`.
[[nodiscard]] inline bool inside(std::string_view part, std::string_view text) {
  const std::less_equal<> no_later;
  return no_later(text.data(), part.data()) &&
         no_later(part.data() + part.size(), text.data() + text.size());
}

/// A refusal has a name, and its offset is one of the text.
template <class T>
void check_refusal(const Parsed<T>& parsed, std::string_view text) {
  if (parsed) return;
  FUZZ_CHECK(parsed.error().offset <= text.size(), "a refusal's offset is inside", text);
  FUZZ_CHECK(!name(parsed.error().reason).empty(), "a refusal has a name", text);
}

/// Both refuse, for the same reason at the same place, or neither does.
template <class A, class B>
[[nodiscard]] bool same_verdict(const Parsed<A>& a, const Parsed<B>& b) {
  return a.has_value() == b.has_value() && (a || a.error() == b.error());
}

/// The letters of the first `count` bytes in the other case.
[[nodiscard]] std::string other_case(std::string_view text, std::size_t count);

}  // namespace keyward::fuzz
