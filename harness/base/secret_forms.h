// SPDX-License-Identifier: Apache-2.0
// Secret forms: how the same bytes are written in the codes that are looked for by value.
//
//   Ab1!xyz…   →   Ab1!xyz…, …zyx!1bA, Nb1!klm…, 416231…, QWIxIXh5…, FiMSF4eX… (behind one byte), …
//
// What is found by decoding a text (coded.h, spelled.h, unescape.h) needs no form of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyward {

struct SecretForm {
  std::string text;
  std::size_t own;  ///< so many of its characters depend on the secret alone, not on what follows
};

/// How many codes are tried: rare ones are looked for where secrets are few.
enum class Codes { usual, all };

/// The forms of a secret that is not empty, the bytes themselves first. Of a secret of 128 bytes
/// and more only those that leave its characters or turn them.
[[nodiscard]] std::vector<SecretForm> forms_of(std::string_view secret, Codes codes);

/// The bytes as they are and, of other than ASCII, as a reader has them who takes UTF-8 for
/// ISO-8859-1, and as a writer of ISO-8859-1 sends them.
[[nodiscard]] std::vector<std::string> charsets_of(std::string_view bytes);

}  // namespace keyward
