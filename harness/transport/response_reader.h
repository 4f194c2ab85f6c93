// SPDX-License-Identifier: Apache-2.0
// ResponseReader: bytes of one connection in, a final Response out (RFC 9112, RFC 9110 section 15).
//
//   HTTP/1.1 100 Continue ... HTTP/1.1 200 OK  fields  body | surplus
//   |--- passed over ----|    |------- the Response ------|
//
// The grammar and the framing are Boost.Beast's; its words are kept where it refuses.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/model/exchange.h"

namespace keyward {

class ResponseReader {
 public:
  enum class Progress { more, done, malformed };

  explicit ResponseReader(std::size_t body_limit);
  ~ResponseReader();

  /// Begins the next answer; `head` says that it answers a HEAD request.
  void start(bool head);
  /// The next bytes of the connection. After `done` or `malformed`, start() comes next.
  [[nodiscard]] Progress feed(std::string_view bytes);
  /// The connection was closed: `done` where that ends the body, else `more`.
  [[nodiscard]] Progress end();

  /// After `done`: the response, its body decoded. Once.
  [[nodiscard]] Response take();
  /// After `malformed`: what is wrong and how the answer began, in printable ASCII. After take():
  /// what is odd about the response, or empty.
  [[nodiscard]] const std::string& remark() const;
  /// After `done`: bytes that follow the response without a request of their own.
  [[nodiscard]] std::size_t surplus() const;
  /// After `done`: the connection can carry another request (RFC 9112 section 9.3).
  [[nodiscard]] bool persistent() const;

 private:
  struct Reading;  // keeps Boost out of this header
  std::unique_ptr<Reading> reading_;
};

}  // namespace keyward
