// SPDX-License-Identifier: Apache-2.0
// Base64, strictly: one text for each sequence of bytes.
//
//   "£"     C2       A3                     each character carries six bits; the last group's
//           110000 101010 0011|00 =         unused bits (here `00`) must be zero, or two
//           w      q      M       =         texts would be one credential
//
// RFC 4648 sections 3.2 (padding), 3.3 (other characters), 3.5 (pad bits), 4 and 5 (alphabets).
#pragma once

#include <string>
#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward {

enum class Base64Alphabet { standard, url_safe };
enum class Base64Padding { required, optional, forbidden };

/// The bytes that `text` encodes. Line ends and white space are not part of any alphabet.
[[nodiscard]] Parsed<std::string> decode_base64(std::string_view text,
                                                Base64Alphabet alphabet = Base64Alphabet::standard,
                                                Base64Padding padding = Base64Padding::required);

/// The one text of `bytes`, with `=` unless `padded` is false.
[[nodiscard]] std::string encode_base64(std::string_view bytes,
                                        Base64Alphabet alphabet = Base64Alphabet::standard,
                                        bool padded = true);

}  // namespace keyward
