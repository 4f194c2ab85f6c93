// SPDX-License-Identifier: Apache-2.0
#include "harness/base/squeezed.h"

#include <array>
#include <cstddef>

namespace keyward {
namespace {

constexpr std::size_t k_longest_mark = 64;  // <span class="…">

constexpr bool is_letter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z';
}

constexpr auto k_word = [] {
  std::array<bool, 256> word{};
  for (std::size_t c = 0; c < 0x80; ++c)
    word[c] = (c >= '0' && c <= '9') || is_letter(static_cast<char>(c));
  return word;
}();

// How many bytes at `at` are none of the word's; whatever is not ASCII may be a character that no
// one sees.
std::size_t separator(std::string_view whole, std::size_t at) {
  if (k_word[static_cast<unsigned char>(whole[at])]) return 0;
  if (whole[at] != '<') return 1;
  const std::string_view text = whole.substr(at, k_longest_mark);
  if (text.size() < 3 || !(is_letter(text[1]) || text[1] == '/')) return 1;
  const std::size_t end = text.find('>');
  return end == std::string_view::npos ? 1 : end + 1;
}

}  // namespace

Squeezed squeeze(std::string_view text) {
  Squeezed out{std::string(text.size(), '\0'), std::vector<std::uint32_t>(text.size())};
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = separator(text, at);
    if (length == 0) {
      out.at[size] = static_cast<std::uint32_t>(at);
      out.text[size++] = text[at++];
    }
    at += length;
  }
  out.text.resize(size);
  out.at.resize(size);
  return out;
}

std::vector<TextRange> Squeezed::original(TextRange range) const {
  std::vector<TextRange> parts = {{at[range.begin], at[range.begin] + 1U}};
  for (std::size_t i = range.begin + 1; i < range.end; ++i) {
    if (at[i] == parts.back().end) {
      ++parts.back().end;
    } else {
      parts.push_back({at[i], at[i] + 1U});
    }
  }
  return parts;
}

}  // namespace keyward
