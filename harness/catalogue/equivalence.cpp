// SPDX-License-Identifier: Apache-2.0
// F13 equivalence: another spelling of a valid credential, which a right server accepts (field
// lines, parameters, Basic). Another spelling of the request around it: equivalence_request.cpp.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"

namespace keyward {
namespace {

constexpr std::string_view k_cases[] = {"lower", "upper", "mixed"};
constexpr std::string_view k_ows[] = {"none", "several"};
constexpr std::string_view k_odd_ows[] = {"tabs", "trailing"};
constexpr std::string_view k_orders[] = {"first", "last"};
constexpr std::string_view k_field_orders[] = {"first", "last", "among-unknown"};
constexpr std::string_view k_triplets[] = {"one", "all-upper", "all-lower"};
constexpr std::string_view k_spellings[] = {"raw", "encoded"};
constexpr std::string_view k_separators[] = {"doubled", "trailing", "leading"};
constexpr std::string_view k_spaces[] = {"two", "five"};
constexpr std::string_view k_users[] = {"empty", "letter", "email", "spaces",
                                        "utf8",  "long",   "secret"};
constexpr std::string_view k_ways[] = {"first", "second", "third"};
constexpr Slots k_in_fields = k_header | k_basic | k_bearer | k_cookie;

// The field line that carries the credential.
RequestField* own_line(Edit& e) { return e.request.field(field_of(e.carrier())); }

std::string mixed_case(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = (i % 2 == 0 ? to_lower(out.substr(i, 1)) : to_upper(out.substr(i, 1))).front();
  }
  return out;
}

Skip field_case(Edit& e) {
  RequestField* line = own_line(e);
  line->name = e.variant == "lower"   ? to_lower(line->name)
               : e.variant == "upper" ? to_upper(line->name)
                                      : mixed_case(line->name);
  return std::nullopt;
}

Skip white_space(Edit& e) {
  RequestField* line = own_line(e);
  line->line = line->name + (e.variant == "none" ? ":" : ":   ") + line->value;
  return std::nullopt;
}

Skip odd_white_space(Edit& e) {
  RequestField* line = own_line(e);
  line->line =
      line->name + (e.variant == "tabs" ? ":\t" + line->value + '\t' : ": " + line->value + "  ");
  return std::nullopt;
}

Skip many_spaces(Edit& e) {
  own_line(e)->value = "Basic" + std::string(e.variant == "two" ? 2 : 5, ' ') + e.wire(e.secret());
  return std::nullopt;
}

Skip field_order(Edit& e) {
  auto& fields = e.request.fields;
  const auto at = fields.begin() + (own_line(e) - fields.data());
  RequestField own = std::move(*at);
  fields.erase(at);
  const auto filler = [](std::string_view name) {
    return RequestField{.name = std::string(name), .value = "1", .line = {}};
  };
  if (e.variant == "first") {
    fields.insert(fields.begin(), own);
  } else if (e.variant == "last") {
    fields.push_back(own);
  } else {
    fields.insert(fields.end(), {filler("X-Keyward-Before"), own, filler("X-Keyward-After")});
  }
  return std::nullopt;
}

Skip unreserved_triplets(Edit& e) {
  const std::string_view secret = e.secret();
  if (e.variant == "one") {
    e.put_wire(percent_all(secret.substr(0, 1)) + e.wire(secret.substr(1)));
  } else {
    const std::string all = percent_all(secret);
    e.put_wire(e.variant == "all-lower" ? to_lower(all) : all);
  }
  return std::nullopt;
}

Skip reserved(Edit& e) {
  // What may stand raw in a query (RFC 3986 section 3.4) and divides nothing in a form.
  constexpr ByteSet k_raw = k_keep_form | ByteSet(":/?@!$'(),~");
  const std::string raw = encode_percent(e.secret(), k_raw);
  if (raw == encode_percent(e.secret(), k_keep_form)) return "the secret has no reserved character";
  e.put_wire(e.variant == "raw" ? raw : encode_percent(e.secret(), k_keep_form));
  return std::nullopt;
}

Skip name_triplet(Edit& e) {
  const Carrier& carrier = e.carrier();
  const std::string name = percent_all(carrier.name.substr(0, 1)) + carrier.name.substr(1);
  e.clear();
  if (carrier.slot == Slot::query) {
    e.request.query.push_back(name + '=' + e.wire(e.secret()));
  } else {
    if (!e.request.body.empty()) e.request.body += '&';
    e.request.body += name + '=' + e.wire(e.secret());
  }
  return std::nullopt;
}

Skip parameter_order(Edit& e) {
  const bool query = e.carrier().slot == Slot::query;
  const std::string pair = encode_form(e.carrier().name) + '=' + e.wire(e.secret());
  e.clear();
  if (query ? e.request.query.empty() : e.request.body.empty()) {
    return "the operation documents no other parameter";
  }
  const bool first = e.variant == "first";
  if (query) {
    e.request.query.insert(first ? e.request.query.begin() : e.request.query.end(), pair);
  } else {
    e.request.body = first ? pair + '&' + e.request.body : e.request.body + '&' + pair;
  }
  return std::nullopt;
}

Skip separators(Edit& e) {
  const std::string pair = encode_form(e.carrier().name) + '=' + e.wire(e.secret());
  const std::string bent = e.variant == "doubled"    ? '&' + pair
                           : e.variant == "trailing" ? pair + '&'
                                                     : "&&" + pair;
  const bool query = e.carrier().slot == Slot::query;
  if (!query && e.variant == "doubled") return "leading says it";
  if (query) {
    *std::ranges::find(e.request.query, pair) = bent;
  } else {
    e.request.body = replace_all(e.request.body, pair, bent);
  }
  return std::nullopt;
}

Skip extra_parameter(Edit& e) {
  const bool first = e.variant == "first";
  if (e.carrier().slot == Slot::query) {
    e.request.query.insert(first ? e.request.query.begin() : e.request.query.end(), "keyward=1");
  } else {
    e.request.body = first ? "keyward=1&" + e.request.body : e.request.body + "&keyward=1";
  }
  return std::nullopt;
}

Skip any_user(Edit& e) {
  const int index = carrier_index(e.scheme(), Slot::basic_user_id);
  if (index < 0 || !e.scheme().carriers[static_cast<std::size_t>(index)].ignored) {
    return "the user-id is not documented as ignored";
  }
  if (e.variant == "secret" && e.secret().contains(':')) return "a user-id cannot hold a colon";
  e.put_basic(e.variant == "empty"    ? ""
              : e.variant == "letter" ? "X"
              : e.variant == "email"  ? "jane.doe@example.com"
              : e.variant == "spaces" ? "a user with spaces"
              : e.variant == "utf8"   ? "J\u00FCrgen"
              : e.variant == "long"   ? std::string(300, 'u')
                                      : std::string(e.secret()),
              e.secret());
  return std::nullopt;
}

Skip password_colon(Edit& e) {
  if (!e.secret().contains(':')) return "the password has no colon";
  return std::nullopt;
}

// The n-th other way that the operation documents for the same value.
Skip other_way(Edit& e) {
  std::vector<const SecurityScheme*> ways;
  for (const Alternative& alternative : e.context.operation->security) {
    if (alternative.schemes.size() != 1) continue;
    const SecurityScheme* scheme = e.context.spec->scheme(alternative.schemes.front());
    if (scheme == nullptr || scheme == e.context.scheme) continue;
    if (scheme->carriers[secret_index(*scheme)].ref.value == e.carrier().ref.value) {
      ways.push_back(scheme);
    }
  }
  const auto n =
      static_cast<std::size_t>(std::ranges::find(k_ways, e.variant) - std::begin(k_ways));
  if (n >= ways.size()) return "the operation documents no further way for the same value";
  const auto credential =
      e.context.credential_of ? e.context.credential_of(*ways[n]) : std::optional<Credential>();
  if (!credential) return "the credential's other form is not known";
  e.clear();
  place(e.request, *ways[n], *credential);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "header-name-case",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_in_fields,
     .title = "The credential's field is refused under its name in another case",
     .right = "Field names are compared without case.",
     .why = "Clients and proxies write field names as they like, and are locked out.",
     .fix = "Compare field names ignoring case.",
     .sources = "RFC 9110 section 5.1",
     .variants = k_cases,
     .build = field_case},
    {.id = "ows-refused",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_in_fields,
     .title = "White space around the field value makes the credential wrong",
     .right = "White space around a field value is no part of it, and may be absent.",
     .why = "Clients that follow the standard are locked out.",
     .fix = "Trim the field value where the line is parsed.",
     .sources = "RFC 9110 section 5.5; RFC 9112 section 5",
     .variants = k_ows,
     .build = white_space},
    // Right by the same clause, but servers that many rely on fail here, and hardly any client does
    // so: told, never a failure.
    {.id = "ows-odd-refused",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .slots = k_in_fields,
     .title = "Tabs or trailing white space around the field value make the credential wrong",
     .right = "Tabs count as white space around a field value, and so does what stands behind it.",
     .why = "Hardly any client writes it; a proxy may.",
     .fix = "Trim the field value on both sides, of spaces and tabs.",
     .sources = "RFC 9110 section 5.5; RFC 9112 section 5",
     .variants = k_odd_ows,
     .build = odd_white_space},
    {.id = "field-order",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_in_fields,
     .title = "The credential counts only at some place among the fields",
     .right = "The order of fields with different names has no meaning.",
     .why = "Proxies reorder and add fields, and lock clients out.",
     .fix = "Look the field up by name.",
     .sources = "RFC 9110 section 5.3",
     .variants = k_field_orders,
     .build = field_order},
    {.id = "pct-unreserved-refused",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "A percent-encoded letter makes the credential wrong",
     .right = "A triplet of an unreserved character is that character, in either case of digits.",
     .why = "Clients that encode more than they must are locked out.",
     .fix = "Decode the value once before comparing.",
     .sources = "RFC 3986 sections 2.3, 6.2.2.1 and 6.2.2.2",
     .variants = k_triplets,
     .build = unreserved_triplets},
    {.id = "colon-pct-refused",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "A reserved character counts only raw, or only encoded",
     .right = "`:` and `%3A` in a value are one.",
     .why = "Half of the clients are locked out, depending on their URL library.",
     .fix = "Decode the value once before comparing.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_spellings,
     .build = reserved},
    {.id = "pct-name-refused",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "A percent-encoded letter in the parameter's name hides the credential",
     .right = "Names are decoded like values.",
     .why = "Clients that encode more than they must are locked out.",
     .fix = "Decode names and values alike.",
     .sources = "WHATWG URL section 5.1",
     .build = name_triplet},
    {.id = "param-order",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "The credential counts only at some place among the parameters",
     .right = "The order of parameters with different names has no meaning.",
     .why = "Clients keep parameters in maps, in any order.",
     .fix = "Look the parameter up by name.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_orders,
     .build = parameter_order},
    {.id = "empty-pairs",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "An empty piece between parameters hides the credential",
     .right = "Empty pieces between `&` are passed over.",
     .why = "Clients that build queries by joining strings are locked out.",
     .fix = "Parse by the rules of WHATWG urlencoded.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_separators,
     .build = separators},
    {.id = "extra-params",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .slots = k_urlencoded,
     .title = "A parameter beside the credential makes the request refused",
     .right = "An unknown parameter is passed over, unless the documents say otherwise.",
     .why = "Clients add parameters for caches and statistics.",
     .fix = "Ignore parameters that mean nothing, or document that they are refused.",
     .sources = "WHATWG URL section 5.1",
     .variants = k_orders,
     .build = extra_parameter},
    {.id = "basic-multi-sp",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 2,
     .expect = Expect::accepted,
     .slots = k_basic,
     .title = "More than one space behind Basic makes the credential wrong",
     .right = "One or more spaces divide the scheme from the token.",
     .why = "The grammar allows it, few servers do.",
     .fix = "Skip all spaces behind the scheme.",
     .sources = "RFC 9110 section 11.4; lather#21",
     .variants = k_spaces,
     .build = many_spaces},
    {.id = "username-checked",
     .family = Family::equivalence,
     .severity = 5,
     .expect = Expect::accepted,
     .slots = k_basic,
     .title = "The user-id counts although it is documented as ignored",
     .right = "Any user-id will do beside the right password.",
     .why = "Clients that follow the documents are locked out.",
     .fix = "Look at the password alone.",
     .sources = "the API's own documents",
     .variants = k_users,
     .build = any_user},
    {.id = "password-colon",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .slots = k_basic,
     .title = "A password with a colon is refused",
     .right = "What follows the first colon is the password, colons included.",
     .why = "People with strong passwords are locked out.",
     .fix = "Split at the first colon only.",
     .sources = "RFC 7617 section 2",
     .build = password_colon},
    {.id = "same-by-every-way",
     .family = Family::equivalence,
     .severity = 4,
     .expect = Expect::accepted,
     .title = "The same credential opens less by another documented way",
     .right = "Each documented way gives the same answer.",
     .why = "The documents promise a choice that is none.",
     .fix = "Authenticate first, by whichever way, and then forget the way.",
     .sources = "the API's own documents",
     .variants = k_ways,
     .build = other_way},
};

}  // namespace

std::span<const Mutation> equivalence_rows() { return k_rows; }

}  // namespace keyward
