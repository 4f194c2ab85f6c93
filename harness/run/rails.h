// SPDX-License-Identifier: Apache-2.0
// Rails: what a run refuses to do (exit 4), decided before the first byte is sent.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/base/error.h"
#include "harness/model/spec.h"
#include "harness/transport/transport.h"

namespace keyward {

struct RunOptions;

/// A server with the place where the run will reach it.
struct Endpoint {
  std::string server;  ///< id in the spec
  Origin origin;
  std::string base_path;  ///< prefix of every path, without trailing slash; usually empty
  bool http2 = false;
  std::string host_field;  ///< value of Host: the port is left out where it is the scheme's default
};

/// The endpoints for --target, one a server that has a target. Refuses a URL that is none, userinfo
/// in it, a server the spec does not know (usage); plain http to anything but loopback, and a
/// server the spec marks as production (rail).
[[nodiscard]] Result<std::vector<Endpoint>> endpoints_for(const Spec& spec,
                                                          const RunOptions& options);

/// 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

/// `URL` or `NAME=URL,NAME=URL` as on the command line. A bare URL stands for the only server that
/// needs one.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> parse_targets(
    const Spec& spec, const std::string& text);

}  // namespace keyward
