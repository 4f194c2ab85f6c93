// SPDX-License-Identifier: Apache-2.0
#include "fuzz/properties/thorough.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>

namespace keyward::fuzz {
namespace {

constexpr std::size_t k_shapes = 16384;
constexpr std::uint64_t k_one_in = 32;
constexpr std::uint64_t k_prime = 0x100000001b3;

#ifdef KEYWARD_FUZZ_ENGINE
bool g_always = false;
#else
bool g_always = true;
#endif
bool g_pumping = false;
std::bitset<k_shapes> g_seen;

/// What stands for a byte in a shape.
constexpr std::array<unsigned char, 256> k_letter = [] {
  std::array<unsigned char, 256> letter{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool word =
        (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    const bool control = byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n';
    letter[byte] = static_cast<unsigned char>(word ? 'a' : control ? 1 : byte >= 0x80 ? 2 : byte);
  }
  return letter;
}();

std::size_t shape_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  unsigned char last = 0;
  for (const char c : text) {
    const unsigned char letter = k_letter[static_cast<unsigned char>(c)];
    if (letter == 'a' && last == 'a') continue;
    hash = (hash ^ letter) * k_prime;
    last = letter;
  }
  return (hash ^ hash >> 29) % k_shapes;
}

}  // namespace

bool thorough(std::string_view text) {
  g_pumping = true;
  if (g_always) return true;
  const std::uint64_t hash = quick_hash(text);
  const std::size_t shape = shape_of(text);
  const bool fresh = !g_seen[shape];
  g_seen[shape] = true;
  g_pumping = hash % (fresh ? 64 : 1024) == 0;
  return fresh || hash / 1024 % k_one_in == 0;
}

bool pumping() { return g_pumping; }

void ask_everything(bool always) { g_always = always; }

void forget_shapes() { g_seen.reset(); }

std::uint64_t quick_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325 ^ text.size();
  for (std::size_t at = 0; at < text.size(); at += sizeof hash) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, std::min(sizeof bytes, text.size() - at));
    hash = (hash ^ bytes) * k_prime;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace keyward::fuzz
