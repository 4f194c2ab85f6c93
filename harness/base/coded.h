// SPDX-License-Identifier: Apache-2.0
// Coded: bytes that a text holds in base64, base32 or hexadecimal, whatever they are in turn.
//
//   k=WlhLZQ… and so on   →   ZXKe…     each group of characters remembers where it stood
//
// Neither where a code begins nor what it holds is known, so each run of its characters is read
// from each of them that may begin a group.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/unescape.h"

namespace keyward {

enum class Code : std::uint8_t { base64, base32, hexadecimal };
inline constexpr Code k_codes[] = {Code::base64, Code::base32, Code::hexadecimal};

/// Where groups may begin: 0 up to this.
[[nodiscard]] unsigned alignments(Code code);

/// Whether the text has a run that is long enough to be read; both alphabets of base64, and what is
/// broken into lines, count.
[[nodiscard]] bool may_code(std::string_view text, Code code);

/// The bytes of all such runs, if the first group begins behind `skip` characters, with a line feed
/// after each; false where there are none. Linear in the text's size.
[[nodiscard]] bool read_coded(std::string_view text, Code code, unsigned skip, Unescaped& out);

/// Whether such bytes may be text in turn, or chance has made them.
[[nodiscard]] bool may_be_text(std::string_view decoded);

}  // namespace keyward
