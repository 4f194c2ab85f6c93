// SPDX-License-Identifier: Apache-2.0
// Fingerprint: what an answer is made of, so that two answers can be compared by likeness and not
// by bytes.
//
//   {"forms":[{"id":"f7"},{"id":"f8"}],"user":"ada","at":"2026-11-21T04:00:31Z","next":null}
//
//   form       object
//   structure  /forms · /forms/* · /forms/*/id · /user · /at     (null is as good as left out)
//   outline    /forms · /user · /at                              (what no list may vary)
//   values     /forms/*/id=f7 · /forms/*/id=f8 · /user=ada       (a time is no mark: it passes)
//   texts      /user=ada                                         (of the outline)
//   lengths    /user: 3 · /at: 20                                (of the outline)
//
// A body that is not JSON has its words for values.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/model/exchange.h"

namespace keyward {

/// A set of features, as sorted hashes without repetition.
using Features = std::vector<std::uint64_t>;

/// What kind of body it is. Answers of different forms are never alike.
enum class Form { empty, object, array, scalar, text };

struct Fingerprint {
  int status = 0;
  Form form = Form::empty;
  Features structure;  ///< members that are there; booleans by value; array positions collapsed
  Features outline;    ///< of these, the ones outside arrays
  Features values;     ///< strings and numbers by place, times left out
  Features texts;      ///< of these, the strings outside arrays; a short text as a whole
  Features lengths;    ///< of the strings outside arrays, or of a text's words
};

/// Linear in the body's size; bounded in what it keeps.
[[nodiscard]] Fingerprint fingerprint(const Response& response);

[[nodiscard]] Features intersect(const Features& a, const Features& b);
[[nodiscard]] Features unite(const Features& a, const Features& b);
[[nodiscard]] Features subtract(const Features& a, const Features& b);
/// The share of `wanted` that is in `seen`: 0 … 1; 1 where nothing is wanted.
[[nodiscard]] double share(const Features& seen, const Features& wanted);

}  // namespace keyward
