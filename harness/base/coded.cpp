// SPDX-License-Identifier: Apache-2.0
#include "harness/base/coded.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace keyward {
namespace {

constexpr std::size_t k_shortest_line = 16;  // before a line break within a run
constexpr std::size_t k_longest_break = 10;  // CR LF and an indentation

constexpr unsigned char k_other = 0xFF;
using Alphabet = std::array<unsigned char, 256>;

constexpr Alphabet alphabet(std::string_view digits, bool any_case) {
  Alphabet values{};
  values.fill(k_other);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    values[static_cast<unsigned char>(c)] = static_cast<unsigned char>(i);
    if (any_case && c >= 'A' && c <= 'Z')
      values[static_cast<unsigned char>(c | 0x20)] = static_cast<unsigned char>(i);
  }
  return values;
}

constexpr Alphabet base64_alphabet() {
  Alphabet values =
      alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", false);
  values['-'] = values['+'];
  values['_'] = values['/'];
  return values;
}

constexpr unsigned k_both_cases = 3;
constexpr unsigned case_of(char c) { return c < 'A' ? 0U : (c & 0x20) != 0 ? 1U : 2U; }

struct Coding {
  Alphabet values;
  bool one_case;         // who writes this code, writes all letters in one case
  unsigned bits;         // a character
  unsigned group;        // characters that make whole bytes
  std::size_t shortest;  // run: what holds text takes so many
  /// Of each character of a group, the bits that begin a byte: set, it is no ASCII.
  std::array<unsigned char, 8> high;
};

constexpr std::size_t length_of_text(unsigned bits) {
  return (8 * k_shortest_text + bits - 1) / bits;
}

constexpr Coding base32(std::string_view digits) {
  return {alphabet(digits, true),
          true,
          5,
          8,
          length_of_text(5),
          {0x10, 0x02, 0, 0x08, 0x01, 0, 0x04, 0}};
}

