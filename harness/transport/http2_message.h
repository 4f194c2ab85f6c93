// SPDX-License-Identifier: Apache-2.0
// A request's HTTP/1.1 bytes read for HTTP/2 (RFC 9113 section 8), or why HTTP/2 cannot say them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyward {

struct Http2Message {
  std::string method, target;       ///< `:method` and `:path`
  std::vector<std::string> fields;  ///< as libcurl takes them; Host becomes `:authority` there
  bool has_body = false;            ///< Content-Length was written, be it 0
  std::string_view body;            ///< of the bytes given
  std::string obstacle;             ///< if not empty: what has no counterpart; the rest is unset
};

/// Never fails on what an HTTP/1.1 client may send; bytes that are no request have an obstacle.
[[nodiscard]] Http2Message http2_message(std::string_view bytes);

}  // namespace keyward
