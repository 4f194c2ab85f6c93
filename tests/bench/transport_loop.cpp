// SPDX-License-Identifier: Apache-2.0
// The same work as bare_multi_loop, through our transport: one URL, kept connections.
//
//   transport_loop SCHEME HOST PORT REQUESTS [CONNECTIONS]    prints requests per second
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "harness/transport/transport.h"

namespace {

/// Submits the next request from the callback of the last.
struct Load {
  keyward::Transport& transport;
  const std::string bytes;
  long to_begin;
  long failed = 0;

  void begin() {
    --to_begin;
    transport.submit({.bytes = bytes}, [this](const keyward::Exchange& exchange) {
      failed += exchange.response && exchange.response->status == 200 ? 0 : 1;
      if (to_begin > 0) begin();
    });
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: %s SCHEME HOST PORT REQUESTS [CONNECTIONS]\n", argv[0]);
    return 2;
  }
  const long requests = std::atol(argv[4]);
  const long connections = argc > 5 ? std::atol(argv[5]) : 64;
  const auto transport = keyward::make_curl_transport(
      {{argv[1], argv[2], std::atoi(argv[3])}},
      {.max_in_flight = static_cast<std::size_t>(connections), .insecure = true});
  if (!transport) {
    std::fprintf(stderr, "%s\n", transport.error().text().c_str());
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  Load load{**transport,
            std::string("GET / HTTP/1.1\r\nHost: ") + argv[2] + "\r\nAccept: */*\r\n\r\n",
            requests};
  for (long i = 0; i < std::min(connections, requests); ++i) load.begin();
  while ((*transport)->run_once(10)) {
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.0f\n", static_cast<double>(requests) / seconds.count());
  return load.failed == 0 ? 0 : 1;
}
