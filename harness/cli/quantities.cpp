// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/quantities.h"

#include <charconv>
#include <cmath>
#include <span>

namespace keyward {
namespace {

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const char* const begin = text.begin();
  const char* const end = text.end();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// A positive number before one of the units, in that unit's measure.
struct Unit {
  std::string_view name;
  double factor;
};

std::optional<double> measured(std::string_view text, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = whole<double>(text.substr(0, text.size() - unit.name.size()));
    if (number && std::isfinite(*number) && *number > 0) return *number * unit.factor;
  }
  return std::nullopt;
}

// The longer name first, where one ends in another.
constexpr Unit k_durations[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"", 1}};
constexpr Unit k_rates[] = {{"/s", 1}, {"/m", 1.0 / 60}, {"", 1}};

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.empty() || text.front() == '-') return std::nullopt;
  return whole<std::uint64_t>(text);
}

std::optional<double> parse_seconds(std::string_view text) { return measured(text, k_durations); }

std::optional<double> parse_rate(std::string_view text) { return measured(text, k_rates); }

std::optional<std::pair<int, int>> parse_shard(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto part = whole<int>(text.substr(0, slash));
  const auto parts = whole<int>(text.substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts) return std::nullopt;
  return std::pair(*part, *parts);
}

std::optional<std::pair<std::string, std::string>> parse_assignment(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

}  // namespace keyward