// By Code.
constexpr Coding k_codings[] = {
    {base64_alphabet(), false, 6, 4, length_of_text(6), {0x20, 0x08, 0x02, 0}},
    base32("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    base32("0123456789ABCDEFGHIJKLMNOPQRSTUV"),
    base32("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
    {alphabet("0123456789ABCDEF", true), true, 4, 2, length_of_text(4), {0x08, 0}},
};

constexpr const Coding& coding_of(Code code) { return k_codings[static_cast<std::size_t>(code)]; }

// What may_be() counts: for each code and alignment the characters in a row that may be of ASCII.
constexpr std::size_t k_lanes = 32;
constexpr std::size_t k_phases = 8;  // the longest group, a multiple of the others
using Counts = std::uint8_t __attribute__((vector_size(k_lanes)));

struct Lane {
  Code code;
  unsigned skip;
};
constexpr auto k_lane = [] {
  std::array<Lane, k_lanes> lanes{};
  std::size_t next = 0;
  for (std::size_t code = 0; code < std::size(k_codings); ++code) {
    for (unsigned skip = 0; skip < k_codings[code].group; ++skip)
      lanes[next++] = {static_cast<Code>(code), skip};
  }
  while (next < k_lanes) lanes[next++] = lanes[0];
  return lanes;
}();

constexpr std::size_t characters_of_text(const Coding& coding) {
  return 8 * k_shortest_text / coding.bits;
}

constexpr auto k_characters = [] {
  std::array<std::uint8_t, k_lanes> characters{};
  for (std::size_t lane = 0; lane < k_lanes; ++lane)
    characters[lane] = static_cast<std::uint8_t>(characters_of_text(coding_of(k_lane[lane].code)));
  return characters;
}();

constexpr auto k_any_case = [] {
  std::array<std::uint8_t, k_lanes> lanes{};
  for (std::size_t lane = 0; lane < k_lanes; ++lane)
    lanes[lane] = coding_of(k_lane[lane].code).one_case ? 0 : 0xFF;
  return lanes;
}();

// By the phase and the character: 0 in the lanes whose row ends there.
struct Rows {
  alignas(k_lanes) std::uint8_t go_on[k_phases][256][k_lanes];
};
Rows make_rows() {
  Rows rows{};
  for (std::size_t phase = 0; phase < k_phases; ++phase) {
    for (std::size_t c = 0; c < 256; ++c) {
      for (std::size_t lane = 0; lane < k_lanes; ++lane) {
        const Coding& coding = coding_of(k_lane[lane].code);
        const unsigned char value = coding.values[c];
        const unsigned char high =
            coding.high[(phase + k_phases - k_lane[lane].skip) % coding.group];
        rows.go_on[phase][c][lane] = value != k_other && (value & high) == 0 ? 0xFF : 0;
      }
    }
  }
  return rows;
}

// How many characters of a line break within a run stand at `at`; 0: the run ends here.
std::size_t line_break(std::string_view text, std::size_t at, const Alphabet& values) {
  std::size_t end = at;
  bool broken = false;
  while (end < text.size() && end - at < k_longest_break) {
    const char c = text[end];
    if (c != '\r' && c != '\n' && !(broken && (c == ' ' || c == '\t'))) break;
    broken = broken || c == '\n';
    ++end;
  }
  const bool goes_on =
      broken && end < text.size() && values[static_cast<unsigned char>(text[end])] != k_other;
  return goes_on ? end - at : 0;
}

}  // namespace

Coded::Coded(std::string_view text, Code code) : text_(text), code_(code) { look(0, text.size()); }

Coded::Coded(const Coded& base64, Code code) : text_(base64.text_), code_(code) {
  for (const Run& run : base64.runs_) {
    if (run.size >= coding_of(code).shortest) look(run.begin, run.end);
  }
}

// Adds the runs that begin and end between these two. Where no run is, one place in so many is
// looked at: the last one that may belong to a run from here.
void Coded::look(std::size_t begin, std::size_t end) {
  const Coding& coding = coding_of(code_);
  const Alphabet& values = coding.values;
  const std::size_t step = std::min(coding.shortest, k_shortest_line);
  const auto is_digit = [&](std::size_t at) {
    return values[static_cast<unsigned char>(text_[at])] != k_other;
  };
  const auto begins_line = [&](std::size_t at) {
    return at == 0 || std::string_view("\r\n\t\"'").contains(text_[at - 1]);
  };
  for (std::size_t at = begin; at + step <= end;) {
    std::size_t first = at + step;  // of the digits that end there
    while (first > at && is_digit(first - 1)) --first;
    if (first > at) {
      at = first;
      continue;
    }
    Run run{at, 0, at};
    unsigned cases = 0;
    while (true) {
      const std::size_t line = run.end;
      while (run.end < end && is_digit(run.end)) {
        if (coding.one_case) cases |= case_of(text_[run.end]);
        if (cases == k_both_cases) break;
        ++run.end;
      }
      run.size += run.end - line;
      const bool may_go_on = run.end < end && run.end - line >= k_shortest_line &&
                             (text_[run.end] == '\r' || text_[run.end] == '\n');
      const std::size_t gap =
          may_go_on && begins_line(run.begin) ? line_break(text_, run.end, values) : 0;
      if (gap == 0) break;
      run.end += gap;
    }
    if (run.size >= coding.shortest) runs_.push_back(run);
    at = run.end;
  }
}

unsigned Coded::alignments() const { return coding_of(code_).group; }

CodeSet Coded::may_be() const {
  static const Rows k_rows = make_rows();
  CodeSet set;
  Counts characters;
  std::memcpy(&characters, k_characters.data(), sizeof characters);
  Counts any_case;
  std::memcpy(&any_case, k_any_case.data(), sizeof any_case);
  for (const Run& run : runs_) {
    if (run.end - run.begin != run.size) {  // read() decodes what is broken into lines as it is
      for (const Lane& lane : k_lane) set.add(lane.code);
      return set;
    }
    Counts count{};
    Counts most{};
    unsigned last_case = 0;
    std::uint8_t caseless = 0;  // characters since the last letter, as many as count
    for (std::size_t at = run.begin; at < run.end; ++at) {
      Counts row;
      std::memcpy(&row, k_rows.go_on[at % k_phases][static_cast<unsigned char>(text_[at])],
                  sizeof row);
      const unsigned next_case = case_of(text_[at]);
      // In a code of one case another run may begin, at the earliest behind the last letter.
      const bool changes = (last_case | next_case) == k_both_cases;
      const std::uint8_t left = changes ? caseless : 0xFF;
      const Counts most_left = any_case | (Counts{} + left);
      count = count < most_left ? count : most_left;
      last_case = next_case != 0 ? next_case : last_case;
      caseless = next_case != 0 ? 0 : static_cast<std::uint8_t>(std::min(caseless + 1, 0xFF));
      count = (count + 1) & row;
      most = count > most ? count : most;
    }
    std::uint64_t any[k_lanes / sizeof(std::uint64_t)];
    const auto enough = most >= characters;
    static_assert(sizeof enough == sizeof any);
    std::memcpy(any, &enough, sizeof any);
    if ((any[0] | any[1] | any[2] | any[3]) == 0) continue;
    for (std::size_t lane = 0; lane < k_lanes; ++lane) {
      if (enough[lane] != 0) set.add(k_lane[lane].code);
    }
  }
  return set;
}

// Looks for characters in a row that may all be of ASCII, backwards from where the last of them
// would be: where one is not, those before it need no look. Decodes each such row, with all of the
// groups that it has a share in.
void Coded::decode_text(const Run& run, unsigned skip, Unescaped& out) const {
  const Coding& coding = coding_of(code_);
  const std::size_t enough = characters_of_text(coding);
  const std::size_t first = run.begin + skip;
  const auto may_be_ascii = [&](std::size_t at) {
    const unsigned char value = coding.values[static_cast<unsigned char>(text_[at])];
    return (value & coding.high[(at - first) % coding.group]) == 0;
  };
  for (std::size_t from = first; from + enough <= run.end;) {
    std::size_t left = enough;
    while (left > 0 && may_be_ascii(from + left - 1)) --left;
    if (left > 0) {
      from += left;
      continue;
    }
    std::size_t end = from + enough;
    while (end < run.end && may_be_ascii(end)) ++end;
    const std::size_t begin = from - (from - first) % coding.group;
    end += (coding.group - (end - first) % coding.group) % coding.group;
    decode({begin, std::min(end, run.end)}, 0, out);
    from = end;
  }
}

// Appends the bytes of a run or a part of it, a group at a time.
void Coded::decode(TextRange part, unsigned skip, Unescaped& out) const {
  const Coding& coding = coding_of(code_);
  std::size_t at = part.begin;
  const auto is_digit = [&](std::size_t i) {
    return coding.values[static_cast<unsigned char>(text_[i])] != k_other;
  };
  for (unsigned skipped = 0; at < part.end && skipped < skip; ++at) skipped += is_digit(at) ? 1 : 0;
  while (at < part.end) {
    const std::size_t begin = at;
    const std::size_t decoded = out.text.size();
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t end = at;
    for (unsigned taken = 0; at < part.end && taken < coding.group; ++at) {
      if (!is_digit(at)) continue;
      bits = (bits << coding.bits) | coding.values[static_cast<unsigned char>(text_[at])];
      count += coding.bits;
      ++taken;
      end = at + 1;
      if (count < 8) continue;
      count -= 8;
      out.text += static_cast<char>(bits >> count);
      bits &= (1U << count) - 1;
    }
    if (out.text.size() > decoded)
      out.escapes.push_back({{begin, end}, {decoded, out.text.size()}});
  }
  out.escapes.push_back({{part.end - 1, part.end}, {out.text.size(), out.text.size() + 1}});
  out.text += '\n';
}

bool Coded::read(unsigned skip, Unescaped& out) const {
  out.text.clear();
  out.escapes.clear();
  for (const Run& run : runs_) {
    if (run.end - run.begin == run.size) {
      decode_text(run, skip, out);
    } else {
      decode({run.begin, run.end}, skip, out);
    }
  }
  return !out.escapes.empty();
}

bool may_be_text(std::string_view decoded) {
  std::size_t length = 0;
  for (const char c : decoded) {
    const bool of_text = (c >= 0x20 && c < 0x7F) || c == '\0' || c == '\t' || c == '\r';
    length = of_text ? length + 1 : 0;
    if (length == k_shortest_text) return true;
  }
  return false;
}

}  // namespace keyward
