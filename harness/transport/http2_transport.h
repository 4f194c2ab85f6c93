// SPDX-License-Identifier: Apache-2.0
// HTTP/2 behind the same interface: see transport.h.
#pragma once

#include <memory>
#include <vector>

#include "harness/transport/transport.h"

namespace keyward {

/// Null where the system gives no event queue. libcurl must have been set up.
[[nodiscard]] std::unique_ptr<Transport> make_http2_transport(std::vector<Origin> servers,
                                                              TransportOptions options);

}  // namespace keyward
