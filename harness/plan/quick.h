// SPDX-License-Identifier: Apache-2.0
// Telling: which cases quick depth keeps. Controls, own cases and checks (which cost no request of
// their own) always; of the rest one for each row and scheme, on the first operation of each kind,
// at level must or should, and none that waits for an expiry.
//
//   a kind of operation = its server, its security schemes, whether it changes something, names an
//   object, and is said to be protected
#pragma once

#include <functional>
#include <set>
#include <string>

#include "harness/plan/case.h"

namespace keyward {

class Telling {
 public:
  explicit Telling(const Spec& spec);

  /// A new operation's cases follow.
  void begin() { rows_.clear(); }
  /// `can_be_built` is asked last: of a row's variants the first one that has a request is kept.
  [[nodiscard]] bool keeps(const Case& planned, const std::function<bool()>& can_be_built);

 private:
  std::set<const Operation*> first_of_kind_;
  std::set<std::string> rows_;  // of the operation, by scheme, that are kept
};

}  // namespace keyward
