// SPDX-License-Identifier: Apache-2.0
// Authority: who is asked, and as whom.
//
//   user:pa:ss@[::1]:8443
//   |--| |---| |---| |--|
//   user password |  port         the userinfo's first colon divides, as in Basic
//   |--------|  host
//    userinfo                     absent (no `@`) and empty (`@host`) are two things
//
// RFC 3986 sections 3.2.1 to 3.2.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/syntax/parsed.h"

namespace keyward {

enum class HostKind { reg_name, ipv4, ipv6, ip_future };

/// An authority; views point into the parsed text, percent triplets are left in them.
struct Authority {
  std::optional<std::string_view> userinfo;
  std::string_view user;                     ///< userinfo up to its first colon; empty without one
  std::optional<std::string_view> password;  ///< behind that colon; absent if there is no colon
  std::string_view host;                     ///< IP literals with their brackets; may be empty
  HostKind host_kind = HostKind::reg_name;
  std::optional<std::string_view> port;      ///< the digits as written; may be empty
  std::optional<std::uint16_t> port_number;  ///< absent where `port` is absent or empty

  bool operator==(const Authority&) const = default;
};

/// Reads a whole authority, strictly: one `@`, legal bytes, a well-formed IP literal, a port of at
/// most 65535. `http://a@b@c/` has no authority that two readers would agree on, so it is refused.
[[nodiscard]] Parsed<Authority> parse_authority(std::string_view text);

/// Whether the text is an IPv4address: four dec-octets without leading zeros.
[[nodiscard]] bool is_ipv4(std::string_view text);

/// Whether the text, without brackets, is an IPv6address. Zone identifiers are not.
[[nodiscard]] bool is_ipv6(std::string_view text);

}  // namespace keyward
