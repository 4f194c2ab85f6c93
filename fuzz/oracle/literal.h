// SPDX-License-Identifier: Apache-2.0
// Literal: what the standards say in prose about decoding and dividing, done step by step as they
// say it, however slow. Shares no code with harness/syntax.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyward::literal {

/// The bytes of a text that is of one of the base64 rules in rules.cpp (RFC 4648 section 4): its
/// characters as bits in a row, cut into eights.
[[nodiscard]] std::string base64_bytes(std::string_view text);

/// RFC 3986 section 2.1: each `%` and two digits is a byte. Other text stays, broken triplets
/// included.
[[nodiscard]] std::string percent_bytes(std::string_view text);

/// RFC 9110 section 5.6.4: each quoted-pair between the quotes is the octet behind its backslash.
[[nodiscard]] std::string quoted_value(std::string_view between_quotes);

/// WHATWG URL Standard section 5.1, but for UTF-8: the bytes are kept.
struct FormTuple {
  std::string name, value;
  bool operator==(const FormTuple&) const = default;
};
[[nodiscard]] std::vector<FormTuple> form_tuples(std::string_view text);

/// The five parts that the regular expression of RFC 3986 appendix B finds in any text.
struct UrlParts {
  std::optional<std::string> scheme, authority;
  std::string path;
  std::optional<std::string> query, fragment;
};
[[nodiscard]] UrlParts url_parts(std::string_view text);
/// RFC 3986 section 5.3.
[[nodiscard]] std::string recompose(const UrlParts& parts);
/// RFC 3986 section 5.2.4.
[[nodiscard]] std::string without_dot_segments(std::string_view path);
/// RFC 3986 section 5.2.2, strict.
[[nodiscard]] UrlParts resolved(const UrlParts& base, const UrlParts& reference);

/// RFC 3986 section 3.2: `[ userinfo "@" ] host [ ":" port ]` of an authority that is of its rule.
struct AuthorityParts {
  std::optional<std::string> userinfo;
  std::string host;
  std::optional<std::string> port;
};
[[nodiscard]] AuthorityParts authority_parts(std::string_view text);

/// The texts between the separators; one empty text for an empty one.
[[nodiscard]] std::vector<std::string> pieces(std::string_view text, std::string_view separator);
/// The first `divider` ends the first half; nothing where there is none.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> halves(std::string_view text,
                                                                        char divider);
/// Without SP and HTAB at either end.
[[nodiscard]] std::string without_ows(std::string_view text);
/// A to Z as a to z.
[[nodiscard]] std::string lower(std::string_view text);

}  // namespace keyward::literal
