// SPDX-License-Identifier: Apache-2.0
#include "harness/base/squeezed.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace keyward {
namespace {

constexpr std::size_t k_longest_mark = 64;  // <span class="…">

constexpr bool is_letter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z';
}

// In UTF-8, and in what a reader of ISO-8859-1 has of NO-BREAK SPACE and SOFT HYPHEN.
constexpr std::string_view k_unseen[] = {
    "\xC2\xA0",      // no-break space
    "\xC2\xAD",      // soft hyphen
    "\xE2\x80\x8A",  // hair space
    "\xE2\x80\x8B",  // zero width space
    "\xE2\x80\x8C",  // zero width non-joiner
    "\xE2\x80\x8D",  // zero width joiner
    "\xE2\x80\x8E",  // left-to-right mark
    "\xE2\x80\x8F",  // right-to-left mark
    "\xE2\x80\xA8",  // line separator
    "\xE2\x80\xA9",  // paragraph separator
    "\xE2\x80\xAF",  // narrow no-break space
    "\xE2\x81\xA0",  // word joiner
    "\xEF\xBB\xBF",  // zero width no-break space
};

enum class Kind : std::uint8_t { word, separator, maybe };

constexpr auto k_kinds = [] {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 0; c < 0x80; ++c) {
    const bool figure = c >= '0' && c <= '9';
    kinds[c] = figure || is_letter(static_cast<char>(c)) ? Kind::word : Kind::separator;
  }
  for (const char c : {'<', '\xC2', '\xE2', '\xEF'})
    kinds[static_cast<unsigned char>(c)] = Kind::maybe;
  return kinds;
}();

// How many bytes at `at` are none of the word's.
std::size_t separator(std::string_view whole, std::size_t at) {
  const Kind kind = k_kinds[static_cast<unsigned char>(whole[at])];
  if (kind != Kind::maybe) return kind == Kind::word ? 0 : 1;
  const std::string_view text = whole.substr(at);
  const char c = text.front();
  if (c == '<' && text.size() > 2 && (is_letter(text[1]) || text[1] == '/')) {
    const std::size_t end = text.substr(0, k_longest_mark).find('>');
    return end == std::string_view::npos ? 1 : end + 1;
  }
  if (c == '<') return 1;
  const auto* const found = std::ranges::find_if(
      k_unseen, [&](std::string_view unseen) { return text.starts_with(unseen); });
  return found == std::end(k_unseen) ? 0 : found->size();
}

}  // namespace

bool read_squeezed(std::string_view text, Unescaped& out) {
  out.text.clear();
  out.escapes.clear();
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size()) {
      const std::size_t length = separator(text, end);
      if (length == 0) break;
      end += length;
    }
    if (end == at) {
      ++at;
      continue;
    }
    out.text += text.substr(copied, at - copied);
    out.escapes.push_back({{at, end}, {out.text.size(), out.text.size()}});
    at = copied = end;
  }
  if (out.escapes.empty()) return false;
  out.text += text.substr(copied);
  return true;
}

}  // namespace keyward
