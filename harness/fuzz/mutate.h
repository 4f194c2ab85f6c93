// SPDX-License-Identifier: Apache-2.0
// Mutate: inputs for one place (an operation and a scheme), first the simple ones in a row, then
// random ones, then children of inputs that got a new kind of answer. Everything derives from the
// generator that is given.
#pragma once

#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/fuzz/input.h"

namespace keyward {

/// Where inputs are made.
struct Site {
  std::string operation, alternative, scheme;
  std::vector<Layer> layers;
  std::size_t secret_size = 32;  ///< bytes, so that changes spread over it
  std::size_t target_size = 16;
  std::size_t name_size = 0;  ///< of the field or parameter; right behind it tokens tell most
};

/// Every token at both ends of every layer, every simple change of a byte, every word for a
/// credential: one change each, in stable order.
[[nodiscard]] std::vector<FuzzInput> simple_inputs(const Site& site);
/// One to four changes to one of the bases.
[[nodiscard]] FuzzInput random_input(const Site& site, Random& random);
/// An input with a change more, one less, or one bent.
[[nodiscard]] FuzzInput child_of(const FuzzInput& parent, const Site& site, Random& random);

}  // namespace keyward
