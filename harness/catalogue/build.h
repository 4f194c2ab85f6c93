// SPDX-License-Identifier: Apache-2.0
// Build: the words that build functions of several families share.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "harness/catalogue/edit.h"
#include "harness/catalogue/slots.h"

namespace keyward {

/// Whether the operation documents a credential in that slot under that name (field names compare
/// without case): such a place is no fault.
[[nodiscard]] bool documented(const Edit& e, Slot slot, std::string_view name);

/// The schemes that go together with the one under test and carry the same value: a cookie and the
/// field that repeats it.
[[nodiscard]] std::vector<const SecurityScheme*> doubles_of(const Edit& e);
/// Those that go together with it and carry another value.
[[nodiscard]] std::vector<const SecurityScheme*> companions_of(const Edit& e);

/// The variants of a table whose rows say what each does.
template <class Row, std::size_t n>
constexpr std::array<std::string_view, n> variants_of(const Row (&rows)[n]) {
  std::array<std::string_view, n> variants;
  for (std::size_t i = 0; i < n; ++i) variants[i] = rows[i].variant;
  return variants;
}

/// What a parameter, cookie or member with the secret would be called: the scheme's own name, or
/// `token` for Authorization.
[[nodiscard]] std::string parameter_name(const Edit& e);

/// The field value with which the scheme's field carries this wire text.
[[nodiscard]] std::string field_value(const Edit& e, std::string_view wire);

/// `%37%38`: a triplet for every byte.
[[nodiscard]] std::string percent_all(std::string_view bytes);

/// The text with one byte replaced by one of the same kind (hex for hex, digit for digit). Empty
/// where that byte has no other of its kind.
[[nodiscard]] std::string change_byte(std::string_view text, std::size_t at, Random& random);

/// `[0-9]+`, `[0-9a-fA-F]{8,}`, any letter.
[[nodiscard]] bool only_digits(std::string_view text);
[[nodiscard]] bool only_hex(std::string_view text);
[[nodiscard]] bool has_letter(std::string_view text);

/// The text with each ASCII letter's case swapped.
[[nodiscard]] std::string swap_case(std::string_view text);

/// A JSON Web Token, or its last segment, with the pad bits of that segment set: what is left of
/// its last character when the octets are complete, and what a lenient decoder drops. Itself where
/// it has none.
[[nodiscard]] std::string with_pad_bits(std::string_view token);

/// Asks for the header of the answer alone, where the operation is a GET.
[[nodiscard]] Skip ask_for_head(Edit& e);

/// `http://host` of the request's own Host; empty where it has none.
[[nodiscard]] std::string own_origin(const Edit& e);

}  // namespace keyward
