// SPDX-License-Identifier: Apache-2.0
// Request target: what stands between method and version in a request line.
//
//   GET /forms?token=x HTTP/1.1           origin-form
//   GET http://example.com/x HTTP/1.1     absolute-form, to a proxy
//   CONNECT example.com:443 HTTP/1.1      authority-form, CONNECT alone
//   OPTIONS * HTTP/1.1                    asterisk-form, OPTIONS alone
//
// The method decides the form: `example.com:443` is a fine URI of scheme example.com otherwise.
// RFC 9112 section 3.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/syntax/parsed.h"
#include "harness/syntax/url.h"

namespace keyward {

enum class TargetForm { origin, absolute, authority, asterisk };

/// A request target, its parts in `url`: origin-form fills path and query, authority-form the
/// authority, absolute-form all but the fragment, asterisk-form nothing.
struct RequestTarget {
  TargetForm form = TargetForm::origin;
  Url url;

  bool operator==(const RequestTarget&) const = default;
};

/// Reads the target of a request with this method (methods are case-sensitive). A fragment is
/// refused everywhere, a userinfo or a missing port in authority-form.
[[nodiscard]] Parsed<RequestTarget> parse_request_target(std::string_view method,
                                                         std::string_view target);

/// The text again.
[[nodiscard]] std::string render_request_target(const RequestTarget& target);

}  // namespace keyward
