// SPDX-License-Identifier: Apache-2.0
// Rehearsal: what a case would send, with a stand-in for every credential, object and random text.
// Two cases whose rehearsals are equal differ on the wire in nothing but which random secret stands
// where: one is enough.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "harness/catalogue/edit.h"
#include "harness/plan/case.h"

namespace keyward {

class Rehearsal {
 public:
  /// Stand-ins have the documented shapes. The spec must outlive the rehearsal.
  explicit Rehearsal(const Spec& spec);

  /// A digest of the bytes of the case's mutated request, and of how it is judged. Nothing where
  /// the row has no such request here, or where the request, read by the standards, still carries
  /// the valid credential. The case must have a step with a mutation.
  [[nodiscard]] std::optional<std::uint64_t> digest(const Case& planned) const;

 private:
  enum class Who { member, foreigner, nobody };
  [[nodiscard]] Credential credential(const SecurityScheme& scheme, Who who) const;
  [[nodiscard]] std::string value(std::string_view name, Who who) const;
  [[nodiscard]] Request dress(const Case& planned, const Step& step) const;

  const Spec* spec_;
  std::map<std::pair<Who, std::string>, std::string, std::less<>> values_;
};

/// Whether a row's request is no negative case where it still carries the valid credential.
[[nodiscard]] bool no_negative_if_equal(const Mutation& row);

}  // namespace keyward
