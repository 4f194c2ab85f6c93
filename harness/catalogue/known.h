// SPDX-License-Identifier: Apache-2.0
// KnownSecret: a value that a principal holds, and what is looked for in answers that must not show
// it: the value itself, base64 of it at any place, and its digests.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/secret.h"
#include "harness/model/spec.h"

namespace keyward {

struct KnownSecret {
  Secret secret;  ///< labelled principal.value
  std::string principal;
  std::string value;       ///< its name in the spec
  bool lasting = false;    ///< the operator gave it: no operation issues it anew
  bool guessable = false;  ///< people choose it: a password
  bool name = false;       ///< it is public, and says who or whose: no secret
  /// What base64 makes of it behind 0, 1 or 2 other bytes, in both alphabets.
  std::vector<std::string> encoded;
  /// Of a lasting one: algorithm and digest, as lower-case hexadecimal and in both base64
  /// alphabets.
  std::vector<std::pair<std::string, std::string>> digests;
};

/// Whether the value is long enough, and no word, so that it stands nowhere by chance.
[[nodiscard]] bool is_telling(std::string_view bytes);
/// What is to be looked for of a principal's value; empty where it is public, names things in the
/// operations' paths, opens nothing (a user-id), or is not telling; of what is public, what names
/// somebody is there as a name. Of a composite value the part that is the secret counts by itself
/// as well.
[[nodiscard]] std::vector<KnownSecret> known_secrets(const Spec& spec, const Principal& principal,
                                                     const Value& value, std::string_view bytes);
/// Algorithm and octets of the digests under which secrets are commonly kept.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> digests_of(std::string_view bytes);

/// The characters of a base64 text that depend on the secret alone, where it stands behind `before`
/// other bytes (a user-id and its colon).
[[nodiscard]] std::string base64_core(std::string_view secret, std::size_t before);

/// Password hashes in a text, each in the complete form of its scheme: $2b$…, $argon2id$…, {SSHA}….
[[nodiscard]] std::vector<std::string_view> password_hashes(std::string_view text);

/// The claims of the JSON Web Tokens that stand in a text, decoded.
[[nodiscard]] std::vector<std::string> claims_in(std::string_view text);

}  // namespace keyward
