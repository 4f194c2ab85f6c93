// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/url.h"

#include <algorithm>
#include <cstddef>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

constexpr ByteSet k_scheme = k_alnum | ByteSet("+-.");
constexpr ByteSet k_path = k_pchar | ByteSet("/");
constexpr ByteSet k_query = k_pchar | ByteSet("/?");

bool is_scheme(std::string_view text) {
  return !text.empty() && k_alpha.contains(text.front()) && k_scheme.span(text) == text.size();
}

bool is_http(std::string_view scheme) {
  return equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "https");
}

/// Reads one part of the tail into `part`; its refusal counts from the start of `text`.
std::optional<SyntaxError> scan_part(std::string_view text, std::size_t from, std::size_t to,
                                     const ByteSet& allowed, Reason reason,
                                     std::string_view& part) {
  part = slice(text, from, to);
  if (const auto error = find_foreign(part, allowed, reason)) return shifted(*error, from);
  return std::nullopt;
}

}  // namespace

std::optional<SyntaxError> scan_path_onward(std::string_view text, std::size_t from, Url& url) {
  const std::size_t fragment = std::min(text.find('#', from), text.size());
  const std::size_t query = std::min(text.find('?', from), fragment);
  if (const auto error =
          scan_part(text, from, query, k_path, Reason::invalid_path_character, url.path)) {
    return error;
  }
  if (query < fragment) {
    if (const auto error = scan_part(text, query + 1, fragment, k_query,
                                     Reason::invalid_query_character, url.query.emplace())) {
      return error;
    }
  }
  if (fragment == text.size()) return std::nullopt;
  return scan_part(text, fragment + 1, text.size(), k_query, Reason::invalid_fragment_character,
                   url.fragment.emplace());
}

Parsed<Url> parse_url(std::string_view text) {
  Url url;
  std::size_t at = 0;
  const std::size_t colon = text.find_first_of(":/?#");
  if (has_at(text, colon, ':')) {
    // Without a scheme, no colon may stand in the first segment: it would read as one.
    if (!is_scheme(text.substr(0, colon))) return refuse(Reason::colon_in_first_segment, colon);
    url.scheme = text.substr(0, colon);
    at = colon + 1;
  }
  if (text.substr(at).starts_with("//")) {
    const std::size_t from = at + 2;
    at = std::min(text.find_first_of("/?#", from), text.size());
    const Parsed<Authority> authority = parse_authority(slice(text, from, at));
    if (!authority) return std::unexpected(shifted(authority.error(), from));
    url.authority = *authority;
  }
  if (const auto error = scan_path_onward(text, at, url)) return std::unexpected(*error);
  return url;
}

Parsed<Url> parse_http_url(std::string_view text) {
  Parsed<Url> url = parse_url(text);
  if (!url) return url;
  if (!url->scheme) return refuse(Reason::missing_scheme, 0);
  if (!is_http(*url->scheme)) return refuse(Reason::unsupported_scheme, 0);
  if (!url->authority) return refuse(Reason::missing_authority, url->scheme->size() + 1);
  const std::string_view host = url->authority->host;
  if (host.empty()) return refuse(Reason::empty_host, offset_in(text, host));
  return url;
}

std::string render_authority(const Authority& authority) {
  std::string text;
  if (authority.userinfo) (text += *authority.userinfo) += '@';
  text += authority.host;
  if (authority.port) (text += ':') += *authority.port;
  return text;
}

std::string render_url(const Url& url) {
  std::string text;
  if (url.scheme) (text += *url.scheme) += ':';
  if (url.authority) {
    (text += "//") += render_authority(*url.authority);
  } else if (url.path.starts_with("//")) {
    text += "/.";  // else the path, left over when dot segments went, would read as an authority
  }
  text += url.path;
  if (url.query) (text += '?') += *url.query;
  if (url.fragment) (text += '#') += *url.fragment;
  return text;
}

std::optional<std::uint16_t> default_port(std::string_view scheme) {
  struct Row {
    std::string_view scheme;
    std::uint16_t port;
  };
  static constexpr Row k_rows[] = {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}};
  for (const Row& row : k_rows) {
    if (equals_ignoring_case(scheme, row.scheme)) return row.port;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> effective_port(const Url& url) {
  if (url.authority && url.authority->port_number) return url.authority->port_number;
  return url.scheme ? default_port(*url.scheme) : std::nullopt;
}

}  // namespace keyward
