// SPDX-License-Identifier: Apache-2.0
// Text: bytes made fit to be read, and the few string tools that every floor needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyward {

/// Printable ASCII as is, everything else as \r \n \t \\ or \xHH: one line, safe in a terminal.
[[nodiscard]] std::string escape(std::string_view bytes);
/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);
/// ASCII only; other bytes are left alone.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string to_upper(std::string_view text);
/// Pieces between separators; an empty text gives one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Replaces every occurrence; `from` must not be empty.
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);
/// `*` matches any run of bytes, `/` included; `?` one byte. Linear in pattern times text.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text);
/// The candidate nearest to `word` by edit distance, or empty where none is near: for "did you
/// mean".
[[nodiscard]] std::string closest(std::string_view word,
                                  const std::vector<std::string>& candidates);
/// "2026-11-21T04:00:31Z" from seconds since 1970 UTC (RFC 3339).
[[nodiscard]] std::string rfc3339(double unix_seconds);
/// An HTTP date (RFC 9110 section 5.6.7, IMF-fixdate) or an RFC 3339 date-time with zone, in
/// seconds since 1970 UTC; < 0 where it is neither.
[[nodiscard]] double parse_http_date(std::string_view text);
[[nodiscard]] double parse_rfc3339(std::string_view text);

}  // namespace keyward
