// SPDX-License-Identifier: Apache-2.0
#include "harness/base/spelled.h"

#include <array>
#include <cstddef>
#include <vector>

namespace keyward {
namespace {

constexpr std::size_t k_shortest_run = 4;   // quoted-printable leaves most bytes as they are
constexpr std::size_t k_longest_gap = 16;   // between two of a list: ", " or "\n  "
constexpr std::size_t k_longest_piece = 6;  // of a list, but for binary: "0x5a", "U+005A"

// One byte as written: so many characters, that value. No characters: none stands here.
struct Piece {
  std::size_t length = 0;
  unsigned value = 0;
};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

bool is_word(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
}

// What a byte of the text is for may_spell().
enum class Kind : std::uint8_t { other, gap, bit, figure, mark };
constexpr auto k_kinds = [] {
  std::array<Kind, 256> kinds{};
  const auto are = [&](std::string_view bytes, Kind kind) {
    for (const char c : bytes) kinds[static_cast<unsigned char>(c)] = kind;
  };
  are(" ,:-;\"'\t\r\n", Kind::gap);
  are("0123456789abcdefABCDEFxXuU+", Kind::figure);
  are("01", Kind::bit);
  are(std::string_view("=\\\0", 3), Kind::mark);
  return kinds;
}();

Kind kind_of(char c) { return k_kinds[static_cast<unsigned char>(c)]; }

bool is_gap(char c) { return kind_of(c) == Kind::gap; }

// Whether so many figures, of which these many are bits, may be one byte of a list.
bool may_be_piece(char first, std::size_t figures, std::size_t bits) {
  if (figures <= 3) return figures > 0;
  const bool marked = first == '0' || (first | 0x20) == 'u';
  return (marked && figures <= k_longest_piece) || (bits == figures && figures <= 8);
}

// The number that at most `most` digits at `from` spell, with nothing of a word behind it.
Piece number(std::string_view text, std::size_t from, std::size_t most, int base) {
  Piece piece;
  while (piece.length < most && from + piece.length < text.size()) {
    const int d = digit(text[from + piece.length]);
    if (d >= base) break;
    piece.value = piece.value * static_cast<unsigned>(base) + static_cast<unsigned>(d);
    ++piece.length;
  }
  const bool goes_on = from + piece.length < text.size() && is_word(text[from + piece.length]);
  return goes_on || piece.value > 0xFF ? Piece{} : piece;
}

Piece piece_at(std::string_view text, std::size_t at, Spelled how) {
  switch (how) {
    case Spelled::hexadecimal: {
      const char second = at + 1 < text.size() ? text[at + 1] : '\0';
      const bool point = (text[at] | 0x20) == 'u' && second == '+';
      const bool marked = point || (text[at] == '0' && (second | 0x20) == 'x');
      Piece piece = number(text, marked ? at + 2 : at, point ? 6 : 2, 16);
      if (piece.length < 2 || (point && piece.length < 4)) return {};
      if (marked) piece.length += 2;
      return piece;
    }
    case Spelled::decimal:
      return number(text, at, 3, 10);
    case Spelled::octal_list:
      return number(text, at, 4, 8);
    case Spelled::binary: {
      const Piece piece = number(text, at, 8, 2);
      return piece.length < 7 ? Piece{} : piece;
    }
    case Spelled::quoted_printable: {
      if (text[at] != '=' || at + 2 >= text.size()) return {};
      const int high = digit(text[at + 1]);
      const int low = digit(text[at + 2]);
      if (high > 15 || low > 15) return {};
      return {3, static_cast<unsigned>(16 * high + low)};
    }
    case Spelled::octal: {
      if (text[at] != '\\') return {};
      Piece piece;
      while (piece.length < 3 && at + 1 + piece.length < text.size()) {
        const int d = digit(text[at + 1 + piece.length]);
        if (d > 7) break;
        piece.value = piece.value * 8 + static_cast<unsigned>(d);
        ++piece.length;
      }
      if (piece.length < 2 || piece.value > 0xFF) return {};
      ++piece.length;
      return piece;
    }
    case Spelled::css: {
      if (text[at] != '\\') return {};
      Piece piece;
      while (piece.length < 6 && at + 1 + piece.length < text.size()) {
        const int d = digit(text[at + 1 + piece.length]);
        if (d > 15) break;
        piece.value = piece.value * 16 + static_cast<unsigned>(d);
        ++piece.length;
      }
      if (piece.length < 2 || piece.value > 0xFF) return {};
      ++piece.length;
      if (text.substr(at + piece.length).starts_with(' ')) ++piece.length;
      return piece;
    }
    case Spelled::utf16: {
      if (at + 1 >= text.size()) return {};
      const char first = text[at];
      const char second = text[at + 1];
      if ((first == '\0') == (second == '\0')) return {};
      return {2, static_cast<unsigned char>(first == '\0' ? second : first)};
    }
  }
  return {};
}

bool in_list(Spelled how) {
  return how == Spelled::hexadecimal || how == Spelled::decimal || how == Spelled::octal_list ||
         how == Spelled::binary;
}

// Where the next byte that is no list's may be spelled: it takes this character.
std::size_t next_mark(std::string_view text, std::size_t from, Spelled how) {
  const char mark = how == Spelled::quoted_printable ? '=' : how == Spelled::utf16 ? '\0' : '\\';
  const std::size_t at = text.find(mark, from);
  return how == Spelled::utf16 && at != std::string_view::npos && at > from ? at - 1 : at;
}

}  // namespace

bool SpelledSet::has(Spelled how) const {
  return (bits_ >> static_cast<unsigned>(in_list(how) ? Spelled::decimal : how) & 1U) != 0;
}

// Counts what may be bytes of a list in a row; the first and the last may touch something else.
SpelledSet may_spell(std::string_view text) {
  SpelledSet set;
  std::size_t begin = 0;  // of the figures that end here
  std::size_t bits = 0;   // of these
  bool parted = true;     // a gap is before them
  std::size_t pieces = 0;
  const auto end_piece = [&](std::size_t end) {
    const bool piece = may_be_piece(text[begin], end - begin, bits);
    pieces = piece ? (parted ? pieces + 1 : 1) : 0;
    if (pieces == k_shortest_run) set.add(Spelled::decimal);
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Kind kind = kind_of(text[at]);
    if (kind == Kind::bit) ++bits;
    if (kind == Kind::bit || kind == Kind::figure) continue;
    const bool gap = kind == Kind::gap;
    if (begin < at) {
      end_piece(at);
    } else if (gap && !parted) {
      pieces = 0;
    }
    if (kind == Kind::mark) {
      const char c = text[at];
      set.add(c == '=' ? Spelled::quoted_printable : c == '\0' ? Spelled::utf16 : Spelled::octal);
      if (c == '\\') set.add(Spelled::css);
    }
    while (kind == Kind::other && at + 1 < text.size() && kind_of(text[at + 1]) == Kind::other)
      ++at;
    parted = gap;
    begin = at + 1;
    bits = 0;
  }
  if (begin < text.size()) end_piece(text.size());
  return set;
}

bool read_spelled(std::string_view text, Spelled how, Unescaped& out) {
  out.text.clear();
  out.escapes.clear();
  std::size_t at = in_list(how) ? 0 : next_mark(text, 0, how);
  std::size_t copied = 0;
  std::vector<Unescaped::Escape> run;  // of what may be a run, the places as written
  std::vector<char> bytes;
  while (at < text.size()) {
    run.clear();
    bytes.clear();
    std::size_t next = at;
    while (next < text.size()) {
      const bool begins_word = next == 0 || !is_word(text[next - 1]);
      const Piece piece = in_list(how) && !begins_word ? Piece{} : piece_at(text, next, how);
      if (piece.length == 0) break;
      run.push_back({{next, next + piece.length}, {}});
      bytes.push_back(static_cast<char>(piece.value));
      next += piece.length;
      if (!in_list(how)) continue;
      std::size_t gap = 0;
      while (gap < k_longest_gap && next + gap < text.size() && is_gap(text[next + gap])) ++gap;
      if (gap == 0) break;
      next += gap;
    }
    if (run.size() < (how == Spelled::quoted_printable ? 1 : k_shortest_run)) {
      at = run.empty() ? at + 1 : run.front().written.end;
      if (!in_list(how)) at = next_mark(text, at, how);
      continue;
    }
    for (std::size_t i = 0; i < run.size(); ++i) {
      // The gap behind a byte belongs to it, but for the last.
      if (i + 1 < run.size()) run[i].written.end = run[i + 1].written.begin;
      out.text += text.substr(copied, run[i].written.begin - copied);
      run[i].decoded = {out.text.size(), out.text.size() + 1};
      out.text += bytes[i];
      copied = run[i].written.end;
      out.escapes.push_back(run[i]);
    }
    at = copied;
  }
  if (out.escapes.empty()) return false;
  out.text += text.substr(copied);
  return true;
}

}  // namespace keyward
