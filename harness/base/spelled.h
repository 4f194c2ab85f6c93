// SPDX-License-Identifier: Apache-2.0
// Spelled: bytes that a text spells out one by one, as dumps and programs print them.
//
//   5a:71:38   5A 71 38   0x5a,0x71    hexadecimal        =5A=71=38    quoted-printable
//   [90,113,56]   "90","113"           decimal            \132\161\70  octal
//   132 161 70    0132,0161            octal              U+005A U+0071
//   01011010 01110001                  binary             \5a \71 \38         CSS
//   Z NUL q NUL 8 NUL                  UTF-16
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/unescape.h"

namespace keyward {

enum class Spelled : std::uint8_t {
  hexadecimal,
  decimal,
  octal_list,
  binary,
  quoted_printable,
  octal,
  css,
  utf16
};
inline constexpr Spelled k_spelled[] = {
    Spelled::hexadecimal,      Spelled::decimal, Spelled::octal_list, Spelled::binary,
    Spelled::quoted_printable, Spelled::octal,   Spelled::css,        Spelled::utf16};

/// Ways of spelling, as a set; the lists count as one.
class SpelledSet {
 public:
  void add(Spelled how) { bits_ |= 1U << static_cast<unsigned>(how); }
  [[nodiscard]] bool has(Spelled how) const;

 private:
  unsigned bits_ = 0;
};

/// The ways in which a text may spell bytes out, by one look at each of its bytes: of most texts,
/// none. What is not in the set, read_spelled() does not find.
[[nodiscard]] SpelledSet may_spell(std::string_view text);

/// The text with each run of four bytes or more that is spelled so written as these bytes; false,
/// and nothing written, where there is no such run. Linear in the text's size.
[[nodiscard]] bool read_spelled(std::string_view text, Spelled how, Unescaped& out);

}  // namespace keyward
