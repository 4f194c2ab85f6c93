// SPDX-License-Identifier: Apache-2.0
#include "harness/base/unescape.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace keyward {
namespace {

struct Token {
  std::size_t length = 0;  // as written; 0: no escape here
  std::array<char, 4> bytes{};
  std::size_t size = 0;
};

struct Named {
  std::string_view written;
  char byte;
};

constexpr std::array k_backslash = {Named{"\\\"", '"'}, Named{"\\\\", '\\'}, Named{"\\/", '/'},
                                    Named{"\\n", '\n'}, Named{"\\r", '\r'},  Named{"\\t", '\t'},
                                    Named{"\\b", '\b'}, Named{"\\f", '\f'},  Named{"\\'", '\''}};
constexpr std::array k_references = {Named{"&amp;", '&'}, Named{"&lt;", '<'}, Named{"&gt;", '>'},
                                     Named{"&quot;", '"'}, Named{"&apos;", '\''}};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// The number that exactly `count` digits at `from` spell; < 0 where they do not.
std::int32_t number(std::string_view text, std::size_t from, std::size_t count, int base) {
  if (count == 0 || count > 7 || from + count > text.size()) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(from, count)) {
    if (digit(c) >= base) return -1;
    value = value * base + digit(c);
  }
  return value;
}

Token byte_token(std::size_t length, std::int32_t byte) {
  return {length, {static_cast<char>(byte)}, 1};
}

// UTF-8, RFC 3629 section 3. A lone surrogate gets three bytes as well: it is only searched.
Token point_token(std::size_t length, std::int32_t point) {
  const auto unit = [&](int shift, int mark, int mask) {
    return static_cast<char>(mark | ((point >> shift) & mask));
  };
  if (point < 0x80) return byte_token(length, point);
  if (point < 0x800) return {length, {unit(6, 0xC0, 0x1F), unit(0, 0x80, 0x3F)}, 2};
  if (point < 0x10000)
    return {length, {unit(12, 0xE0, 0x0F), unit(6, 0x80, 0x3F), unit(0, 0x80, 0x3F)}, 3};
  return {length,
          {unit(18, 0xF0, 0x07), unit(12, 0x80, 0x3F), unit(6, 0x80, 0x3F), unit(0, 0x80, 0x3F)},
          4};
}

template <std::size_t N>
Token named_token(std::string_view text, const std::array<Named, N>& names) {
  for (const Named& name : names) {
    if (text.starts_with(name.written)) return byte_token(name.written.size(), name.byte);
  }
  return {};
}

Token backslash_token(std::string_view text) {
  if (text.starts_with("\\u")) {
    const std::int32_t unit = number(text, 2, 4, 16);
    if (unit < 0) return {};
    if (unit >= 0xD800 && unit < 0xDC00 && text.substr(6).starts_with("\\u")) {
      const std::int32_t low = number(text, 8, 4, 16);
      if (low >= 0xDC00 && low < 0xE000)
        return point_token(12, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
    }
    return point_token(6, unit);
  }
  if (text.starts_with("\\x")) {
    const std::int32_t byte = number(text, 2, 2, 16);
    return byte < 0 ? Token{} : byte_token(4, byte);
  }
  return named_token(text, k_backslash);
}

Token reference_token(std::string_view text) {
  if (!text.starts_with("&#")) return named_token(text, k_references);
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t from = hexadecimal ? 3 : 2;
  const std::size_t end = text.substr(0, 11).find(';');
  if (end == std::string_view::npos || end < from) return {};
  const std::int32_t point = number(text, from, end - from, hexadecimal ? 16 : 10);
  return point < 0 || point > 0x10FFFF ? Token{} : point_token(end + 1, point);
}

Token percent_token(std::string_view text) {
  const std::int32_t byte = number(text, 1, 2, 16);
  return byte < 0 ? Token{} : byte_token(3, byte);
}

Token token_at(std::string_view text) {
  switch (text.front()) {
    case '%':
      return percent_token(text);
    case '\\':
      return backslash_token(text);
    default:
      return reference_token(text);
  }
}

constexpr bool starts_escape(char c) { return c == '%' || c == '\\' || c == '&'; }

// The last escape that does not begin after `at`, or null.
const Unescaped::Escape* last_before(const std::vector<Unescaped::Escape>& escapes, std::size_t at,
                                     TextRange Unescaped::Escape::* side) {
  const auto after =
      std::ranges::upper_bound(escapes, at, {}, [&](const auto& e) { return (e.*side).begin; });
  return after == escapes.begin() ? nullptr : &*std::prev(after);
}

}  // namespace

bool unescape(std::string_view text, Unescaped& out, std::string_view introducers) {
  out.text.clear();
  out.escapes.clear();
  std::size_t copied = 0;
  std::size_t first = text.size();
  for (const char c : introducers) first = std::min(first, text.find(c));
  for (std::size_t i = first; i < text.size();) {
    if (!starts_escape(text[i])) {
      ++i;
      continue;
    }
    const Token token = introducers.contains(text[i]) ? token_at(text.substr(i)) : Token{};
    if (token.length == 0) {
      ++i;
      continue;
    }
    out.text += text.substr(copied, i - copied);
    const std::size_t at = out.text.size();
    out.text.append(token.bytes.data(), token.size);
    out.escapes.push_back({{i, i + token.length}, {at, at + token.size}});
    i += token.length;
    copied = i;
  }
  if (out.escapes.empty()) return false;
  out.text += text.substr(copied);
  return true;
}

TextRange Unescaped::original(TextRange range) const {
  const auto place = [&](std::size_t at) -> TextRange {
    const Escape* escape = last_before(escapes, at, &Escape::decoded);
    if (escape == nullptr) return {at, at + 1};
    if (at < escape->decoded.end) return escape->written;
    const std::size_t written = escape->written.end + (at - escape->decoded.end);
    return {written, written + 1};
  };
  return {place(range.begin).begin, place(range.end - 1).end};
}

TextRange Unescaped::widened(TextRange range) const {
  const Escape* first = last_before(escapes, range.begin, &Escape::written);
  if (first != nullptr && range.begin < first->written.end) range.begin = first->written.begin;
  const Escape* last = last_before(escapes, range.end - 1, &Escape::written);
  if (last != nullptr) range.end = std::max(range.end, last->written.end);
  return range;
}

}  // namespace keyward
