// SPDX-License-Identifier: Apache-2.0
// Percent-encoding: `%` and two hexadecimal digits are one byte.
//
//   a%3ab%7Ec   normalised   a%3Ab~c      upper-case digits (RFC 3986 section 6.2.2.1), unreserved
//                                         bytes as themselves (section 6.2.2.2)
//
// RFC 3986 section 2.1. `+` is a plus here; form.h has the other reading.
#pragma once

#include <string>
#include <string_view>

#include "harness/syntax/ascii.h"
#include "harness/syntax/parsed.h"

namespace keyward {

/// Bytes that may stay as they are, by where the text will stand. Everything else is encoded.
inline constexpr ByteSet k_keep_path_segment = k_pchar;
/// One half of a userinfo: its colon would divide (RFC 3986 section 3.2.1).
inline constexpr ByteSet k_keep_userinfo = k_unreserved | k_sub_delims;
/// A value inside a query of pairs: `&`, `=`, `+` and `;` would be read as something else.
inline constexpr ByteSet k_keep_query_value = (k_pchar | ByteSet("/?")) - ByteSet("&=+;");
/// What application/x-www-form-urlencoded leaves alone; its space is `+`, see form.h.
inline constexpr ByteSet k_keep_form = k_alnum | ByteSet("*-._");

/// Replaces each triplet by its byte. Refuses a `%` without two hexadecimal digits behind it;
/// bytes outside triplets pass as they are.
[[nodiscard]] Parsed<std::string> decode_percent(std::string_view text);

/// Triplets, with upper-case digits, for every byte outside `keep`. A `%` is always encoded.
[[nodiscard]] std::string encode_percent(std::string_view bytes,
                                         const ByteSet& keep = k_unreserved);

/// The same text in normal form; a second time changes nothing.
[[nodiscard]] Parsed<std::string> normalize_percent(std::string_view text);

}  // namespace keyward
