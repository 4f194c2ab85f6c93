// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/check.h"

#include <algorithm>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

std::vector<Check> joined() {
  std::vector<Check> rows;
  for (const auto topic :
       {documented_checks(), challenge_checks(), bearer_checks(), cookie_checks(), answer_checks(),
        leak_checks(), secret_checks(), cache_checks(), issued_checks()}) {
    rows.insert(rows.end(), topic.begin(), topic.end());
  }
  return rows;
}

}  // namespace

std::span<const Check> all_checks() {
  static const std::vector<Check> k_all = joined();
  return k_all;
}

const Check* find_check(std::string_view id) {
  const auto found = std::ranges::find(all_checks(), id, &Check::id);
  return found == all_checks().end() ? nullptr : &*found;
}

bool concerns(const Check& check, const AnswerRule& rule) {
  if (check.rules == Check::Rules::none) return false;
  // documented-status and accepted-status compare the same part of different lists.
  const std::string_view part = check.id.substr(check.id.find('-') + 1);
  return part == "status"         ? !rule.status.empty()
         : part == "content-type" ? !rule.content_type.empty()
         : part == "json"         ? rule.json.has_value()
         : part == "members"      ? !rule.members.empty()
                                  : !rule.headers.empty();
}

std::string request_field(const Observation& o, std::string_view name) {
  const std::string_view head =
      std::string_view(o.exchange.request).substr(0, o.exchange.request.find("\r\n\r\n"));
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string_view line = head.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name)) {
      continue;
    }
    std::string_view value = line.substr(colon + 1);
    if (value.ends_with('\r')) value.remove_suffix(1);
    return std::string(trim_ows(value));
  }
  return {};
}

bool sets_again(const Observation& o, const HeaderField& field) {
  const std::string_view pair = std::string_view(field.value).substr(0, field.value.find(';'));
  return equals_ignoring_case(field.name, "Set-Cookie") && !pair.empty() &&
         request_field(o, "Cookie").contains(pair);
}

}  // namespace keyward
