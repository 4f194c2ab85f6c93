// SPDX-License-Identifier: Apache-2.0
// Shown: what outputs show of an answer.
#pragma once

#include <string>

#include "harness/model/exchange.h"

namespace keyward {

class Redactor;

/// Head and the beginning of the body, or the transport's words for a fault. What a cookie is set
/// to may be a credential that nobody told us of: unless the redactor knows it, and so its name, it
/// is left out.
[[nodiscard]] std::string shown(const Exchange& exchange, const Redactor& redactor);

}  // namespace keyward
