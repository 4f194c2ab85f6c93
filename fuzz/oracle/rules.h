// SPDX-License-Identifier: Apache-2.0
// Rules: the grammars of the authentication headers, URLs and cookies, as their RFCs print them.
#pragma once

#include <cstddef>
#include <string_view>

namespace keyward::literal {

/// One rule of a standard, by the name it has there. Made once, then matched with.
class Rule {
 public:
  /// Aborts where no standard in rules.cpp has a rule of that name.
  explicit Rule(std::string_view name);
  /// Whether the whole text is of this rule. The text must be comparable().
  [[nodiscard]] bool operator()(std::string_view text) const;

 private:
  std::size_t node_;
};

/// Whether the text is short enough for the matcher, and comparing is on.
[[nodiscard]] bool comparable(std::string_view text);
/// On at the start. Off: what do the other judges notice without the grammars?
void set_comparing(bool on);

}  // namespace keyward::literal
