// SPDX-License-Identifier: Apache-2.0
// Server: listeners on loopback, and HTTP/1.1 off and on the wire. The only file that sees Asio and
// Beast is server.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.h"
#include "harness/target/request.h"
#include "harness/target/respond.h"

namespace keyward::target {

class Server {
 public:
  /// Binds `count` listeners on 127.0.0.1, from `port` upward or on free ports (0), and serves on
  /// one thread. `responder` is called on that thread alone and must outlive the server.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(std::size_t count, int port,
                                                             Responder& responder);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const std::vector<int>& ports() const;
  /// Runs `work` on the thread that serves, and waits for it.
  void run(const std::function<void()>& work);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace keyward::target
