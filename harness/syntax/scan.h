// SPDX-License-Identifier: Apache-2.0
// Scanning: the steps the parsers of this folder share. Each takes a text and a place, looks at
// bytes from there on only, and says where its piece ends: that is what keeps the parsers linear.
// Not meant for other folders.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "harness/syntax/ascii.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/parsed.h"
#include "harness/syntax/url.h"

namespace keyward {

/// Where `part`, a view into `text`, begins in it.
[[nodiscard]] inline std::size_t offset_in(std::string_view text, std::string_view part) {
  return static_cast<std::size_t>(part.data() - text.data());
}

/// The part of `text` from `from` up to `to`.
[[nodiscard]] inline std::string_view slice(std::string_view text, std::size_t from,
                                            std::size_t to) {
  return text.substr(from, to - from);
}

[[nodiscard]] inline std::size_t skip_ows(std::string_view text, std::size_t from) {
  return k_ows.span(text, from);
}

/// Whether `c` stands at `at`; never so at the end.
[[nodiscard]] inline bool has_at(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

/// The same refusal for a text that starts `by` bytes earlier.
[[nodiscard]] inline SyntaxError shifted(SyntaxError error, std::size_t by) {
  return {error.reason, error.offset + by};
}

/// Where the token ends; `from` itself where none starts.
[[nodiscard]] inline std::size_t token_end(std::string_view text, std::size_t from) {
  return k_tchar.span(text, from);
}

/// Where the token68 ends; `from` itself where none starts.
[[nodiscard]] std::size_t token68_end(std::string_view text, std::size_t from);

/// Where the quoted-string ends, behind its closing quote.
[[nodiscard]] Parsed<std::size_t> quoted_string_end(std::string_view text, std::size_t from);

/// One auth-param and where it ends.
struct ScannedParam {
  AuthParam param;
  std::size_t end;
};

/// Reads token BWS "=" BWS ( token / quoted-string ).
[[nodiscard]] Parsed<ScannedParam> scan_param(std::string_view text, std::size_t from);

/// The refusal for the first parameter whose name occurred before it, if there is one. The names
/// are views into `text`. Sorts where there are many: n log n comparisons for n parameters, however
/// they collide.
[[nodiscard]] std::optional<SyntaxError> find_duplicate(std::span<const AuthParam> params,
                                                        std::string_view text);

/// The refusal for white space at either end of a field value, if there is some.
[[nodiscard]] std::optional<SyntaxError> find_surrounding_whitespace(std::string_view text);

/// The byte that the percent triplet at `at` stands for, or -1 where there is no whole triplet.
[[nodiscard]] int triplet_value(std::string_view text, std::size_t at);

/// Where the first byte stands that is neither in `allowed` nor a triplet's; text.size() if there
/// is none. A broken triplet stops it at its `%`.
[[nodiscard]] std::size_t span_with_triplets(std::string_view text, const ByteSet& allowed,
                                             std::size_t from = 0);

/// The refusal for the `%` of a broken triplet at `offset`.
[[nodiscard]] SyntaxError broken_percent(std::string_view text, std::size_t offset);

/// The refusal for the first byte of `text` that is neither in `allowed` nor a triplet's: `reason`,
/// or what is wrong with the triplet.
[[nodiscard]] std::optional<SyntaxError> find_foreign(std::string_view text, const ByteSet& allowed,
                                                      Reason reason);

/// Reads path, query and fragment from `from` to the end into `url`.
[[nodiscard]] std::optional<SyntaxError> scan_path_onward(std::string_view text, std::size_t from,
                                                          Url& url);

}  // namespace keyward
