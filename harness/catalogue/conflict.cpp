// SPDX-License-Identifier: Apache-2.0
// F6 conflict: what is done with two credentials, with a credential of another type, and with one
// under nearly the right name?
#include <algorithm>
#include <optional>
#include <string>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/model/shape.h"
#include "harness/syntax/form.h"

namespace keyward {
namespace {

constexpr std::string_view k_orders[] = {"bad-first", "good-first"};
// How lists and the operators of a query language are written in a parameter's name.
struct ArrayForm {
  std::string_view variant, suffix;
  std::optional<std::string_view> value;  // nothing: the twin's
};
constexpr ArrayForm k_arrays[] = {{"list", "[]", {}},
                                  {"index", "[0]", {}},
                                  {"operator", "[$ne]", {}},
                                  {"greater", "[$gt]", ""},
                                  {"not-in", "[$nin][]", {}},
                                  {"regex", "[$regex]", ".*"},
                                  {"exists", "[$exists]", "true"}};
constexpr auto k_array_variants = variants_of(k_arrays);
constexpr std::string_view k_types[] = {
    "true",  "zero",      "empty-array", "empty-object", "null", "array-of-secret",
    "false", "not-equal", "greater",     "pattern"};
constexpr std::string_view k_aliases[] = {"underscore", "hyphen", "api-key", "api_key"};
constexpr std::string_view k_cases[] = {"upper", "capital"};
constexpr Slots k_in_fields = k_header | k_basic | k_bearer | k_cookie;
// Cookies of one name may come from two paths or domains: cookie-duplicate tells of those.
constexpr Slots k_single = k_header | k_basic | k_bearer;
constexpr int k_wrong_guesses = 20;

void put_in_order(Edit& e, std::string_view first, std::string_view second) {
  e.clear();
  e.put(first);
  add_wire(e.request, e.carrier().slot, e.carrier().name, e.wire(second));
}

Skip twice(Edit& e) {
  if (e.variant == "bad-first") put_in_order(e, e.twin(), e.secret());
  if (e.variant == "good-first") put_in_order(e, e.secret(), e.twin());
  return std::nullopt;
}

Skip many(Edit& e) {
  e.clear();
  e.put(e.twin());
  for (int i = 0; i < k_wrong_guesses; ++i) {
    const std::string guess =
        i == k_wrong_guesses / 2 ? std::string(e.secret()) : random_like(e.secret(), e.random);
    add_wire(e.request, e.carrier().slot, e.carrier().name, e.wire(guess));
  }
  return std::nullopt;
}

Skip listed(Edit& e) {
  const std::string good = field_value(e, e.wire(e.secret()));
  const std::string bad = field_value(e, e.wire(e.twin()));
  e.request.set_field(field_of(e.carrier()),
                      e.variant == "bad-first" ? bad + ", " + good : good + ", " + bad);
  return std::nullopt;
}

// Another documented way to carry the same value on this operation; the one that the variant names.
const SecurityScheme* other_way(const Edit& e) {
  if (!e.variant.empty()) return e.context.spec->scheme(e.variant);
  for (const Alternative& alternative : e.context.operation->security) {
    if (alternative.schemes.size() != 1) continue;
    const SecurityScheme* other = e.context.spec->scheme(alternative.schemes.front());
    if (other == nullptr || other == e.context.scheme) continue;
    const Carrier& carrier = other->carriers[secret_index(*other)];
    const bool same_field =
        !field_of(carrier).empty() && field_of(carrier) == field_of(e.carrier());
    if (carrier.ref.value == e.carrier().ref.value && other->type != SchemeType::basic &&
        !e.is_basic() && !same_field) {
      return other;
    }
  }
  return nullptr;
}

bool same_secret(const Edit& e, const SecurityScheme& other) {
  const ValueRef& ref = other.carriers[secret_index(other)].ref;
  return ref.value == e.carrier().ref.value && ref.part == e.carrier().ref.part &&
         other.carriers.size() == e.scheme().carriers.size();
}

// A wrong credential for the other way: the twin where both carry the same secret, so that the two
// agree with each other.
std::optional<Credential> wrong_for(const Edit& e, const SecurityScheme& other) {
  if (same_secret(e, other)) return e.context.twin;
  auto credential = e.context.credential_of(other);
  if (credential) {
    std::string& secret = credential->bytes[secret_index(other)];
    secret = random_like(secret, e.random);
  }
  return credential;
}

Skip place_wrong(Edit& e) {
  const SecurityScheme* other = other_way(e);
  if (other == nullptr) return "the operation documents no second way for the same value";
  const auto credential = wrong_for(e, *other);
  if (!credential) return "the other credential is not known";
  place(e.request, *other, *credential);
  return std::nullopt;
}

Skip both_wrong(Edit& e) {
  e.put(e.context.twin);
  return place_wrong(e);
}

Skip two_principals(Edit& e) {
  const SecurityScheme* other = other_way(e);
  if (other == nullptr) return "the operation documents no second way for the same value";
  const auto foreign = e.context.foreign_of ? e.context.foreign_of(*other) : std::nullopt;
  if (!foreign) return "there is no second principal";
  place(e.request, *other, *foreign);
  return std::nullopt;
}

Skip as_array(Edit& e) {
  const ArrayForm& form = *std::ranges::find(k_arrays, e.variant, &ArrayForm::variant);
  const Carrier& carrier = e.carrier();
  add_wire(e.request, carrier.slot, carrier.name + std::string(form.suffix),
           form.value ? std::string(*form.value) : e.wire(e.twin()));
  return std::nullopt;
}

Skip as_type(Edit& e) {
  if (e.variant == "array-of-secret") {
    e.put_wire('[' + e.wire(e.secret()) + ']');
  } else {
    e.put_wire(e.variant == "zero"           ? "0"
               : e.variant == "empty-array"  ? "[]"
               : e.variant == "empty-object" ? "{}"
               : e.variant == "not-equal"    ? R"({"$ne":""})"
               : e.variant == "greater"      ? R"({"$gt":""})"
               : e.variant == "pattern"      ? R"({"$regex":".*"})"
                                             : e.variant);
  }
  return std::nullopt;
}

Skip alias(Edit& e) {
  const Carrier& carrier = e.carrier();
  std::string name = e.variant == "underscore"            ? replace_all(carrier.name, "-", "_")
                     : e.variant == "hyphen"              ? replace_all(carrier.name, "_", "-")
                     : to_lower(carrier.name) == "apikey" ? std::string(e.variant)
                                                          : carrier.name;
  if (name == carrier.name) return "the name has no such alias";
  if (documented(e, carrier.slot, name)) return "the alias is documented";
  add_wire(e.request, carrier.slot, name, e.wire(e.secret()));
  return std::nullopt;
}

Skip name_case(Edit& e) {
  const Carrier& carrier = e.carrier();
  std::string name = to_upper(carrier.name);
  if (e.variant == "capital") name = name.substr(0, 1) + to_lower(carrier.name).substr(1);
  if (name == carrier.name) return "the name is written so";
  add_wire(e.request, carrier.slot, name, e.wire(e.secret()));
  return std::nullopt;
}

Skip space_before_colon(Edit& e) {
  const std::string name(field_of(e.carrier()));
  e.request.fields.push_back(
      {.name = name, .value = {}, .line = name + " : " + field_value(e, e.wire(e.secret()))});
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "dup-one-wins",
     .family = Family::conflict,
     .level = Level::should,
     .document_gate = true,
     .severity = 4,
     .slots = k_single,
     .title = "One of two credentials in the same field wins",
     .right = "Two lines of a field that may stand once are refused.",
     .why = "A proxy that checks the first and a server that takes the last see two callers.",
     .fix = "Answer 400 when the field occurs twice.",
     .sources = "RFC 9110 section 5.3; CWE-235; CWE-444",
     .variants = k_orders,
     .build = twice},
    {.id = "dup-any-valid",
     .family = Family::conflict,
     .severity = 6,
     .slots = k_in_fields | k_urlencoded,
     .title = "One right credential among many is enough",
     .right = "Many credentials in one request are refused.",
     .why = "Twenty guesses cost one request: limits on attempts count a twentieth.",
     .fix = "Answer 400 when more than one credential is sent.",
     .sources = "ASVS 6.3.1; CWE-307",
     .build = many},
    {.id = "dup-comma",
     .family = Family::conflict,
     .level = Level::should,
     .severity = 4,
     .slots = k_single,
     .title = "A list of credentials in one field value is taken apart",
     .right = "A field value with a wrong and a right secret is a wrong secret.",
     .why = "Guesses can be bundled, and layers disagree about who is asking.",
     .fix = "Take the field value as one secret.",
     .sources = "RFC 9110 section 5.3; CWE-307",
     .variants = k_orders,
     .build = listed},
    {.id = "dup-query",
     .family = Family::conflict,
     .level = Level::should,
     .document_gate = true,
     .severity = 4,
     .slots = k_urlencoded,
     .title = "One of two credential parameters wins",
     .right = "A repeated credential parameter is answered 400.",
     .why = "A gateway that checks the first and a server that takes the last see two callers.",
     .fix = "Answer 400 when the parameter occurs twice.",
     .sources = "RFC 6749 section 3.2; RFC 6750 section 3.1; CWE-235",
     .variants = k_orders,
     .build = twice},
    {.id = "conflict-header-query",
     .family = Family::conflict,
     .level = Level::info,
     .severity = 3,
     .slots = k_header | k_query | k_cookie | k_bearer,
     .title = "A wrong credential beside the right one is passed over",
     .right = "A request uses one way to authenticate; a second, contradicting one is refused.",
     .why = "Which place counts may differ between endpoints and layers.",
     .fix = "Answer 400 when credentials come by two ways.",
     .sources = "RFC 6750 section 2",
     .build = place_wrong,
     .pairs = true},
    {.id = "conflict-two-principals",
     .family = Family::conflict,
     .level = Level::should,
     .severity = 6,
     .slots = k_header | k_query | k_cookie | k_bearer,
     .needs_foreign = true,
     .title = "A request in the name of two principals is accepted",
     .right = "Two different principals in one request are refused, or their order is documented.",
     .why = "What one layer permits for one of them is done by the next for the other.",
     .fix = "Answer 400 when credentials of two principals come together.",
     .sources = "CWE-436",
     .build = two_principals,
     .pairs = true},
    {.id = "pair-both-wrong",
     .family = Family::conflict,
     .severity = 9,
     .base = Base::absent,
     .title = "Two wrong credentials open where one does not",
     .right = "However many wrong credentials a request has, it is refused.",
     .why = "Whoever compares two places with each other believes anybody who fills both alike.",
     .fix = "Compare each credential with what is stored, and refuse where one is wrong.",
     .sources = "RFC 9110 section 11.4; CWE-287; CWE-1390",
     .build = both_wrong,
     .from = Depth::exhaustive,
     .pairs = true},
    {.id = "array-param",
     .family = Family::conflict,
     .severity = 9,
     .base = Base::absent,
     .expect = Expect::judged,
     .slots = k_urlencoded,
     .title = "A list in place of the secret is accepted, or makes the server fail",
     .right = "A parameter with brackets is another parameter: the credential is missing.",
     .why = "Comparing a list with a text fails open in more than one language.",
     .fix = "Insist on one string before comparing.",
     .sources = "CWE-843",
     .variants = k_array_variants,
     .build = as_array,
     .judge = refused_in_order},
    {.id = "json-type",
     .family = Family::conflict,
     .severity = 9,
     .base = Base::absent,
     .expect = Expect::judged,
     .slots = k_json,
     .title = "A JSON value of another type is accepted, or makes the server fail",
     .right = "A secret that is no JSON string is refused with a 4xx.",
     .why = "true, 0 and [] compare loosely with what is stored, and reach query builders.",
     .fix = "Insist on a string before comparing.",
     .sources = "CWE-843; CWE-1287; CVE-2013-3221",
     .variants = k_types,
     .build = as_type,
     .judge = refused_in_order},
    {.id = "json-dup-key",
     .family = Family::conflict,
     .level = Level::info,
     .severity = 4,
     .slots = k_json,
     .title = "One of two JSON members of the same name wins",
     .right = "A repeated member is refused, or always read the same way.",
     .why = "Parsers disagree which one counts, so that a filter and a server see two secrets.",
     .fix = "Refuse objects with repeated names.",
     .sources = "RFC 8259 section 4",
     .variants = k_orders,
     .build = twice},
    {.id = "name-underscore",
     .family = Family::conflict,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_header | k_query,
     .title = "A name with underscore for hyphen is taken for the documented one",
     .right = "Only the documented name carries the credential.",
     .why = "A proxy that strips or sets the one spelling lets the other through.",
     .fix = "Drop field names with underscores; compare names as documented.",
     .sources = "CWE-436; GHSA-5m6w-wvh7-57vm",
     .variants = k_aliases,
     .build = alias},
    {.id = "name-query-case",
     .family = Family::conflict,
     .level = Level::info,
     .severity = 1,
     .base = Base::absent,
     .slots = k_urlencoded,
     .title = "The parameter's name is compared without case",
     .right = "Parameter names are case-sensitive.",
     .why = "Harmless by itself; a filter that knows one spelling misses the other.",
     .fix = "Compare parameter names byte for byte.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_cases,
     .build = name_case},
    {.id = "name-space-colon",
     .family = Family::conflict,
     .severity = 6,
     .base = Base::absent,
     .slots = k_in_fields,
     .title = "A space before the field's colon is accepted",
     .right = "A field line with white space before its colon is answered 400.",
     .why = "It is how requests are smuggled past a proxy that reads the name otherwise.",
     .fix = "Use a server that refuses it.",
     .sources = "RFC 9112 section 5.1; CWE-444",
     .build = space_before_colon},
};

}  // namespace

std::span<const Mutation> conflict_rows() { return k_rows; }

}  // namespace keyward
