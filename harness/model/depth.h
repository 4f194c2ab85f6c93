// SPDX-License-Identifier: Apache-2.0
// Depth: how many combinations of what the catalogue has are planned.
//
//   quick ⊂ standard ⊂ exhaustive
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace keyward {

enum class Depth : std::uint8_t {
  quick,       ///< the first case of each row, on one operation of a kind; no wait for an expiry
  standard,    ///< every row with every variant on every operation and scheme
  exhaustive,  ///< and rows with other credentials, in other slots, in pairs of slots
};

inline constexpr Depth k_depths[] = {Depth::quick, Depth::standard, Depth::exhaustive};

[[nodiscard]] constexpr std::string_view name(Depth depth) {
  constexpr std::string_view k_names[] = {"quick", "standard", "exhaustive"};
  return k_names[static_cast<std::size_t>(depth)];
}

/// The depth of that name, or nothing.
[[nodiscard]] constexpr std::optional<Depth> depth_from(std::string_view text) {
  for (const Depth depth : k_depths) {
    if (name(depth) == text) return depth;
  }
  return std::nullopt;
}

}  // namespace keyward
