// SPDX-License-Identifier: Apache-2.0
// Quantities on the command line: `10s`, `500ms`, `20/s`, `2/5`, `junit=FILE`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace keyward {

/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);
/// Seconds: `10`, `0.5`, `10s`, `500ms`, `2m`; more than 0.
[[nodiscard]] std::optional<double> parse_seconds(std::string_view text);
/// Requests a second: `10`, `10/s`, `90/m`; more than 0.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
/// `i/n` with 1 <= i <= n.
[[nodiscard]] std::optional<std::pair<int, int>> parse_shard(std::string_view text);
/// `NAME=text`, split at the first equals sign; nothing where NAME is empty or there is no sign.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> parse_assignment(
    std::string_view text);

}  // namespace keyward
