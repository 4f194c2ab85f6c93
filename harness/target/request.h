// SPDX-License-Identifier: Apache-2.0
// Request: what arrived, parted but not judged, with the small readers that take it apart.
//
//   head (bytes) ──Beast──► method, target, fields, body ──split_target──► path, query
//
// These readers are independent of harness/syntax on purpose: judge and judged share no parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/exchange.h"

namespace keyward::target {

/// One `name=value` of a query or form, as sent and decoded (WHATWG URL section 5.1).
struct Parameter {
  std::string raw_name, raw_value;
  std::string name, value;
};

struct Credential;

/// What a connection has carried so far; a right server has no use for it.
struct Connection {
  int requests = 0;
  int refusals = 0;
  Credential* caller = nullptr;  ///< whose credential opened last; null: nobody's yet
};

struct Request {
  std::string head;  ///< as received, up to and including the empty line
  std::string method, target;
  int version = 11;
  std::vector<HeaderField> fields;  ///< names as sent, white space around values removed
  std::string body;
  std::size_t server = 0;  ///< index of the listener in the spec
  Connection* connection = nullptr;
  bool pipelined = false;     ///< it was there before the last request was answered
  bool blank_before = false;  ///< an empty line came before it
  int pieces = 0;             ///< reads that brought its head

  std::string path, raw_query, fragment, userinfo;  ///< of the target, still encoded
  std::vector<Parameter> query;
  std::vector<std::string> smuggled;  ///< credentials found where no document names a slot

  [[nodiscard]] const HeaderField* field(std::string_view name) const;
  [[nodiscard]] std::vector<const HeaderField*> all(std::string_view name) const;
  [[nodiscard]] std::string_view value(std::string_view name) const;  ///< "" where there is none
  /// The media type of Content-Type, lower case, without parameters (RFC 9110 section 8.3.1).
  [[nodiscard]] std::string media_type() const;
};

/// Parts `target` into path, query, userinfo and fragment; takes origin-form, absolute-form and
/// asterisk-form. False where it is none of them.
bool split_target(Request& request);

[[nodiscard]] bool same_name(std::string_view a, std::string_view b);  ///< without case
/// %XX decoded once; what is no %XX stays. `plus` reads `+` as a space.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus = false);
/// Only %XX of unreserved characters decoded (RFC 3986 section 6.2.2.2); other hex digits upper.
[[nodiscard]] std::string normal_path(std::string_view path);
[[nodiscard]] std::vector<Parameter> parameters(std::string_view text);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> cookies(std::string_view value);
/// Canonical base64 with padding (RFC 4648 section 4), or nothing.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// `Basic abc` as {"Basic", "abc"}; one word alone has no second part. 1*SP between them.
[[nodiscard]] std::pair<std::string_view, std::string_view> scheme_and_rest(std::string_view value);

}  // namespace keyward::target
