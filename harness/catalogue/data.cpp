// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/data.h"

#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

using Texts = std::vector<std::string>;

// Texts and numbers that tell one resource from another, below the members of the top level: what
// stands there is often of the envelope (a version, a service's name), in refusals as well.
void collect(const Json& value, int depth, Texts& out) {
  constexpr std::size_t k_long_enough = 5;
  const bool scalar = value.is_string() || value.is_number();
  const bool tells = scalar && depth > 1 && value.text.size() >= k_long_enough;
  if (tells && parse_rfc3339(value.text) <= 0) out.push_back(value.text);
  for (const Json& item : value.items) collect(item, depth + 1, out);
  for (const auto& [name, member] : value.members) collect(member, depth + 1, out);
}

Texts telling(const Json* value) {
  Texts texts;
  if (value != nullptr) collect(*value, 0, texts);
  return texts;
}

bool holds(const Response& response, const Texts& texts, const std::string& text) {
  return response.json() != nullptr ? std::ranges::find(texts, text) != texts.end()
                                    : response.body.contains(text);
}

}  // namespace

bool carries_data(const Response& answer, const Response& valid, const Response* beside) {
  const Json* data = valid.json();
  if (answer.body.empty() || data == nullptr || (data->items.empty() && data->members.empty()))
    return false;
  const Json* said = answer.json();
  const bool same_for_all =
      beside != nullptr && beside->json() != nullptr && equal(*beside->json(), *data);
  if (said != nullptr && equal(*said, *data)) return !same_for_all;
  Texts wanted = telling(data);
  if (beside != nullptr) {
    const Texts usual = telling(beside->json());
    std::erase_if(wanted, [&](const std::string& text) { return holds(*beside, usual, text); });
  }
  const Texts shown = telling(said);
  const auto there = std::ranges::count_if(
      wanted, [&](const std::string& text) { return holds(answer, shown, text); });
  return there >= 2 && there * 5 >= std::ssize(wanted) * 4;
}

}  // namespace keyward
