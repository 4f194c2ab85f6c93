// SPDX-License-Identifier: Apache-2.0
// F1 presence: is a credential needed at all, and is something that is none taken for one?
#include "harness/base/text.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"

namespace keyward {
namespace {

constexpr std::string_view k_blanks[] = {"space", "tab", "nbsp", "ideographic"};
constexpr std::string_view k_nulls[] = {"null",  "undefined", "none", "zero",
                                        "false", "nil",       "nan",  "true"};

Skip blank(Edit& e) {
  const std::string_view bytes = e.variant == "space"  ? " "
                                 : e.variant == "tab"  ? "\t"
                                 : e.variant == "nbsp" ? "\xC2\xA0"
                                                       : "\xE3\x80\x80";
  const Slot slot = e.carrier().slot;
  if ((slot == Slot::header || slot == Slot::bearer) &&
      (e.variant == "space" || e.variant == "tab")) {
    return "white space around a field value is no part of it (RFC 9110 section 5.5)";
  }
  e.put(bytes);
  return std::nullopt;
}

Skip null_word(Edit& e) {
  e.put(e.variant == "zero" ? "0" : e.variant == "nan" ? "NaN" : e.variant);
  return std::nullopt;
}

}  // namespace

constexpr Mutation k_rows[] = {
    {.id = "open-endpoint",
     .family = Family::presence,
     .level = Level::must,
     .document_gate = false,
     .severity = 10,
     .base = Base::absent,
     .expect = Expect::refused,
     .scope = Scope::operation,
     .slots = k_any_slot,
     .title = "No credential is needed",
     .right = "A request without credentials is refused.",
     .why = "Anybody who knows the address reads or changes what the key was to protect.",
     .fix = "Authenticate before routing to the handler, and deny by default.",
     .sources = "RFC 9110 section 11.4 and 15.5.2; API2; ASVS 8.2.1; CWE-306; CVE-2022-1388",
     .variants = {},
     .build = [](Edit&) -> Skip { return std::nullopt; },
     .is_control = true},
    {.id = "blank-accepted",
     .family = Family::presence,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .base = Base::absent,
     .expect = Expect::refused,
     .scope = Scope::scheme,
     .slots = k_any_slot,
     .title = "White space is accepted as a secret",
     .right = "A secret of blanks is refused like a wrong one.",
     .why = "A trimmed blank equals an empty stored secret: an account without key is open to all.",
     .fix = "Refuse an empty secret before and after any normalisation.",
     .sources = "CWE-287",
     .variants = k_blanks,
     .build = blank},
    {.id = "null-literal",
     .family = Family::presence,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .base = Base::absent,
     .expect = Expect::refused,
     .scope = Scope::scheme,
     .slots = k_any_slot,
     .title = "A word for nothing is accepted as a secret",
     .right = "The texts null, undefined, none, 0, false, nil, NaN and true are refused like any "
              "wrong secret.",
     .why = "A missing value that some layer spelled out matches an account whose key is missing.",
     .fix = "Compare with the stored secret as a string, and refuse accounts that have none.",
     .sources = "CWE-1390; CVE-2013-3221",
     .variants = k_nulls,
     .build = null_word},
};

std::span<const Mutation> presence_rows() { return k_rows; }

}  // namespace keyward
