// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/url.h"

#include <charconv>
#include <string>
#include <system_error>

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"
#include "harness/syntax/percent.h"

namespace keyward::fuzz {
namespace {

/// RFC 3986 gives a port no upper end; 65535 is TCP's, and ours.
bool port_is_too_large(std::string_view port) {
  while (port.starts_with('0')) port.remove_prefix(1);
  return port.size() > 5 || (port.size() == 5 && port > "65535");
}

void compare_authority(const Parsed<Authority>& parsed, std::string_view text) {
  static const literal::Rule k_authority("authority");
  static const literal::Rule k_ipv4("IPv4address");
  static const literal::Rule k_ipv6("IPv6address");
  const bool in_grammar = k_authority(text);
  const auto parts = in_grammar ? literal::authority_parts(text) : literal::AuthorityParts{};
  const bool too_large = in_grammar && port_is_too_large(parts.port.value_or(""));
  FUZZ_AGREE(parsed.has_value() == (in_grammar && !too_large), "RFC 3986 section 3.2", text);
  if (!parsed) return;
  FUZZ_AGREE(parsed->userinfo == parts.userinfo && parsed->host == parts.host &&
                 parsed->port == parts.port,
             "userinfo, host and port", text);
  const std::string_view host = parsed->host;
  const bool literal_address = host.starts_with('[');
  const bool ipv6 = literal_address && k_ipv6(host.substr(1, host.size() - 2));
  const HostKind kind = ipv6              ? HostKind::ipv6
                        : literal_address ? HostKind::ip_future
                        : k_ipv4(host)    ? HostKind::ipv4
                                          : HostKind::reg_name;
  FUZZ_AGREE(parsed->host_kind == kind, "RFC 3986 section 3.2.2", text);
}

/// The number that the digits are, or nothing where they are not digits or too many.
std::optional<std::uint16_t> number(std::string_view digits) {
  std::uint16_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

void check_authority(const Authority& authority, std::string_view text) {
  const std::string_view host = authority.host;
  FUZZ_CHECK(inside(host, text), "a host is a view into the text", text);
  FUZZ_CHECK(host.find_first_of("/?#@\\ \t\r\n") == host.npos, "no delimiter in a host", text);
  const bool bracketed = host.starts_with('[');
  FUZZ_CHECK(bracketed || host.find_first_of(":[]") == host.npos, "no bare colon in a host", text);
  std::string userinfo(authority.user);
  if (authority.password) userinfo.append(":").append(*authority.password);
  FUZZ_CHECK(userinfo == authority.userinfo.value_or(""), "user and password are it", text);
  FUZZ_CHECK(authority.user.find(':') == std::string_view::npos, "no colon in a user", text);
  const bool digits = authority.port && !authority.port->empty();
  FUZZ_CHECK(authority.port_number.has_value() == digits, "a port with digits is a number", text);
  if (digits)
    FUZZ_CHECK(number(*authority.port) == authority.port_number, "it is that number", text);
  const std::string rendered = render_authority(authority);
  FUZZ_CHECK(parse_authority(rendered) == authority, "render, parse is the same", text);
}

void compare(const Parsed<Url>& url, std::string_view text) {
  static const literal::Rule k_reference("URI-reference");
  const bool in_grammar = k_reference(text);
  const bool too_large = !url && url.error().reason == Reason::port_out_of_range;
  FUZZ_AGREE(too_large || in_grammar == url.has_value(), "a URL is of RFC 3986 section 4.1", text);
  const literal::UrlParts parts = literal::url_parts(text);
  if (parts.authority && (in_grammar || too_large)) {
    const auto authority = parse_authority(*parts.authority);
    FUZZ_AGREE(too_large != authority.has_value(), "refused for its authority", text);
    compare_authority(authority, *parts.authority);
  }
  if (!url) return;
  FUZZ_AGREE(url->scheme == parts.scheme && url->path == parts.path && url->query == parts.query &&
                 url->fragment == parts.fragment,
             "the parts of RFC 3986 appendix B", text);
  FUZZ_AGREE((url->authority ? std::optional(render_authority(*url->authority)) : std::nullopt) ==
                 parts.authority,
             "the authority of RFC 3986 appendix B", text);
}

void check_normal_form(const Url& url, std::string_view text) {
  const std::string normal = normalize_url(url);
  const auto again = parse_url(normal);
  FUZZ_CHECK(again.has_value(), "the normal form is a URL", text);
  FUZZ_CHECK(normalize_url(*again) == normal, "the normal form of it is itself", text);
  const bool has_origin = url.scheme && url.authority;
  FUZZ_CHECK(same_origin(url, *again) == has_origin, "the normal form has the same origin", text);
}

/// What follows an authority moves neither host nor userinfo.
void check_suffixes(const Url& url, std::string_view text) {
  if (!url.authority || !url.path.empty() || url.query || url.fragment) return;
  for (const char* suffix : {"/", "//@evil/", "?x@evil", "#@evil", "/..//evil:1", "?x#y@evil"}) {
    const std::string longer = std::string(text) + suffix;
    const auto again = parse_url(longer);
    FUZZ_CHECK(again && again->authority == url.authority, "what follows moves no host", text);
  }
}

/// Who follows a link to another authority takes the scheme along, and nothing else.
void check_leaving(const Url& url, std::string_view text) {
  static constexpr std::string_view k_elsewhere = "//elsewhere/x?y";
  const std::string target = resolve(url, *parse_url(k_elsewhere));
  FUZZ_CHECK(target == std::string(*url.scheme) + ":" + std::string(k_elsewhere),
             "nothing but the scheme goes to another authority", text);
}

void check_http(const Parsed<Url>& url, std::string_view text) {
  const auto http = parse_http_url(text);
  check_refusal(http, text);
  const std::string scheme = url && url->scheme ? literal::lower(*url->scheme) : "";
  const bool is_http =
      (scheme == "http" || scheme == "https") && url->authority && !url->authority->host.empty();
  FUZZ_CHECK(http.has_value() == is_http, "an http URL has a scheme and a host", text);
  FUZZ_CHECK(!http || *http == *url, "an http URL is a URL", text);
}

void check_one(std::string_view text) {
  const auto url = parse_in_steps(text, parse_url);
  check_refusal(url, text);
  if (literal::comparable(text)) compare(url, text);
  check_http(url, text);
  if (!url) return;
  if (url->authority) check_authority(*url->authority, text);
  FUZZ_CHECK(inside(url->path, text), "a path is a view into the text", text);
  FUZZ_CHECK(render_url(*url) == text, "render is the text", text);
  check_normal_form(*url, text);
  check_suffixes(*url, text);
  const std::string path = remove_dot_segments(url->path);
  FUZZ_AGREE(path == literal::without_dot_segments(url->path), "RFC 3986 section 5.2.4", text);
  FUZZ_CHECK(remove_dot_segments(path) == path, "dot segments go once", text);
  if (!url->scheme) return;
  check_leaving(*url, text);
  const std::string shouted = other_case(text, url->scheme->size());
  const auto other = parse_url(shouted);
  FUZZ_CHECK(other && other->authority == url->authority, "a scheme has any case", text);
  FUZZ_CHECK(effective_port(*other) == effective_port(*url), "a scheme has any case", text);
}

/// Hosts are compared as bytes, any case, so what is one origin differs in spelling alone.
void check_origins(const Url& a, const Url& b, std::string_view text) {
  const bool same = same_origin(a, b);
  FUZZ_CHECK(same == same_origin(b, a), "an origin is the same both ways", text);
  if (!same) return;
  FUZZ_CHECK(a.scheme && b.scheme && a.authority && b.authority, "an origin has its parts", text);
  FUZZ_CHECK(literal::lower(*a.scheme) == literal::lower(*b.scheme), "it has one scheme", text);
  FUZZ_CHECK(effective_port(a) == effective_port(b), "an origin has one port", text);
  const auto host = [](const Url& url) {
    return literal::lower(literal::percent_bytes(url.authority->host));
  };
  FUZZ_CHECK(host(a) == host(b), "an origin has one host", text);
}

void check_two(std::string_view first, std::string_view second, std::string_view text) {
  const auto base = parse_url(first);
  const auto reference = parse_url(second);
  if (!base || !reference) return;
  check_origins(*base, *reference, text);
  const std::string target = resolve(*base, *reference);
  const auto parts = literal::resolved(literal::url_parts(first), literal::url_parts(second));
  const bool misread = !parts.authority && parts.path.starts_with("//");
  if (!misread) {
    FUZZ_AGREE(target == literal::recompose(parts), "RFC 3986 section 5.2.2", text);
  }
  if (!base->scheme) return;
  const auto url = parse_url(target);
  FUZZ_CHECK(url && url->scheme, "a target is absolute", text);
  const bool elsewhere = reference->authority && !reference->authority->userinfo;
  FUZZ_CHECK(!(elsewhere && url->authority && url->authority->userinfo),
             "a userinfo goes to no other authority", text);
}

}  // namespace

void check_url(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  if (!thorough(text)) {
    check_refusal(parse_in_steps(text, parse_url), text);
    return;
  }
  check_one(text);
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view first = text.substr(0, space);
  const std::string_view second = text.substr(space + 1);
  check_one(first);
  check_one(second);
  check_two(first, second, text);
}

}  // namespace keyward::fuzz
