// SPDX-License-Identifier: Apache-2.0
// The valid control as a case: every documented way in must be open.
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"

namespace keyward {
namespace {

constexpr Mutation k_rows[] = {
    {.id = "valid",
     .family = Family::control,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .base = Base::valid,
     .expect = Expect::accepted,
     .scope = Scope::scheme,
     .slots = k_any_slot,
     .title = "A documented credential is refused",
     .right = "The valid credential is accepted in every documented place, on every operation.",
     .why = "Clients that do as the document says are locked out.",
     .fix = "Accept the credential there, or correct the document.",
     .sources = "the API's own document",
     .variants = {},
     .build = [](Edit&) -> Skip { return std::nullopt; },
     .is_control = true},
};

}  // namespace

std::span<const Mutation> control_rows() { return k_rows; }

}  // namespace keyward
