// SPDX-License-Identifier: Apache-2.0
// Dialer: opens connections through libcurl's multi handle, driven by our loop.
//
//   dial ──> easy handle, CURLOPT_CONNECT_ONLY ──> multi handle: DNS, TCP, CONNECT, TLS ──> opened
//
// An easy handle stays in the multi handle for the life of its connection: taking it out closes the
// connection (libcurl 7.86 and newer). It keeps its options for the next one.
#pragma once

#include <vector>

#include <curl/curl.h>

#include "harness/transport/multi.h"

namespace keyward {

class Dialer {
 public:
  /// Told from the loop how its dialling ended.
  class Caller {
   public:
    virtual void opened(CURLcode code) = 0;

   protected:
    ~Caller() = default;
  };

  Dialer(Loop& loop, const TransportOptions& options);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// False where libcurl gave no multi handle.
  [[nodiscard]] bool valid() const { return multi_.valid(); }
  /// A proxy may want TLS to itself, whatever the origin wants.
  [[nodiscard]] bool may_use_proxy() const { return options_.proxy_from_environment; }

  /// An easy handle that is being connected, for hang_up() in the end; null where memory ran out.
  /// `words` takes libcurl's explanation of a failure and has CURL_ERROR_SIZE bytes; it and
  /// `caller` must live until hang_up().
  [[nodiscard]] CURL* dial(const Origin& origin, Caller& caller, char* words);
  /// Closes the connection. Null is allowed.
  void hang_up(CURL* line);

 private:
  void set_options(CURL* line) const;

  const TransportOptions& options_;
  Multi multi_;
  std::vector<CURL*> spare_;  ///< hung up, to be dialled again
};

}  // namespace keyward
