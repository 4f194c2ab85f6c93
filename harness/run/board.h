// SPDX-License-Identifier: Apache-2.0
// Board: what the checks saw, over all exchanges of an operation and scheme.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/catalogue/check.h"
#include "harness/model/spec.h"

namespace keyward {

/// The first breach that a check saw.
struct SeenBreach {
  std::string actual;
  std::optional<Level> level;  ///< where it differs
  std::string request, response, curl;
  std::string least_request, least_curl;  ///< of the breach by the fewest bytes, of that level
};

/// A check of one operation and scheme (and rule), and what it has seen so far.
struct CheckEntry {
  const Check* check = nullptr;
  const AnswerRule* rule = nullptr;
  int looked = 0;
  int breaches = 0;
  std::unique_ptr<SeenBreach> breach;  ///< null where there was none
};

/// What one exchange added to what is known.
struct News {
  std::vector<CheckEntry*> fresh;  ///< looked, or saw a breach, for the first time
  std::vector<CheckEntry*> least;  ///< saw a breach by fewer bytes than before
};

class Board {
 public:
  /// Looks at one exchange with every check.
  News look(const Observation& observation, const std::string& scheme);
  /// What is known of one check; null where nothing was looked at.
  [[nodiscard]] const CheckEntry* find(const Operation& operation, const std::string& scheme,
                                       const Check& check, const AnswerRule* rule) const;

 private:
  using Key = std::pair<const Operation*, std::string>;
  using Entries = std::vector<CheckEntry>;
  struct Known {
    Look::Result result = Look::Result::not_applicable;
    bool by_answer = false;
  };
  std::map<Key, Entries> entries_;
  /// What the entries made of answers seen before, by digest of these and of where they were seen.
  std::unordered_map<std::uint64_t, std::vector<Known>> known_;
};

}  // namespace keyward
