// SPDX-License-Identifier: Apache-2.0
// Shape: what a secret looks like, to make random ones of the same look.
//   "[0-9a-f]{80}"   "[A-Za-z0-9]{16}:[A-Za-z0-9]{32}"   "kw_[a-z2-7]{20}"
// A sequence of literal characters and [classes], each with an optional {count}. Backslash escapes.
// The one word `jwt` stands for what no sequence can say: a JSON Web Token in its compact form,
// three texts of base64url with dots between them (RFC 7515 section 7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/random.h"

namespace keyward {

inline constexpr std::string_view k_jwt_shape = "jwt";

/// The first byte offset at which `shape` is not of the language above, or nothing.
[[nodiscard]] std::optional<std::size_t> shape_error(std::string_view shape);
[[nodiscard]] bool matches_shape(std::string_view shape, std::string_view text);
/// A random text of that shape; empty for an invalid one.
[[nodiscard]] std::string random_of_shape(std::string_view shape, Random& random);
/// A random text that looks like `secret`: same length, digits for digits, hex for hex, case for
/// case, other characters kept. Differs from `secret` wherever it has a letter or digit, and there
/// from `other` too.
[[nodiscard]] std::string random_like(std::string_view secret, Random& random,
                                      std::string_view other = {});
/// Whether `text` could be a sibling of `secret`: same length and character classes.
[[nodiscard]] bool looks_like(std::string_view secret, std::string_view text);

}  // namespace keyward
