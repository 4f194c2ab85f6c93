// SPDX-License-Identifier: Apache-2.0
// What credentials and challenges have in common: a scheme with a token68 or with parameters.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/syntax/credentials.h"
#include "harness/syntax/parsed.h"

namespace keyward::fuzz {

/// Checks views, and by the standard's grammar each part and what stands between them, from the
/// scheme on; `from` is where the scheme must begin. Returns where the last part ends.
std::size_t check_parts(std::string_view text, std::string_view scheme,
                        const std::optional<std::string_view>& token68,
                        std::span<const AuthParam> params);

/// The offset of a view into `text`.
[[nodiscard]] std::size_t offset_of(std::string_view part, std::string_view text);

/// The same scheme and parameters with as much white space and as many empty elements as allowed.
[[nodiscard]] std::string roomy(std::string_view scheme,
                                const std::optional<std::string_view>& token68,
                                std::span<const AuthParam> params);

/// A refusal as a duplicate names one: the name occurred before, and with another name there the
/// text is accepted or refused for a later duplicate.
template <class Parse>
void check_duplicate(std::string_view text, std::size_t offset, Parse parse);

/// The name that starts at `offset`, and the text with letters before it that make it new.
[[nodiscard]] bool occurs_before(std::string_view text, std::size_t offset);
[[nodiscard]] std::string renamed(std::string_view text, std::size_t offset);

}  // namespace keyward::fuzz

#include "fuzz/properties/check.h"

template <class Parse>
void keyward::fuzz::check_duplicate(std::string_view text, std::size_t offset, Parse parse) {
  FUZZ_AGREE(occurs_before(text, offset), "a duplicate occurred before", text);
  const std::string other = renamed(text, offset);
  const auto parsed = parse(std::string_view(other));
  const bool later = !parsed && parsed.error().reason == Reason::duplicate_parameter &&
                     parsed.error().offset > offset;
  FUZZ_AGREE(parsed || later, "nothing but the name was wrong with a duplicate", text);
}
