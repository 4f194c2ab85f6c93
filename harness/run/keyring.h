// SPDX-License-Identifier: Apache-2.0
// Keyring: the values each principal holds, from the environment or issued during the run.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/error.h"
#include "harness/base/random.h"
#include "harness/base/redactor.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/known.h"
#include "harness/model/spec.h"

namespace keyward {

/// A value as it stands.
struct Held {
  std::string bytes;
  double expires = 0;  ///< by the transport's clock; 0: never, or unknown
};

class Keyring {
 public:
  /// Reads every value of every principal. Fails with a list of the missing names (usage); an
  /// optional principal that lacks any is left out whole. Everything that is not public goes to the
  /// redactor.
  static Result<Keyring> open(const Spec& spec, const std::map<std::string, std::string>& values,
                              Redactor& redactor);

  [[nodiscard]] bool has(std::string_view principal) const;
  [[nodiscard]] const Principal& member() const { return *member_; }
  /// The foreign principal, or null.
  [[nodiscard]] const Principal* foreigner() const { return foreigner_; }

  /// The value's bytes; empty where it is not (yet) known.
  [[nodiscard]] std::string value(std::string_view principal, std::string_view name) const;
  [[nodiscard]] const Held* held(std::string_view principal, std::string_view name) const;
  void set(std::string_view principal, std::string_view name, std::string bytes,
           double expires = 0);
  /// Lets go of a value that no longer opens anything.
  void forget(std::string_view principal, std::string_view name);

  /// A scheme's credential, with one value replaced where `override_name` says so; nothing where a
  /// value is unknown.
  [[nodiscard]] std::optional<Credential> credential(const SecurityScheme& scheme,
                                                     std::string_view principal,
                                                     std::string_view override_name = {},
                                                     std::string_view override_bytes = {}) const;
  /// Random secrets of the same shape: the password half of Basic, everything else whole.
  [[nodiscard]] Credential twin(const SecurityScheme& scheme, const Credential& valid,
                                Random& random) const;
  /// A random value of the same look as the principal's, or of the spec's shape.
  [[nodiscard]] std::string random_value(std::string_view principal, std::string_view name,
                                         Random& random) const;

  /// From now on the scheme's secret goes out behind a prefix, such as "Bearer ": the server wants
  /// what its document leaves out. Empty: as documented.
  void dress(std::string_view scheme, std::string prefix);
  [[nodiscard]] std::string dress_of(std::string_view scheme) const;

  /// What all principals hold that no answer may show where it is not documented.
  [[nodiscard]] std::span<const KnownSecret> known() const { return known_; }

  /// Hides bytes learned at run time under `label`, with the forms in which schemes carry them.
  void hide(std::string_view label, std::string_view name, std::string_view bytes);
  /// Hides a text that looks like that value, as it is written.
  void hide_lookalike(std::string_view name, std::string_view bytes);

 private:
  Keyring(const Spec& spec, Redactor& redactor) : spec_(&spec), redactor_(&redactor) {}

  void know(std::string_view principal, std::string_view name, std::string_view bytes);

  const Spec* spec_;
  Redactor* redactor_;
  const Principal* member_ = nullptr;
  const Principal* foreigner_ = nullptr;
  std::map<std::pair<std::string, std::string>, Held, std::less<>> values_;
  std::vector<KnownSecret> known_;
  std::map<std::string, std::string, std::less<>> dresses_;  // scheme → prefix
};

}  // namespace keyward
