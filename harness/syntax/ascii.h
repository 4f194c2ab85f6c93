// SPDX-License-Identifier: Apache-2.0
// ByteSet and the character classes of the grammars: RFC 5234 appendix B.1, RFC 9110 section 5.6.2,
// RFC 3986 sections 2.2, 2.3 and 3.3. Locale never plays a part.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace keyward {

/// A set of bytes: membership is one table read.
class ByteSet {
 public:
  constexpr ByteSet() = default;
  constexpr explicit ByteSet(std::string_view members) {
    for (char c : members) bits_[index(c)] = true;
  }
  /// Every byte from `first` to `last`, both included.
  static constexpr ByteSet range(unsigned char first, unsigned char last) {
    ByteSet set;
    for (unsigned byte = first; byte <= last; ++byte) set.bits_[byte] = true;
    return set;
  }

  [[nodiscard]] constexpr bool contains(char c) const { return bits_[index(c)]; }

  /// Where the first byte outside the set stands, from `from` on; text.size() if there is none.
  [[nodiscard]] constexpr std::size_t span(std::string_view text, std::size_t from = 0) const {
    while (from < text.size() && contains(text[from])) ++from;
    return from;
  }

  friend constexpr ByteSet operator|(ByteSet a, const ByteSet& b) {
    for (std::size_t i = 0; i < a.bits_.size(); ++i) a.bits_[i] = a.bits_[i] || b.bits_[i];
    return a;
  }
  friend constexpr ByteSet operator-(ByteSet a, const ByteSet& b) {
    for (std::size_t i = 0; i < a.bits_.size(); ++i) a.bits_[i] = a.bits_[i] && !b.bits_[i];
    return a;
  }

 private:
  static constexpr std::size_t index(char c) { return static_cast<unsigned char>(c); }
  std::array<bool, 256> bits_{};
};

inline constexpr ByteSet k_digit = ByteSet::range('0', '9');
inline constexpr ByteSet k_alpha = ByteSet::range('A', 'Z') | ByteSet::range('a', 'z');
inline constexpr ByteSet k_alnum = k_alpha | k_digit;
inline constexpr ByteSet k_hexdig = k_digit | ByteSet("ABCDEFabcdef");
inline constexpr ByteSet k_control = ByteSet::range(0x00, 0x1F) | ByteSet("\x7F");
inline constexpr ByteSet k_obs_text = ByteSet::range(0x80, 0xFF);
inline constexpr ByteSet k_vchar = ByteSet::range(0x21, 0x7E);
inline constexpr ByteSet k_space = ByteSet(" ");
inline constexpr ByteSet k_equals_sign = ByteSet("=");
inline constexpr ByteSet k_ows = ByteSet(" \t");
inline constexpr ByteSet k_tchar = k_alnum | ByteSet("!#$%&'*+-.^_`|~");
inline constexpr ByteSet k_unreserved = k_alnum | ByteSet("-._~");
inline constexpr ByteSet k_sub_delims = ByteSet("!$&'()*+,;=");
/// `pchar` without pct-encoded, whose `%` the parsers check on their own.
inline constexpr ByteSet k_pchar = k_unreserved | k_sub_delims | ByteSet(":@");

[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

[[nodiscard]] std::string lowercase(std::string_view text);

/// Equal but for the case of A to Z: field names, auth-schemes, parameter names, hosts.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace keyward
