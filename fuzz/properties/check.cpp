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
  constexpr std::size_t k_shown = 300;
  const std::string shown = escape(breach.input.substr(0, k_shown));
  std::fprintf(stderr, "breach: %s: \"%.*s\" does not hold for \"%s\"%s (%zu bytes)\n",
               k_judges[static_cast<std::size_t>(breach.judge)],
               static_cast<int>(breach.property.size()), breach.property.data(), shown.c_str(),
               breach.input.size() > k_shown ? "..." : "", breach.input.size());
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
