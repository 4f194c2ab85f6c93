// SPDX-License-Identifier: Apache-2.0
// Normal form of what parsers give, so that only meanings are compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plugin/answer.h"

namespace keyward {

/// One field of an answer. Absent and empty are two things; so are raw and decoded.
struct NormalField {
  bool unknown = false;  ///< the parser has no notion of it
  bool present = false;
  std::optional<std::string> raw;  ///< where the parser gave it raw
  std::string decoded;             ///< decoded once, by the parser or by us
  std::string canonical;           ///< in normal form; equal ones mean the same
};

[[nodiscard]] NormalField normal_field(Grammar grammar, const Answer& answer,
                                       std::string_view field);

/// One item of a list: a field of a query, or a challenge's scheme, token68 or parameter.
struct NormalItem {
  std::string name;
  std::optional<std::string> value;
};

/// Query: the pairs in order. Challenge: as written, but the parameters of each by their names.
[[nodiscard]] std::vector<NormalItem> normal_list(Grammar grammar, const Answer& answer);

/// Lower case, brackets off, triplets decoded once, an IPv6 address in its shortest spelling.
[[nodiscard]] std::string normal_host(std::string_view decoded);

}  // namespace keyward
