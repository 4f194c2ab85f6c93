// SPDX-License-Identifier: Apache-2.0
// Probe: one input on its way to the target and its answer judged; and the places where inputs may
// go: safe operations, and those that issue a credential which can be taken back or dies by itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/fuzz/judge.h"
#include "harness/fuzz/mutate.h"
#include "harness/run/engine.h"

namespace keyward {

/// An operation and the scheme that is under test there.
struct FuzzPlace {
  const Operation* operation = nullptr;
  const Alternative* alternative = nullptr;
  const SecurityScheme* scheme = nullptr;
  Site site;
  bool issuing = false;
  std::uint64_t inputs = 0;  ///< sent
  std::size_t accepted = 0;  ///< of an issuing one: each made something
  std::size_t kinds = 0;     ///< of answers
  [[nodiscard]] std::string name() const { return operation->id + "/" + alternative->id(); }
};

/// Every place with a target, whether its controls can be used or not.
[[nodiscard]] std::vector<FuzzPlace> fuzzed_places(Engine& engine);

struct Probed {
  Crafted made;
  Exchange exchange;
  std::optional<Breach> breach;
  bool negative = false;  ///< the request carried no valid credential
};

class Prober {
 public:
  explicit Prober(Engine& engine) : engine_(engine) {}

  using Done = std::function<void(Probed)>;
  /// Sends an input. The place must outlive the answer. Calls back with an empty exchange where
  /// nothing could be sent.
  void probe(const FuzzPlace& place, const FuzzInput& input, bool fresh, Done done);
  /// The valid control, or the absent one, on a connection of its own.
  void control(const FuzzPlace& place, bool absent, std::function<void(Reception)> done);
  /// Wrong credentials sent so far; never more than the spec allows in a run.
  [[nodiscard]] int wrong_attempts() const { return wrong_attempts_; }
  [[nodiscard]] bool budget_spent() const {
    const int budget = engine_.spec.limits.wrong_attempts;
    return budget > 0 && wrong_attempts_ >= budget;
  }

 private:
  [[nodiscard]] std::optional<Ground> ground(const FuzzPlace& place);

  Engine& engine_;
  int wrong_attempts_ = 0;
};

}  // namespace keyward
