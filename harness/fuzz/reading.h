// SPDX-License-Identifier: Apache-2.0
// Reading: what a forgiving server may have read as the credential, where the strict parsers of
// harness/syntax see none or another one. The forgiveness that it takes names the weakness.
#pragma once

#include <string_view>

#include "harness/fuzz/craft.h"

namespace keyward {

/// The row that is about an acceptance of this request, by the reading that forgives least.
[[nodiscard]] std::string_view cause_by_reading(const Crafted& made, const Ground& ground);

/// Whether the valid credential stands rightly spelt in its place, and the strict parser stumbled
/// over something beside it: another parameter, a user-id that is documented as ignored. Such a
/// request is no negative case.
[[nodiscard]] bool stands_in_place(const Crafted& made, const Ground& ground);

}  // namespace keyward
