// SPDX-License-Identifier: Apache-2.0
// Field lines and what they are made of: token, OWS, quoted-string.
//
//   X-ApiToken :  abc  \r\n        space before the colon: refused (a smuggling classic)
//   |--------| ^ ^   ^
//      name  colon OWS around the value is not part of it
//
// Grammar: RFC 9110 sections 5.1, 5.5, 5.6.2 to 5.6.4; RFC 9112 section 5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/syntax/ascii.h"
#include "harness/syntax/parsed.h"

namespace keyward {

/// Whether the whole text is one token (RFC 9110 section 5.6.2); an empty text is not.
[[nodiscard]] bool is_token(std::string_view text);

/// `text` without the spaces and tabs around it (RFC 9110 section 5.6.3).
[[nodiscard]] std::string_view trim_ows(std::string_view text);

/// The token that is the whole text.
[[nodiscard]] Parsed<std::string_view> parse_token(std::string_view text);

/// The value of the quoted-string that is the whole text: quotes off, quoted-pairs resolved
/// (RFC 9110 section 5.6.4). A CTL other than tab is refused, escaped or not.
[[nodiscard]] Parsed<std::string> parse_quoted_string(std::string_view text);

/// What stands between the quotes of an accepted quoted-string, with its quoted-pairs resolved.
[[nodiscard]] std::string unescape_quoted(std::string_view raw);

/// `value` as a quoted-string: `"` and `\` escaped, every other byte as it is.
[[nodiscard]] std::string quote(std::string_view value);

/// One field line; both views point into the parsed text.
struct FieldLine {
  std::string_view name;
  std::string_view value;

  bool operator==(const FieldLine&) const = default;
};

/// Reads one line without its CRLF. Obs-text is allowed in the value, any CTL but tab is refused.
[[nodiscard]] Parsed<FieldLine> parse_field_line(std::string_view line);

/// Reads the lines of a block, separated by CRLF; the CRLF after the last one may be absent.
/// An empty block has no lines; an empty line inside it, or obs-fold, is refused.
[[nodiscard]] Parsed<std::vector<FieldLine>> parse_field_block(std::string_view block);

/// `Name: value`, without CRLF.
[[nodiscard]] std::string render_field_line(const FieldLine& line);

}  // namespace keyward
