// SPDX-License-Identifier: Apache-2.0
// Difference: in which way a text is not the secret, as the row of the catalogue that is about it.
// The forgiving readings come first, so that what a tolerant server may take is not called worse.
#pragma once

#include <string>
#include <string_view>

#include "harness/model/spec.h"

namespace keyward {

// Rows that only the fuzzer has (rows.h).
inline constexpr std::string_view k_row_lenient = "fuzz-lenient";
inline constexpr std::string_view k_row_other = "fuzz-wrong-credential";
inline constexpr std::string_view k_row_name = "fuzz-other-name";
inline constexpr std::string_view k_row_target = "fuzz-request-target";
inline constexpr std::string_view k_row_user = "fuzz-user-id";

/// Empty where they are equal.
[[nodiscard]] std::string_view difference(std::string_view given, std::string_view secret,
                                          Slot slot);
/// In which way a token68 is not strict base64 of what a forgiving decoder makes of it; `decoded`
/// gets that, by the decoder that finds the same as in `right` where there is one. Empty where it
/// is strict.
[[nodiscard]] std::string_view base64_difference(std::string_view token, std::string_view right,
                                                 std::string& decoded);

}  // namespace keyward
