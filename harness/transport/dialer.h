// SPDX-License-Identifier: Apache-2.0
// Dialer: opens connections through libcurl's multi handle, driven by our loop.
//
//   dial ──> easy handle, CURLOPT_CONNECT_ONLY ──> multi handle: DNS, TCP, CONNECT, TLS ──> opened
//
// An easy handle stays in the multi handle for the life of its connection: taking it out closes the
// connection (libcurl 7.86 and newer). It keeps its options for the next one.
#pragma once

#include <string>
#include <vector>

#include <curl/curl.h>

#include "harness/transport/loop.h"
#include "harness/transport/transport.h"

namespace keyward {

class Dialer final : Loop::Watcher {
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
  [[nodiscard]] bool valid() const { return multi_ != nullptr; }
  /// A proxy may want TLS to itself, whatever the origin wants.
  [[nodiscard]] bool may_use_proxy() const { return options_.proxy_from_environment; }

  /// An easy handle that is being connected, for hang_up() in the end; null where memory ran out.
  /// `words` takes libcurl's explanation of a failure and has CURL_ERROR_SIZE bytes; it and
  /// `caller` must live until hang_up().
  [[nodiscard]] CURL* dial(const Origin& origin, Caller& caller, char* words);
  /// Closes the connection. Null is allowed.
  void hang_up(CURL* line);

 private:
  void ready(int fd, std::uint32_t events) override;
  void act(curl_socket_t socket, int events);
  void set_options(CURL* line) const;
  static int on_socket(CURL* line, curl_socket_t socket, int what, void* self, void* data);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  Loop& loop_;
  const TransportOptions& options_;
  CURLM* multi_;
  std::vector<CURL*> spare_;  ///< hung up, to be dialled again
  Loop::TimerId timer_{};
};

}  // namespace keyward
