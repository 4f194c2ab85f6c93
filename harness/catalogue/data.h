// SPDX-License-Identifier: Apache-2.0
// Whether an answer carries the data that it refuses.
#pragma once

#include "harness/model/exchange.h"

namespace keyward {

/// Whether `answer` has the body of the valid answer, or most of the texts and numbers below its
/// top level. What `beside` (an answer that anybody gets; may be null) says as well tells nothing.
[[nodiscard]] bool carries_data(const Response& answer, const Response& valid,
                                const Response* beside = nullptr);

}  // namespace keyward
