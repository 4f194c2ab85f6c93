// SPDX-License-Identifier: Apache-2.0
#include "fuzz/properties/check.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "harness/base/text.h"

namespace keyward::fuzz {
namespace {

OnBreach g_handler = nullptr;

}  // namespace

void set_on_breach(OnBreach handler) { g_handler = handler; }

void report(const Breach& breach) {
  if (g_handler != nullptr) g_handler(breach);
  static constexpr const char* k_judges[] = {"property", "grammar", "steps"};
  std::fprintf(stderr, "keyward fuzz: %s: \"%.*s\" does not hold for \"%s\"\n",
               k_judges[static_cast<std::size_t>(breach.judge)],
               static_cast<int>(breach.property.size()), breach.property.data(),
               escape(breach.input).c_str());
  std::abort();
}

Exact::Exact(std::string_view input) : size_(input.size()), bytes_(new char[input.size()]) {
  std::ranges::copy(input, bytes_.get());
}

std::string other_case(std::string_view text, std::size_t count) {
  std::string other(text);
  for (char& c : std::span(other).first(std::min(count, other.size()))) {
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'z') c = static_cast<char>(c ^ 0x20);
  }
  return other;
}

}  // namespace keyward::fuzz
