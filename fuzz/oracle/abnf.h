// SPDX-License-Identifier: Apache-2.0
// Abnf: a matcher that takes grammars as the RFCs print them (RFC 5234, RFC 7405, and the list
// operator `#` of RFC 9110 section 5.6.1), so that the second opinion on a text is the standard's.
//
//   OWS   = *( SP / HTAB )          in     . . # . . . .     a rule maps a set of positions in the
//   text    a = 1                   out    . . # # . . .     text to the set of those where it can
//                                                            end: nothing is guessed or tried again
//
// Slow beside a parser written by hand, polynomial all the same, and it builds nothing: it says
// whether a text is of a rule. It shares no code with harness/syntax.
#pragma once

#include <bitset>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keyward::abnf {

/// Texts must be shorter than this: positions are bits of one cache line.
inline constexpr std::size_t k_limit = 512;

class Grammar {
 public:
  /// Reads rules, one a line; a line that starts with blanks goes on with the one before, one that
  /// starts with `;` is a comment. A rule may be used before it is defined, but not by itself.
  /// Aborts with a word on a grammar that cannot be read: it is part of the program.
  explicit Grammar(std::string_view rules);

  /// The rule of that name, for matches(); aborts where there is none.
  [[nodiscard]] std::size_t rule(std::string_view name) const;

  /// Whether the whole text is of that rule.
  [[nodiscard]] bool matches(std::size_t rule, std::string_view text) const;

 private:
  friend class Reader;
  class Matcher;

  struct Node {
    enum class Kind { byte, sequence, choice, repeat, reference };
    Kind kind;
    std::bitset<256> set = {};            // byte: one of these
    std::string name = {};                // reference: to this rule
    std::vector<std::size_t> parts = {};  // sequence, choice, repeat (one), reference (one)
    std::size_t least = 0, most = 0;      // repeat
  };

  void fold(std::size_t node);

  std::vector<Node> nodes_;
  std::map<std::string, std::size_t, std::less<>>
      rules_;  // lower case, to the node of its right side
};

}  // namespace keyward::abnf
