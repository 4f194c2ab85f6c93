// SPDX-License-Identifier: Apache-2.0
// F14 cookie: a credential in a cookie, under its name and beside others. RFC 6265 says how a
// cookie is written and leaves to the server how it is read: most of what differs is told only.
#include <algorithm>
#include <string>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"

namespace keyward {
namespace {

constexpr std::string_view k_orders[] = {"bad-first", "good-first"};
constexpr std::string_view k_cases[] = {"upper", "lower"};
constexpr std::string_view k_names[] = {"longer-before", "longer-behind"};
constexpr std::string_view k_places[] = {"before", "behind", "between"};
constexpr std::string_view k_spaces[] = {"before", "behind"};
constexpr std::string_view k_doubles[] = {"made-up", "foreign"};

// What the request has in Cookie: the credential, where the row's base is valid.
std::string own_value(const Edit& e) {
  const RequestField* field = e.request.field("Cookie");
  return field == nullptr ? std::string() : field->value;
}

// Adds a pair behind what is there.
void add_pair(Edit& e, std::string_view name, std::string_view rest) {
  const std::string before = own_value(e);
  e.request.set_field("Cookie",
                      (before.empty() ? "" : before + "; ") + std::string(name).append(rest));
}

Skip among_others(Edit& e) {
  const std::string own = own_value(e);
  e.request.set_field("Cookie", e.variant == "before"   ? own + "; keyward=1"
                                : e.variant == "behind" ? "keyward=1; " + own
                                                        : "keyward=1; " + own + "; theme=dark");
  return std::nullopt;
}

Skip twice(Edit& e) {
  const bool bad_first = e.variant == "bad-first";
  e.put(bad_first ? e.twin() : e.secret());
  add_wire(e.request, Slot::cookie, e.carrier().name, bad_first ? e.secret() : e.twin());
  return std::nullopt;
}

Skip two_lines(Edit& e) {
  const std::string own = own_value(e);
  e.request.set_field("Cookie", "keyward=1");
  e.request.add_field("Cookie", own);
  return std::nullopt;
}

Skip quoted(Edit& e) {
  add_pair(e, e.carrier().name, "=\"" + e.wire(e.secret()) + '"');
  return std::nullopt;
}

Skip name_case(Edit& e) {
  const std::string& own = e.carrier().name;
  const std::string name = e.variant == "upper" ? to_upper(own) : to_lower(own);
  if (name == own) return "the name is written so";
  if (documented(e, Slot::cookie, name)) return "that name is documented, too";
  add_pair(e, name, '=' + e.wire(e.secret()));
  return std::nullopt;
}

Skip longer_name(Edit& e) {
  const std::string& own = e.carrier().name;
  add_pair(e, e.variant == "longer-before" ? 'x' + own : own + 'x', '=' + e.wire(e.secret()));
  return std::nullopt;
}

Skip version(Edit& e) {
  e.request.set_field("Cookie", "$Version=1; " + own_value(e) + "; $Path=/");
  return std::nullopt;
}

Skip spaces(Edit& e) {
  add_pair(e, e.carrier().name, (e.variant == "before" ? " =" : "= ") + e.wire(e.secret()));
  return std::nullopt;
}

Skip own_double(Edit& e) {
  const auto others = doubles_of(e);
  if (others.empty()) return "no other scheme repeats the value";
  const std::string bytes(e.variant == "made-up" ? e.twin() : e.foreign());
  if (bytes.empty()) return "the foreign principal holds no such value";
  e.put(bytes);
  for (const SecurityScheme* other : others) {
    Credential credential;
    credential.bytes.assign(other->carriers.size(), bytes);
    place(e.request, *other, credential);
  }
  return std::nullopt;
}

// A value that stands in cookie and field as well is compared with itself: see double-submit.
Skip of_another_session(Edit& e) {
  const std::string& value = e.carrier().ref.value;
  const Operation* issuer = e.context.spec->issuer(value);
  const auto with_session = [&](const SecurityScheme* other) {
    return issuer != nullptr && issuer->issues->value != value &&
           other->takes(issuer->issues->value);
  };
  if (std::ranges::none_of(companions_of(e), with_session) || !doubles_of(e).empty())
    return "it does not go with the session that it was issued with";
  if (!e.context.foreign) return "there is no second principal";
  e.put(*e.context.foreign);
  return std::nullopt;
}

constexpr Mutation k_rows[] = {
    {.id = "cookie-among-others",
     .family = Family::cookie,
     .severity = 5,
     .expect = Expect::accepted,
     .slots = k_cookie,
     .title = "The credential's cookie is not found among others",
     .right = "Cookies come in any order, and with others that the server knows nothing of.",
     .why = "Any other cookie of the same site locks its users out.",
     .fix = "Take the Cookie field apart at each `; ` and look for the name.",
     .sources = "RFC 6265 sections 4.2.1 and 5.4",
     .variants = k_places,
     .build = among_others},
    {.id = "double-submit",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 4,
     .slots = k_cookie,
     .title = "A double value that the session knows nothing of is accepted",
     .right = "The value in cookie and field is one that was issued with this session.",
     .why = "Who can set a cookie from a neighbouring host can forge requests again.",
     .fix = "Bind the value to the session, or sign it with a key of the server's.",
     .sources = "CWE-352",
     .variants = k_doubles,
     .build = own_double,
     .combined = true},
    {.id = "csrf-unbound",
     .family = Family::cookie,
     .level = Level::should,
     .severity = 6,
     .needs_foreign = true,
     .title = "A value against CSRF counts that was issued with another session",
     .right = "The value is the one that was issued with this session.",
     .why = "An attacker logs in, takes the value of that session, and forges with it.",
     .fix = "Keep the value with the session, and compare it with that.",
     .sources = "ASVS 3.5.1; CWE-352",
     .build = of_another_session,
     .combined = true},
    {.id = "cookie-duplicate",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 3,
     .slots = k_cookie,
     .title = "One of two cookies of the same name wins",
     .right = "Two different credentials under one name are refused, or always read the same way.",
     .why = "A neighbour's subdomain can set a cookie of that name, and be the one that counts.",
     .fix = "Refuse a repeated credential cookie, and give it a name with the prefix __Host-.",
     .sources = "RFC 6265 sections 4.2.2 and 8.6",
     .variants = k_orders,
     .build = twice},
    {.id = "cookie-lines",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .slots = k_cookie,
     .title = "A cookie in a second Cookie line is not found",
     .right = "Browsers send one line; what a proxy made two of is one list of cookies.",
     .why = "HTTP/2 splits the field, and not every proxy joins it again.",
     .fix = "Read all Cookie lines.",
     .sources = "RFC 6265 section 5.4; RFC 9113 section 8.2.3",
     .build = two_lines},
    {.id = "cookie-quoted",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 1,
     .base = Base::absent,
     .slots = k_cookie,
     .title = "Quotes around a cookie's value are taken off",
     .right = "Quotes are part of the value that was set, and no part of this one.",
     .why = "Parsers that know quotes and parsers that do not see two values.",
     .fix = "Compare the value as it was set.",
     .sources = "RFC 6265 sections 4.1.1 and 5.2",
     .build = quoted},
    {.id = "cookie-name-case",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 1,
     .base = Base::absent,
     .slots = k_cookie,
     .title = "The cookie's name is compared without case",
     .right = "Names of cookies are told apart by their case.",
     .why = "A cookie that a browser's rules for prefixes do not guard counts as one they do.",
     .fix = "Compare cookie names byte for byte.",
     .sources = "RFC 6265 section 5.3",
     .variants = k_cases,
     .build = name_case},
    {.id = "cookie-name-part",
     .family = Family::cookie,
     .level = Level::should,
     .severity = 4,
     .base = Base::absent,
     .slots = k_cookie,
     .title = "A cookie whose name contains the documented one is taken for it",
     .right = "Only a cookie of exactly the documented name carries the credential.",
     .why = "Cookies that anybody may set are searched for the one that logs in.",
     .fix = "Take the Cookie field apart and compare whole names.",
     .sources = "RFC 6265 section 4.2.1; CWE-187",
     .variants = k_names,
     .build = longer_name},
    {.id = "cookie-version",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .slots = k_cookie,
     .title = "A cookie called $Version makes the credential wrong",
     .right = "Names that begin with $ mean nothing since RFC 6265.",
     .why = "A parser of the old syntax behind $Version reads quotes and semicolons otherwise.",
     .fix = "Use a parser of RFC 6265, without the old attributes.",
     .sources = "RFC 6265 sections 1 and 4.2",
     .build = version},
    {.id = "cookie-spaces",
     .family = Family::cookie,
     .level = Level::info,
     .severity = 1,
     .base = Base::absent,
     .slots = k_cookie,
     .title = "Spaces around a cookie's = are passed over",
     .right = "A cookie pair has no space around its equals sign.",
     .why = "Harmless by itself; a filter that reads strictly misses the cookie.",
     .fix = "Read the pair as the grammar has it.",
     .sources = "RFC 6265 section 4.2.1",
     .variants = k_spaces,
     .build = spaces},
};

}  // namespace

std::span<const Mutation> cookie_rows() { return k_rows; }

}  // namespace keyward
