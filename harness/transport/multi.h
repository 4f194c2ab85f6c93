// SPDX-License-Identifier: Apache-2.0
// Multi: libcurl's multi handle on our loop, and what every easy handle of ours is told.
#pragma once

#include <functional>
#include <string>

#include <curl/curl.h>

#include "harness/transport/loop.h"
#include "harness/transport/transport.h"

namespace keyward {

class Multi final : Loop::Watcher {
 public:
  /// Told from the loop that an easy handle's transfer, or its connecting, has ended.
  using Done = std::function<void(CURL*, CURLcode)>;

  Multi(Loop& loop, Done done);
  ~Multi();
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  /// False where libcurl gave none.
  [[nodiscard]] bool valid() const { return multi_ != nullptr; }
  /// False where libcurl refused: memory ran out.
  [[nodiscard]] bool add(CURL* line) { return curl_multi_add_handle(multi_, line) == CURLM_OK; }
  void remove(CURL* line) { curl_multi_remove_handle(multi_, line); }

 private:
  void ready(int fd, std::uint32_t events) override;
  void act(curl_socket_t socket, int events);
  static int on_socket(CURL* line, curl_socket_t socket, int what, void* self, void* data);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  Loop& loop_;
  Done done_;
  CURLM* multi_;
  Loop::TimerId timer_{};
};

/// The origin as a URL with a port and the path "/".
[[nodiscard]] std::string url_of(const Origin& origin);

/// What holds for every connection: TLS files, proxy, no netrc, no signals, the time to connect.
void set_connection_options(CURL* line, const TransportOptions& options);

/// What a failure before the first byte of a request means.
[[nodiscard]] TransportFault connecting_fault(CURLcode code);
/// libcurl's words for what went wrong, its own text first, without the proxy's URL, which may hold
/// a password.
[[nodiscard]] std::string error_words(std::string_view text, CURLcode code);

}  // namespace keyward
