// SPDX-License-Identifier: Apache-2.0
// Parsed<T>: what every parser of this folder returns, a value or one precise refusal.
//
//   Basic realm="a        SyntaxError{Reason::unterminated_quote, 12}
//               ^ 12      the offset counts bytes from the start of the parsed text
//
// Parsers are strict, never throw, read each byte a bounded number of times, and return views into
// their input wherever the bytes mean themselves: the input must outlive the value.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

namespace keyward {

/// Why a text was refused. An enumerator's name with hyphens is the word in vectors and reports.
enum class Reason {
  // field lines, tokens, quoted strings
  expected_token,
  expected_quote,
  unterminated_quote,
  invalid_quoted_character,
  invalid_escape,
  invalid_token_character,
  missing_colon,
  space_before_colon,
  obsolete_folding,
  bare_carriage_return,
  bare_line_feed,
  control_character,
  surrounding_whitespace,
  trailing_data,
  // credentials and challenges
  expected_space,
  expected_value,
  expected_comma,
  duplicate_parameter,
  parameter_without_scheme,
  parameter_after_token68,
  invalid_token68,
  wrong_scheme,
  // base64
  invalid_base64_character,
  incomplete_base64,
  missing_padding,
  unexpected_padding,
  excess_padding,
  data_after_padding,
  non_zero_pad_bits,
  // percent-encoding
  truncated_percent,
  invalid_percent,
  // URL and request target
  missing_scheme,
  unsupported_scheme,
  missing_authority,
  invalid_userinfo_character,
  second_at_sign,
  unexpected_userinfo,
  empty_host,
  invalid_host_character,
  unterminated_ip_literal,
  invalid_ip_literal,
  data_after_ip_literal,
  missing_port,
  invalid_port,
  port_out_of_range,
  colon_in_first_segment,
  invalid_path_character,
  invalid_query_character,
  invalid_fragment_character,
  unexpected_fragment,
  asterisk_without_options,
  invalid_request_target,
  // cookies
  missing_equals,
  invalid_cookie_character,
  invalid_attribute_character,
  expected_cookie_separator,
  // UTF-8
  invalid_lead_byte,
  missing_continuation,
  overlong_encoding,
  surrogate_code_point,
  code_point_out_of_range,
};

/// The reason as a slug: `unterminated-quote`. Never empty.
[[nodiscard]] std::string_view name(Reason reason);

/// One refusal. `offset` is at most the size of the parsed text; equal to it means "at the end".
struct SyntaxError {
  Reason reason;
  std::size_t offset;

  bool operator==(const SyntaxError&) const = default;
};

template <class T>
using Parsed = std::expected<T, SyntaxError>;

[[nodiscard]] inline std::unexpected<SyntaxError> refuse(Reason reason, std::size_t offset) {
  return std::unexpected(SyntaxError{reason, offset});
}

}  // namespace keyward
