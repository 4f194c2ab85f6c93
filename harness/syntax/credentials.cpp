// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/credentials.h"

#include <algorithm>

#include "harness/syntax/field.h"
#include "harness/syntax/scan.h"

namespace keyward {
namespace {

constexpr ByteSet k_token68 = k_alnum | ByteSet("-._~+/");

/// Up to so many names, comparing each with those before it is faster than sorting them.
constexpr std::size_t k_few = 16;

std::optional<SyntaxError> find_duplicate_of_few(std::span<const AuthParam> params,
                                                 std::string_view text) {
  for (std::size_t i = 1; i < params.size(); ++i) {
    if (find_param(params.first(i), params[i].name) == nullptr) continue;
    return SyntaxError{Reason::duplicate_parameter, offset_in(text, params[i].name)};
  }
  return std::nullopt;
}

/// By name, and by place where names are equal; by length first, which settles most.
bool comes_before(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size();
  const auto [in_a, in_b] = std::ranges::mismatch(a, b, {}, to_lower, to_lower);
  return in_a == a.end() ? a.data() < b.data() : to_lower(*in_a) < to_lower(*in_b);
}

}  // namespace

std::size_t token68_end(std::string_view text, std::size_t from) {
  const std::size_t end = k_token68.span(text, from);
  return end == from ? from : k_equals_sign.span(text, end);
}

Parsed<ScannedParam> scan_param(std::string_view text, std::size_t from) {
  const std::size_t name_end = token_end(text, from);
  if (name_end == from) return refuse(Reason::expected_token, from);
  const std::size_t equals = skip_ows(text, name_end);
  if (!has_at(text, equals, '=')) return refuse(Reason::missing_equals, equals);
  const std::size_t value = skip_ows(text, equals + 1);
  const std::string_view name = slice(text, from, name_end);
  if (has_at(text, value, '"')) {
    const Parsed<std::size_t> end = quoted_string_end(text, value);
    if (!end) return std::unexpected(end.error());
    return ScannedParam{{name, slice(text, value + 1, *end - 1), true}, *end};
  }
  const std::size_t end = token_end(text, value);
  if (end == value) return refuse(Reason::expected_value, value);
  return ScannedParam{{name, slice(text, value, end), false}, end};
}

std::optional<SyntaxError> find_duplicate(std::span<const AuthParam> params,
                                          std::string_view text) {
  if (params.size() <= k_few) return find_duplicate_of_few(params, text);
  std::vector<std::string_view> names;
  names.reserve(params.size());
  for (const AuthParam& param : params) names.push_back(param.name);
  std::ranges::sort(names, comes_before);
  std::optional<SyntaxError> first;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (!equals_ignoring_case(names[i - 1], names[i])) continue;
    const std::size_t offset = offset_in(text, names[i]);
    if (!first || offset < first->offset) first = {Reason::duplicate_parameter, offset};
  }
  return first;
}

std::optional<SyntaxError> find_surrounding_whitespace(std::string_view text) {
  if (skip_ows(text, 0) > 0) return SyntaxError{Reason::surrounding_whitespace, 0};
  const std::size_t end = trim_ows(text).size();
  if (end < text.size()) return SyntaxError{Reason::surrounding_whitespace, end};
  return std::nullopt;
}

std::string AuthParam::value() const {
  return quoted ? unescape_quoted(raw_value) : std::string(raw_value);
}

Parsed<Credentials> parse_credentials(std::string_view field_value) {
  const std::string_view text = field_value;
  if (const auto error = find_surrounding_whitespace(text)) return std::unexpected(*error);
  const std::size_t scheme_end = token_end(text, 0);
  if (scheme_end == 0) return refuse(Reason::expected_token, 0);
  Credentials credentials{.scheme = text.substr(0, scheme_end), .token68 = {}, .params = {}};
  if (scheme_end == text.size()) return credentials;
  if (text[scheme_end] != ' ') return refuse(Reason::expected_space, scheme_end);

  std::size_t at = k_space.span(text, scheme_end);
  if (const std::size_t end = token68_end(text, at); end > at && end == text.size()) {
    credentials.token68 = text.substr(at);
    return credentials;
  }
  // Tabs may stand before a comma, that is behind an empty element, but not before a parameter.
  if (const std::size_t comma = skip_ows(text, at); has_at(text, comma, ',')) at = comma;
  while (at < text.size()) {
    if (text[at] != ',') {
      const Parsed<ScannedParam> scanned = scan_param(text, at);
      if (!scanned) return std::unexpected(scanned.error());
      credentials.params.push_back(scanned->param);
      at = skip_ows(text, scanned->end);
      if (at == text.size()) break;
      if (text[at] != ',') return refuse(Reason::expected_comma, at);
    }
    at = skip_ows(text, at + 1);
  }
  if (const auto error = find_duplicate(credentials.params, text)) return std::unexpected(*error);
  return credentials;
}

std::string render_param(const AuthParam& param) {
  std::string text(param.name);
  text += param.quoted ? "=\"" : "=";
  text += param.raw_value;
  if (param.quoted) text += '"';
  return text;
}

std::string render_credentials(const Credentials& credentials) {
  std::string text(credentials.scheme);
  if (credentials.token68) return (text += ' ') += *credentials.token68;
  std::string_view separator = " ";
  for (const AuthParam& param : credentials.params) {
    text += separator;
    text += render_param(param);
    separator = ", ";
  }
  return text;
}

Parsed<std::string_view> parse_token68(std::string_view text) {
  const std::size_t end = token68_end(text, 0);
  if (text.empty() || end < text.size()) return refuse(Reason::invalid_token68, end);
  return text;
}

const AuthParam* find_param(std::span<const AuthParam> params, std::string_view name) {
  const auto found = std::ranges::find_if(
      params, [&](const AuthParam& param) { return equals_ignoring_case(param.name, name); });
  return found == params.end() ? nullptr : &*found;
}

}  // namespace keyward
