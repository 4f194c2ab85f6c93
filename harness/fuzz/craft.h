// SPDX-License-Identifier: Apache-2.0
// Craft: an input and the documented request it changes → the request that is sent. Framing stays
// whole: no change brings CR or LF into the head, or a space into the request target.
#pragma once

#include <string>
#include <vector>

#include "harness/base/secret.h"
#include "harness/catalogue/edit.h"
#include "harness/fuzz/input.h"
#include "harness/model/request.h"

namespace keyward {

/// What an input is about: the documented request without the credential under test, and the
/// credentials there are. The context must outlive the ground.
struct Ground {
  Request bare;
  EditContext context;
};

struct Crafted {
  Request request;
  std::string secret;        ///< as changed, before any encoding; empty: none was placed
  std::vector<Secret> sent;  ///< texts of the credential that the request brings, for leaks
  bool placed = false;       ///< the scheme's place is filled
};

/// Total: every input gives a request.
[[nodiscard]] Crafted craft(const FuzzInput& input, const Ground& ground);

/// Whether any change is in that layer.
[[nodiscard]] bool touches(const FuzzInput& input, Layer layer);
/// The layers a scheme has, the request target only where it may be changed.
[[nodiscard]] std::vector<Layer> layers_of(const SecurityScheme& scheme, bool target);

}  // namespace keyward
