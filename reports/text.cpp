// SPDX-License-Identifier: Apache-2.0
#include "reports/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

struct Character {
  char32_t point = 0;
  std::size_t length = 0;  // 0: no UTF-8 here
};

// RFC 3629 section 4: no overlong forms, no surrogates.
Character character_at(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead < 0xC2 ? 0U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
  if (length == 0 || lead > 0xF4 || text.size() < length) return {};
  char32_t point = lead & (0x7FU >> length);
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80) return {};
    point = (point << 6U) | (byte & 0x3FU);
  }
  constexpr std::array<char32_t, 5> k_least = {0, 0, 0x80, 0x800, 0x10000};
  if (point < k_least[length] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return {};
  return {point, length};
}

// Characters that are not seen, or change how others are seen, or may not stand in XML.
bool hidden(char32_t point) {
  constexpr std::array<std::array<char32_t, 2>, 9> k_hidden = {{{0x00, 0x1F},
                                                                {0x7F, 0x9F},
                                                                {0xAD, 0xAD},
                                                                {0x200B, 0x200F},
                                                                {0x2028, 0x202E},
                                                                {0x2060, 0x206F},
                                                                {0xFEFF, 0xFEFF},
                                                                {0xFFF9, 0xFFFF},
                                                                {0xE0000, 0x10FFFF}}};
  return std::ranges::any_of(
      k_hidden, [&](const auto& range) { return point >= range[0] && point <= range[1]; });
}

std::string legible(std::string_view text, bool wire) {
  std::string out;
  while (!text.empty()) {
    const Character at = character_at(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(at.length, 1));
    if (at.length <= 1 && (at.length == 0 || hidden(at.point))) {
      out += escape(bytes);
    } else if (at.length > 1 && hidden(at.point)) {
      out += wire                 ? escape(bytes)
             : at.point < 0x10000 ? fmt::format("\\u{:04x}", static_cast<unsigned>(at.point))
                                  : fmt::format("\\u{{{:x}}}", static_cast<unsigned>(at.point));
    } else if (wire && at.point == '\\') {
      out += "\\\\";
    } else {
      out += bytes;
    }
    text.remove_prefix(bytes.size());
  }
  return replace_all(replace_all(out, "##[", "#\\x23["), "##vso[", "#\\x23vso[");
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace

std::string shown(std::string_view text) { return legible(text, false); }

std::string shown_bytes(std::string_view bytes) { return legible(bytes, true); }

std::string markup(std::string_view text) {
  std::string out;
  for (const char c : shown(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    std::string& last = lines.back();
    if (last.empty()) {
      last = word;
    } else if (columns(last) + 1 + columns(word) <= width) {
      last.append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace keyward
