// SPDX-License-Identifier: Apache-2.0
// Judge: a crafted request and its answer → a breach, or none. The oracle is that of a run: an
// acceptance counts by its likeness to the valid control, and only where the strict parsers say
// that the request does not carry the valid credential; for the rest the catalogue's checks look.
//
//   accepted, and carries() says no ──> in which way is it not the valid credential?
//                                       ├ a tolerant reader may take it: info, or the row's level
//                                       └ nobody may: must
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/fuzz/craft.h"
#include "harness/model/exchange.h"
#include "harness/oracle/controls.h"

namespace keyward {

struct Breach {
  std::string_view row;  ///< of the catalogue, or of rows.h
  Level level = Level::must;
  std::string actual;
  std::string_view check =
      {};  ///< of the catalogue, that saw it in the answer; empty: an acceptance

  [[nodiscard]] bool acceptance() const { return check.empty(); }
};

/// Whether some reader of the standards finds a valid credential in the request: the one under
/// test, or that of another scheme in `others`.
[[nodiscard]] bool carries_valid(const Crafted& made, const Ground& ground);
/// In which way the accepted request does not carry the valid credential: a row.
[[nodiscard]] std::string_view cause_of_acceptance(const FuzzInput& input, const Crafted& made,
                                                   const Ground& ground);
/// What is wrong with the answer; nothing where all is well, or where it proves nothing.
[[nodiscard]] std::optional<Breach> judge(const FuzzInput& input, const Crafted& made,
                                          const Ground& ground, const Alternative& alternative,
                                          const Controls& controls, const Exchange& exchange);

}  // namespace keyward
