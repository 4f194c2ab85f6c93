// SPDX-License-Identifier: Apache-2.0
#include "harness/base/unchunk.h"

#include <cstddef>

namespace keyward {
namespace {

constexpr std::string_view k_digits = "0123456789abcdefABCDEF";
constexpr std::string_view k_behind_size = "\r\n; \t";
constexpr std::size_t k_longest_line = 80;  // a size, an extension of the chunk, the line end

// How long the line is that text begins with, if it says a size; with its end.
std::size_t size_line(std::string_view text) {
  text = text.substr(0, k_longest_line);
  const std::size_t digits = text.find_first_not_of(k_digits);
  if (digits == 0 || digits == std::string_view::npos || !k_behind_size.contains(text[digits]))
    return 0;
  return text.find('\n') + 1;
}

}  // namespace

bool unchunk(std::string_view text, Unescaped& out) {
  out.text.clear();
  out.escapes.clear();
  std::size_t copied = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at)) {
    const std::size_t line = size_line(text.substr(++at));
    if (line == 0) continue;
    const std::size_t begin = at >= copied + 2 && text[at - 2] == '\r' ? at - 2 : at - 1;
    out.text += text.substr(copied, begin - copied);
    out.escapes.push_back({{begin, at + line}, {out.text.size(), out.text.size()}});
    copied = at += line;
  }
  if (out.escapes.empty()) return false;
  out.text += text.substr(copied);
  return true;
}

}  // namespace keyward
