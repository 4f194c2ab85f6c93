// SPDX-License-Identifier: Apache-2.0
// What an issuing answer gives: the text at a documented place, and the words that might be a
// credential wherever they stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/json/json.h"
#include "harness/model/exchange.h"

namespace keyward {

/// What an answer gives at that place of `issues`; empty where it gives nothing there. `json`: its
/// body, or null.
[[nodiscard]] std::string text_at(const std::string& place, const Response& response,
                                  const Json* json);

/// The words that look drawn at random: letters and digits mixed, twelve and more. Views into
/// `text`; bounded in number.
[[nodiscard]] std::vector<std::string_view> random_words(std::string_view text);

}  // namespace keyward
