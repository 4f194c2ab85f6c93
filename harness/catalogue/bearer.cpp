// SPDX-License-Identifier: Apache-2.0
// F14 bearer: is a token read as RFC 6750 section 2 has it? What lets other secrets in under
// Bearer, or tokens in by undocumented parameters: placement.cpp.
#include <string>

#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"

namespace keyward {
namespace {

constexpr std::string_view k_cases[] = {"lower", "upper", "mixed"};
constexpr std::string_view k_spaces[] = {"two", "five"};
constexpr std::string_view k_schemes[] = {"token", "basic", "longer", "unknown"};
constexpr std::string_view k_tails[] = {"word", "parameter"};

void authorize(Edit& e, std::string_view scheme, std::string_view rest = {}) {
  e.request.set_field("Authorization", std::string(scheme).append(e.wire(e.secret())).append(rest));
}

Skip scheme_case(Edit& e) {
  authorize(e, e.variant == "lower" ? "bearer " : e.variant == "upper" ? "BEARER " : "bEaReR ");
  return std::nullopt;
}

Skip many_spaces(Edit& e) {
  authorize(e, "Bearer" + std::string(e.variant == "two" ? 2 : 5, ' '));
  return std::nullopt;
}

Skip no_scheme(Edit& e) {
  if (documented(e, Slot::header, "Authorization")) return "the documents take the token alone";
  authorize(e, "");
  return std::nullopt;
}

Skip other_scheme(Edit& e) {
  authorize(e, e.variant == "token"    ? "Token "
               : e.variant == "basic"  ? "Basic "
               : e.variant == "longer" ? "XBearer "
                                       : "Foo ");
  return std::nullopt;
}

Skip tail(Edit& e) {
  authorize(e, e.is_basic() ? "Basic " : "Bearer ", e.variant == "word" ? " tail" : ", tail=1");
  return std::nullopt;
}

Skip in_form(Edit& e) {
  constexpr std::string_view k_name = "access_token";
  if (documented(e, Slot::form, k_name)) return "the documents put a token in that field";
  if (!e.request.body.empty() && !e.context.operation->form) {
    return "the operation documents a body of another type";
  }
  e.request.set_field("Content-Type", "application/x-www-form-urlencoded");
  set_wire(e.request, Slot::form, k_name, encode(Slot::form, e.secret()));
  return std::nullopt;
}

// Another documented way to carry the same token on this operation, outside Authorization.
const SecurityScheme* other_way(const Edit& e) {
  for (const Alternative& alternative : e.context.operation->security) {
    if (alternative.schemes.size() != 1) continue;
    const SecurityScheme* other = e.context.spec->scheme(alternative.schemes.front());
    if (other == nullptr || other->type == SchemeType::basic) continue;
    const Carrier& carrier = other->carriers.front();
    if (carrier.ref.value == e.carrier().ref.value && field_of(carrier) != "Authorization") {
      return other;
    }
  }
  return nullptr;
}

Skip two_ways(Edit& e) {
  const SecurityScheme* other = other_way(e);
  if (other == nullptr) return "the operation documents no second way for the same token";
  place(e.request, *other, e.context.valid);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "bearer-scheme-case",
     .family = Family::bearer,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_bearer,
     .title = "Bearer in another case is refused",
     .right = "The name of an auth-scheme is compared without case.",
     .why = "Clients that write `bearer` are right, and locked out.",
     .fix = "Compare the scheme's name ignoring case.",
     .sources = "RFC 9110 section 11.1",
     .variants = k_cases,
     .build = scheme_case},
    {.id = "bearer-multi-sp",
     .family = Family::bearer,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::accepted,
     .slots = k_bearer,
     .title = "More than one space behind Bearer makes the token wrong",
     .right = "One or more spaces divide the scheme from the token.",
     .why = "The grammar allows it, few servers do.",
     .fix = "Skip all spaces behind the scheme.",
     .sources = "RFC 9110 section 11.4; RFC 6750 section 2.1",
     .variants = k_spaces,
     .build = many_spaces},
    {.id = "bearer-no-scheme",
     .family = Family::bearer,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_bearer,
     .title = "A token without auth-scheme is accepted",
     .right = "Credentials begin with the name of their scheme.",
     .why = "What a gateway routes or strips by scheme passes it unseen.",
     .fix = "Read a token from behind `Bearer ` alone, or document the bare form.",
     .sources = "RFC 9110 section 11.4; RFC 6750 section 2.1",
     .build = no_scheme},
    {.id = "bearer-other-scheme",
     .family = Family::bearer,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_bearer,
     .title = "A Bearer token is accepted under another auth-scheme",
     .right = "A token behind another scheme's name is no Bearer token, and refused.",
     .why = "What a gateway routes or filters by scheme is read as another one behind it.",
     .fix = "Compare the scheme's name before reading what follows.",
     .sources = "RFC 9110 section 11.4; RFC 6750 section 2.1",
     .variants = k_schemes,
     .build = other_scheme},
    {.id = "bearer-tail",
     .family = Family::bearer,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_bearer,
     .title = "What follows a Bearer token is dropped",
     .right = "Credentials of Bearer are one token; anything behind it makes them malformed.",
     .why = "Layers that take the whole value and layers that take its second word see two tokens.",
     .fix = "Refuse a value that is not `Bearer`, spaces and one token.",
     .sources = "RFC 6750 sections 2.1 and 3.1; RFC 9110 section 11.4",
     .variants = k_tails,
     .build = tail},
    {.id = "basic-tail",
     .family = Family::basic,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_basic,
     .title = "What follows Basic credentials is dropped",
     .right = "Credentials of Basic are one token68; anything behind it makes them malformed.",
     .why =
         "Layers that take the whole value and layers that take its second word see two callers.",
     .fix = "Refuse a value that is not `Basic`, spaces and one token68.",
     .sources = "RFC 7617 section 2; RFC 9110 section 11.4",
     .variants = k_tails,
     .build = tail},
    {.id = "bearer-form",
     .family = Family::bearer,
     .level = Level::should,
     .document_gate = true,
     .severity = 3,
     .base = Base::absent,
     .slots = k_bearer,
     .title = "The token is accepted as the form field access_token",
     .right = "A token in the body counts where the documents say so.",
     .why = "Bodies are logged and passed on where credentials would not be.",
     .fix = "Read the token from Authorization alone.",
     .sources = "RFC 6750 section 2.2",
     .build = in_form},
    {.id = "bearer-two-ways",
     .family = Family::bearer,
     .level = Level::should,
     .severity = 3,
     .slots = k_bearer,
     .title = "A token that is sent in two ways at once is accepted",
     .right = "A request with more than one way to carry a token is answered 400.",
     .why = "Which one counts may differ between layers, and one of them is the attacker's.",
     .fix = "Refuse the request, with the error code invalid_request.",
     .sources = "RFC 6750 sections 2 and 3.1",
     .build = two_ways},
};

}  // namespace

std::span<const Mutation> bearer_rows() { return k_rows; }

}  // namespace keyward
