// SPDX-License-Identifier: Apache-2.0
// Exchange: bytes out, bytes in, times, and how the connection ended. What a target does wrong is
// data here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyward {

struct Json;

struct HeaderField {
  std::string name;
  std::string value;
};

/// A final response (1xx are passed over), body after transfer and content coding.
struct Response {
  int status = 0;
  int version = 11;  ///< 10, 11 or 20
  std::string reason;
  std::vector<HeaderField> fields;  ///< in order, names as sent
  std::string body;                 ///< cut at the transport's limit; see `cut`
  bool cut = false;
  bool close = false;  ///< the connection does not persist after it
  mutable std::shared_ptr<const std::optional<Json>> parsed;  ///< kept by json()

  /// The first field of that name (names compare without case), or null.
  [[nodiscard]] const std::string* field(std::string_view name) const;
  /// All values of that name joined with ", " (RFC 9110 section 5.3); empty where there is none.
  [[nodiscard]] std::string fields_joined(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return field(name) != nullptr; }
  /// The media type, lower case and without parameters; empty where there is none.
  [[nodiscard]] std::string media_type() const;
  /// It asks to wait: 429, or the 403 with which some say the same (Retry-After, or nothing left in
  /// X-RateLimit-Remaining).
  [[nodiscard]] bool asks_to_wait() const;
  /// The body as JSON, or null. Parsed when first asked for: the body must not change after that.
  [[nodiscard]] const Json* json() const;
};

/// Why there is no complete response.
enum class TransportFault {
  none,
  resolve,        ///< the host name is unknown
  connect,        ///< refused or unreachable
  tls,            ///< handshake or certificate
  timeout,        ///< nothing complete within the time allowed
  closed,         ///< closed or reset before the first byte of an answer
  closed_midway,  ///< closed or reset inside an answer
  malformed,      ///< what came is no HTTP response
};

struct Exchange {
  std::string request;  ///< exactly the bytes sent
  std::optional<Response> response;
  std::vector<Response> earlier;  ///< to requests that were pipelined before the last
  TransportFault fault = TransportFault::none;
  std::string detail;            ///< the transport's own words for a fault, or a remark
  double started = 0;            ///< seconds since 1970 UTC
  double duration = 0;           ///< seconds from the first byte out to the last byte in
  std::uint64_t connection = 0;  ///< which connection carried it
  int position = 0;              ///< how many requests that connection had carried before
};

[[nodiscard]] std::string_view name(TransportFault fault);

}  // namespace keyward
