// SPDX-License-Identifier: Apache-2.0
// Authenticate: from the documented slots of an operation to the credential that opens it.
//
//   slots ──extract──► candidates ──match──► proven or not ──decide──► caller
//
// Strict: the documented slots and no other, each filled once, all in agreement.
#pragma once

#include "harness/target/visit.h"

namespace keyward::target {

/// Fills the visit's candidates, flags, caller and owner for its operation. True where the
/// operation is open to the request.
[[nodiscard]] bool authenticate(Visit& visit);

/// The bytes that a carrier takes of a value: all of it, or one part of a composite.
[[nodiscard]] std::string_view part_of(const Spec& spec, const ValueRef& ref,
                                       std::string_view whole);

/// Adds `secret` as if it stood in each documented slot of the operation: `user:secret` and its
/// base64 are parted where the operation takes Basic. For defects.
void add_candidate(Visit& visit, std::string_view secret);

}  // namespace keyward::target
