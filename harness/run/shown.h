// SPDX-License-Identifier: Apache-2.0
// Shown: what outputs show of an answer.
#pragma once

#include <string>

#include "harness/model/exchange.h"

namespace keyward {

/// Head and the beginning of the body, or the transport's words for a fault.
[[nodiscard]] std::string shown(const Exchange& exchange);

}  // namespace keyward
