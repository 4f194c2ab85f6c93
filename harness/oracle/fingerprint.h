// SPDX-License-Identifier: Apache-2.0
// Fingerprint: what an answer is made of, so that two answers can be compared by likeness and not
// by bytes.
//
//   {"forms":[{"id":7},{"id":8}],"ok":true}
//   structure  /forms array · /forms/*/id number · /ok true        (array positions collapsed,
//   booleans by value) values     /forms/*/id=7 · /forms/*/id=8
//
// A body that is not JSON has its words as values.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/model/exchange.h"

namespace keyward {

/// A set of features, as sorted hashes without repetition.
using Features = std::vector<std::uint64_t>;

struct Fingerprint {
  int status = 0;
  bool empty = true;  ///< no body
  std::uint64_t body_hash = 0;
  Features structure;
  Features values;
};

/// Linear in the body's size.
[[nodiscard]] Fingerprint fingerprint(const Response& response);

[[nodiscard]] Features intersect(const Features& a, const Features& b);
[[nodiscard]] Features unite(const Features& a, const Features& b);
[[nodiscard]] Features subtract(const Features& a, const Features& b);
/// The share of `wanted` that is in `seen`: 0 … 1; 0 where nothing is wanted.
[[nodiscard]] double share(const Features& seen, const Features& wanted);

}  // namespace keyward
