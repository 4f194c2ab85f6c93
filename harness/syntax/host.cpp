// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/host.h"

#include <algorithm>
#include <cstddef>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

constexpr ByteSet k_reg_name = k_unreserved | k_sub_delims;
constexpr ByteSet k_userinfo = k_reg_name | ByteSet(":");
constexpr std::uint32_t k_highest_port = 65535;

/// IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool is_ip_future(std::string_view text) {
  if (text.empty() || to_lower(text.front()) != 'v') return false;
  const std::size_t dot = k_hexdig.span(text, 1);
  if (dot == 1 || !has_at(text, dot, '.')) return false;
  return dot + 1 < text.size() && k_userinfo.span(text, dot + 1) == text.size();
}

/// The refusal of the byte at `at`. Another `@` gets its own reason: readers disagree about which
/// one ends the userinfo, and the host is what they disagree about then.
SyntaxError foreign_byte(std::string_view text, std::size_t at, Reason reason) {
  return {text[at] == '@' ? Reason::second_at_sign : reason, at};
}

/// Reads `userinfo "@"`, if there is one; returns where the host begins.
Parsed<std::size_t> scan_userinfo(std::string_view text, Authority& authority) {
  const std::size_t at_sign = text.find('@');
  if (at_sign == std::string_view::npos) return 0;
  const std::string_view userinfo = text.substr(0, at_sign);
  if (const auto error = find_foreign(userinfo, k_userinfo, Reason::invalid_userinfo_character)) {
    return std::unexpected(*error);
  }
  const std::size_t colon = std::min(userinfo.find(':'), userinfo.size());
  authority.userinfo = userinfo;
  authority.user = userinfo.substr(0, colon);
  if (colon < userinfo.size()) authority.password = userinfo.substr(colon + 1);
  return at_sign + 1;
}

/// Reads `[...]` and returns where it ends.
Parsed<std::size_t> scan_ip_literal(std::string_view text, std::size_t from, Authority& authority) {
  const std::size_t close = text.find(']', from);
  if (close == std::string_view::npos) return refuse(Reason::unterminated_ip_literal, from);
  const std::string_view address = slice(text, from + 1, close);
  if (is_ipv6(address)) {
    authority.host_kind = HostKind::ipv6;
  } else if (is_ip_future(address)) {
    authority.host_kind = HostKind::ip_future;
  } else {
    return refuse(Reason::invalid_ip_literal, from + 1);
  }
  return close + 1;
}

/// Reads the host; returns where it ends, before a colon or at the end of the text.
Parsed<std::size_t> scan_host(std::string_view text, std::size_t from, Authority& authority) {
  const bool literal = has_at(text, from, '[');
  const Parsed<std::size_t> end =
      literal ? scan_ip_literal(text, from, authority) : span_with_triplets(text, k_reg_name, from);
  if (!end) return end;
  if (*end < text.size() && text[*end] != ':') {
    if (text[*end] == '%' && !literal) return std::unexpected(broken_percent(text, *end));
    return std::unexpected(foreign_byte(
        text, *end, literal ? Reason::data_after_ip_literal : Reason::invalid_host_character));
  }
  authority.host = slice(text, from, *end);
  if (is_ipv4(authority.host)) authority.host_kind = HostKind::ipv4;
  return end;
}

/// Reads the port's digits, from behind the colon to the end of the text.
std::optional<SyntaxError> scan_port(std::string_view text, std::size_t from,
                                     Authority& authority) {
  std::uint32_t number = 0;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!k_digit.contains(text[at])) return foreign_byte(text, at, Reason::invalid_port);
    // Held just above the limit, so that no number of digits makes it wrap around.
    number = std::min(number * 10 + static_cast<std::uint32_t>(text[at] - '0'), k_highest_port + 1);
  }
  if (number > k_highest_port) return SyntaxError{Reason::port_out_of_range, from};
  authority.port = text.substr(from);
  if (from < text.size()) authority.port_number = static_cast<std::uint16_t>(number);
  return std::nullopt;
}

}  // namespace

Parsed<Authority> parse_authority(std::string_view text) {
  Authority authority;
  const Parsed<std::size_t> host = scan_userinfo(text, authority);
  if (!host) return std::unexpected(host.error());
  const Parsed<std::size_t> host_end = scan_host(text, *host, authority);
  if (!host_end) return std::unexpected(host_end.error());
  if (*host_end < text.size()) {
    if (const auto error = scan_port(text, *host_end + 1, authority)) {
      return std::unexpected(*error);
    }
  }
  return authority;
}

bool is_ipv4(std::string_view text) {
  std::size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0 && !has_at(text, at++, '.')) return false;
    const std::size_t end = k_digit.span(text.substr(0, at + 4), at);
    const std::size_t digits = end - at;
    if (digits == 0 || digits > 3 || (digits > 1 && text[at] == '0')) return false;
    int value = 0;
    for (; at < end; ++at) value = value * 10 + (text[at] - '0');
    if (value > 255) return false;
  }
  return at == text.size();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool shortened = text.starts_with("::");
  std::size_t at = shortened ? 2 : 0;
  if (shortened && text.size() == 2) return true;
  while (true) {
    const std::size_t end = k_hexdig.span(text, at);
    if (has_at(text, end, '.')) {
      if (!is_ipv4(text.substr(at))) return false;
      groups += 2;
      break;
    }
    if (end == at || end - at > 4) return false;
    ++groups;
    if (end == text.size()) break;
    if (text[end] != ':') return false;
    at = end + 1;
    if (has_at(text, at, ':')) {
      if (shortened) return false;
      shortened = true;
      if (++at == text.size()) break;
    }
  }
  return shortened ? groups <= 7 : groups == 8;  // `::` stands for one group or more
}

}  // namespace keyward
