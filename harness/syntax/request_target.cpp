// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/request_target.h"

#include <cstddef>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

std::optional<SyntaxError> find_fragment(std::string_view text, const Url& url) {
  if (!url.fragment) return std::nullopt;
  return SyntaxError{Reason::unexpected_fragment, offset_in(text, *url.fragment) - 1};
}

/// `//host/x` is a path with an empty first segment here, however much it looks like more.
Parsed<RequestTarget> parse_origin_form(std::string_view text) {
  RequestTarget target{TargetForm::origin, {}};
  if (const auto error = scan_path_onward(text, 0, target.url)) return std::unexpected(*error);
  if (const auto error = find_fragment(text, target.url)) return std::unexpected(*error);
  return target;
}

Parsed<RequestTarget> parse_absolute_form(std::string_view text) {
  Parsed<Url> url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (!url->scheme) return refuse(Reason::invalid_request_target, 0);
  if (const auto error = find_fragment(text, *url)) return std::unexpected(*error);
  if (default_port(*url->scheme)) {  // the http family, whose URLs name a host
    if (!url->authority) return refuse(Reason::missing_authority, url->scheme->size() + 1);
    const std::string_view host = url->authority->host;
    if (host.empty()) return refuse(Reason::empty_host, offset_in(text, host));
  }
  return RequestTarget{TargetForm::absolute, *url};
}

/// RFC 9112 section 3.2.3; an empty port is invalid by RFC 9110 section 9.3.6.
Parsed<RequestTarget> parse_authority_form(std::string_view text) {
  const Parsed<Authority> authority = parse_authority(text);
  if (!authority) return std::unexpected(authority.error());
  if (authority->userinfo) return refuse(Reason::unexpected_userinfo, 0);
  if (authority->host.empty()) return refuse(Reason::empty_host, 0);
  if (!authority->port_number) return refuse(Reason::missing_port, text.size());
  RequestTarget target{TargetForm::authority, {}};
  target.url.authority = *authority;
  return target;
}

}  // namespace

Parsed<RequestTarget> parse_request_target(std::string_view method, std::string_view target) {
  if (method == "CONNECT") return parse_authority_form(target);
  if (target == "*") {
    if (method != "OPTIONS") return refuse(Reason::asterisk_without_options, 0);
    return RequestTarget{TargetForm::asterisk, {}};
  }
  if (target.starts_with('/')) return parse_origin_form(target);
  return parse_absolute_form(target);
}

std::string render_request_target(const RequestTarget& target) {
  const Url& url = target.url;
  switch (target.form) {
    case TargetForm::asterisk:
      return "*";
    case TargetForm::authority:
      return url.authority ? render_authority(*url.authority) : std::string();
    case TargetForm::absolute:
      return render_url(url);
    case TargetForm::origin:
      break;
  }
  std::string text(url.path);
  if (url.query) (text += '?') += *url.query;
  return text;
}

}  // namespace keyward
