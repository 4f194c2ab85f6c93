// SPDX-License-Identifier: Apache-2.0
// Built without the instrumentation that it serves.
#include "fuzz/properties/steps.h"

#include <algorithm>
#include <cctype>

#include "fuzz/properties/thorough.h"

namespace {

std::uint64_t g_steps = 0;

}  // namespace

extern "C" {

// The names are the compiler's and the linker's. libFuzzer has a function of the first name, too.
void __wrap___sanitizer_cov_trace_pc();
void __wrap___sanitizer_cov_trace_pc() { ++g_steps; }

#define KEYWARD_COUNTED(type, name, parameters, arguments) \
  type __real_##name parameters;                           \
  type __wrap_##name parameters;                           \
  type __wrap_##name parameters {                          \
    g_steps += size;                                       \
    return __real_##name arguments;                        \
  }

void* __real_memchr(const void* text, int c, std::size_t size);
void* __wrap_memchr(const void* text, int c, std::size_t size);
void* __wrap_memchr(const void* text, int c, std::size_t size) {
  void* found = __real_memchr(text, c, size);
  const auto passed = static_cast<char*>(found) - static_cast<const char*>(text);
  g_steps += found == nullptr ? size : static_cast<std::size_t>(passed);
  return found;
}
KEYWARD_COUNTED(int, memcmp, (const void* a, const void* b, std::size_t size), (a, b, size))
KEYWARD_COUNTED(int, bcmp, (const void* a, const void* b, std::size_t size), (a, b, size))
KEYWARD_COUNTED(void*, memcpy, (void* to, const void* from, std::size_t size), (to, from, size))
KEYWARD_COUNTED(void*, memmove, (void* to, const void* from, std::size_t size), (to, from, size))
}

namespace keyward::fuzz {

std::uint64_t steps() { return g_steps; }

void check_steps(std::uint64_t taken, std::string_view text) {
  FUZZ_CHECK_BY(Judge::steps, taken <= k_steps_to_start + k_steps_per_byte * text.size(),
                "parsing is linear", text);
}

std::string pumped(std::string_view text) {
  constexpr std::size_t k_size = 16384;
  if (text.empty()) return {};
  const std::uint64_t hash = quick_hash(text) >> 20;
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::size_t from = text.size() / 2;
  std::size_t to = text.size();
  if (hash % 4 != 0) {
    from = hash / 4 % text.size();
    while (from > 0 && is_letter(text[from])) --from;
    if (hash % 4 == 1) to = from + 1;
    if (hash % 4 == 2) to = std::min(text.find(text[from], from + 1), text.size());
  }
  std::string longer(text.substr(0, from));
  while (longer.size() < k_size) longer += text.substr(from, to - from);
  return longer += text.substr(to);
}

}  // namespace keyward::fuzz
