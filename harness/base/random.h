// SPDX-License-Identifier: Apache-2.0
// Random: a small deterministic generator (SplitMix64). One seed and one case id give one sequence
// on every machine, so filters, shards and order change nothing (DESIGN section 5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keyward {

/// FNV-1a, 64 bits: a stable hash for seeds and shards, not for security.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view bytes,
                                                  std::uint64_t basis = 0xcbf29ce484222325ULL) {
  for (const char c : bytes) basis = (basis ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return basis;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// The generator of one case: derives from the run's seed and the case's id.
  Random(std::uint64_t seed, std::string_view id)
      : state_(stable_hash(id) ^ (seed * 0x9e3779b97f4a7c15ULL)) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// Uniform enough for test data: [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// By a multiplication: a division for each character is what long texts cost.
  char pick(std::string_view alphabet) {
    return alphabet[((next() >> 32U) * alphabet.size()) >> 32U];
  }
  std::string text(std::string_view alphabet, std::size_t length) {
    std::string out(length, '\0');
    for (char& c : out) c = pick(alphabet);
    return out;
  }

 private:
  std::uint64_t state_;
};

inline constexpr std::string_view k_digits = "0123456789";
inline constexpr std::string_view k_lower_hex = "0123456789abcdef";
inline constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view k_upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view k_alphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace keyward
