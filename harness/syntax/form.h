// SPDX-License-Identifier: Apache-2.0
// application/x-www-form-urlencoded, in a body or a query.
//
//   token=a+b&token&=x&&y=1=2
//   |---| |-|       ^ empty name          five pieces, four fields: empty pieces vanish
//   name  value "a b"        ^ only the first `=` divides
//
// WHATWG URL Standard section 5.1 (parsing never fails) and 5.2 (serializing). Values are kept as
// bytes: where the Standard would put U+FFFD for invalid UTF-8, we keep what was sent.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/syntax/parsed.h"

namespace keyward {

/// One field as it was written. The views point into the parsed text.
struct FormField {
  std::string_view raw_name;
  std::string_view raw_value;
  bool has_equals = false;

  [[nodiscard]] std::string name() const;   ///< decoded
  [[nodiscard]] std::string value() const;  ///< decoded

  bool operator==(const FormField&) const = default;
};

/// Every field in order, duplicates included. A `%` that starts no triplet is a percent sign.
[[nodiscard]] std::vector<FormField> parse_form(std::string_view text);

/// The same, but a broken percent triplet is refused.
[[nodiscard]] Parsed<std::vector<FormField>> parse_form_strict(std::string_view text);

/// The fields as they were written, joined by `&`.
[[nodiscard]] std::string render_form(std::span<const FormField> fields);

/// `+` is a space, triplets are bytes, anything else is itself.
[[nodiscard]] std::string decode_form(std::string_view raw);

/// The Standard's spelling of a name or value.
[[nodiscard]] std::string encode_form(std::string_view bytes);

struct FormPair {
  std::string name;
  std::string value;

  bool operator==(const FormPair&) const = default;
};

/// `name=value&...`, both encoded.
[[nodiscard]] std::string serialize_form(std::span<const FormPair> pairs);

}  // namespace keyward
