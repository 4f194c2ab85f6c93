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
// HTML, section 13.5: those that stand for ASCII.
constexpr std::array k_references = {
    Named{"&amp;", '&'},      Named{"&lt;", '<'},     Named{"&gt;", '>'},
    Named{"&quot;", '"'},     Named{"&apos;", '\''},  Named{"&AMP;", '&'},
    Named{"&LT;", '<'},       Named{"&GT;", '>'},     Named{"&QUOT;", '"'},
    Named{"&excl;", '!'},     Named{"&num;", '#'},    Named{"&dollar;", '$'},
    Named{"&percnt;", '%'},   Named{"&lpar;", '('},   Named{"&rpar;", ')'},
    Named{"&ast;", '*'},      Named{"&midast;", '*'}, Named{"&plus;", '+'},
    Named{"&comma;", ','},    Named{"&period;", '.'}, Named{"&sol;", '/'},
    Named{"&colon;", ':'},    Named{"&semi;", ';'},   Named{"&equals;", '='},
    Named{"&quest;", '?'},    Named{"&commat;", '@'}, Named{"&lsqb;", '['},
    Named{"&lbrack;", '['},   Named{"&bsol;", '\\'},  Named{"&rsqb;", ']'},
    Named{"&rbrack;", ']'},   Named{"&Hat;", '^'},    Named{"&lowbar;", '_'},
    Named{"&UnderBar;", '_'}, Named{"&grave;", '`'},  Named{"&lcub;", '{'},
    Named{"&lbrace;", '{'},   Named{"&verbar;", '|'}, Named{"&vert;", '|'},
    Named{"&rcub;", '}'},     Named{"&rbrace;", '}'}, Named{"&Tab;", '\t'},
    Named{"&NewLine;", '\n'}};
// And those of U+00A0 to U+00FF.
constexpr std::string_view k_latin[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};
static_assert(std::size(k_latin) == 96);

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

// The number that one to `most` digits at `from` spell; length 0 where there is none, or too many.
struct Digits {
  std::size_t length = 0;  // of the text up to their end
  std::int32_t value = 0;
};
Digits digits(std::string_view text, std::size_t from, std::size_t most, int base) {
  std::size_t end = from;
  while (end < text.size() && end - from <= most && digit(text[end]) < base) ++end;
  const std::int32_t value = number(text, from, end - from, base);
  return end - from > most || value < 0 || value > 0x10FFFF ? Digits{} : Digits{end, value};
}

Token backslash_token(std::string_view text) {
  if (text.starts_with("\\u{")) {
    const Digits point = digits(text, 3, 6, 16);
    const bool closed = point.length > 0 && text.substr(point.length).starts_with('}');
    return closed ? point_token(point.length + 1, point.value) : Token{};
  }
  if (text.starts_with("\\U")) {
    const std::int32_t point = number(text, 3, 7, 16);  // the first of eight digits is a 0
    return text.substr(2).starts_with('0') && point >= 0 && point <= 0x10FFFF
               ? point_token(10, point)
               : Token{};
  }
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

Token latin_token(std::string_view name) {
  const auto* const found = std::ranges::find(k_latin, name);
  if (found == std::end(k_latin)) return {};
  return point_token(name.size() + 2,
                     0xA0 + static_cast<std::int32_t>(found - std::begin(k_latin)));
}

Token reference_token(std::string_view text) {
  if (!text.starts_with("&#")) {
    constexpr std::size_t k_longest = 10;  // &UnderBar;
    const std::size_t end = text.substr(0, k_longest).find(';');
    if (end == std::string_view::npos) return {};
    const Token token = named_token(text, k_references);
    return token.length > 0 ? token : latin_token(text.substr(1, end - 1));
  }
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t from = hexadecimal ? 3 : 2;
  // Browsers do without the semicolon.
  const Digits point = digits(text, from, 7, hexadecimal ? 16 : 10);
  if (point.length == 0) return {};
  const bool closed = text.substr(point.length).starts_with(';');
  return point_token(point.length + (closed ? 1 : 0), point.value);
}

Token percent_token(std::string_view text) {
  if (text.size() > 1 && (text[1] | 0x20) == 'u') {
    const std::int32_t point = number(text, 2, 4, 16);
    return point < 0 ? Token{} : point_token(6, point);
  }
  const std::int32_t byte = number(text, 1, 2, 16);
  return byte < 0 ? Token{} : byte_token(3, byte);
}

// U+FF01 to U+FF5E are ASCII from ! to ~ in another width.
Token wide_token(std::string_view text) {
  if (text.size() < 3) return {};
  const auto second = static_cast<unsigned char>(text[1]);
  const auto third = static_cast<unsigned char>(text[2]);
  if ((second != 0xBC && second != 0xBD) || third < 0x80 || third > 0xBF) return {};
  const int ascii = (second - 0xBC) * 0x40 + third - 0x80 + 0x20;
  return ascii < 0x21 || ascii > 0x7E ? Token{} : byte_token(3, ascii);
}

Token token_at(std::string_view text) {
  switch (text.front()) {
    case '%':
      return percent_token(text);
    case '\\':
      return backslash_token(text);
    case '\xEF':
      return wide_token(text);
    default:
      return reference_token(text);
  }
}

constexpr bool starts_escape(char c) { return k_escapes.contains(c); }

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
