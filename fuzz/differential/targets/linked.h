// SPDX-License-Identifier: Apache-2.0
// The parsers of fuzz/parsers that are linked into this program.
#pragma once

#include <vector>

#include "fuzz/plugin/keyward_parser.h"

namespace keyward {

[[nodiscard]] std::vector<const keyward_parser*> linked_parsers();

}  // namespace keyward
