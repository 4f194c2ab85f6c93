// SPDX-License-Identifier: Apache-2.0
// F1 presence: is a credential needed at all, and is something that is none taken for one?
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/data.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::string_view k_empties[] = {"empty", "no-equals"};
constexpr std::string_view k_blanks[] = {"space", "tab", "nbsp", "ideographic"};
constexpr std::string_view k_nulls[] = {"null",  "undefined", "none", "zero",
                                        "false", "nil",       "nan",  "true"};
constexpr std::string_view k_inherited[] = {"proto", "constructor", "to-string"};
constexpr std::string_view k_common[] = {"password", "admin",    "secret",       "123456",
                                         "test",     "changeme", "your_api_key", "zeros"};
constexpr std::string_view k_samples[] = {"first", "second", "third"};
constexpr std::string_view k_schemes[] = {"basic", "bearer", "nothing"};
constexpr std::string_view k_wildcards[] = {
    "star", "percent", "underscores", "regex", "prefix-percent", "question-mark", "class"};
constexpr std::string_view k_injections[] = {"sql", "mongo", "ldap", "user-sql"};
constexpr std::string_view k_foreign_schemes[] = {"Negotiate", "Digest", "NTLM", "AWS4-HMAC-SHA256",
                                                  "Token"};
constexpr std::string_view k_accounts[] = {"admin:admin", "root:root", "guest:guest", "test:test",
                                           "admin:",      "root:",     "system:",     "internal:"};
constexpr std::string_view k_whose[] = {"", "wrong"};
// Ways of a request that a site of somebody else's cannot send, or that only such a one sends:
// where they are taken for proof, or passed over, the value against CSRF is not looked at.
constexpr std::string_view k_parts[] = {"one",        "with-doubles", "xhr",
                                        "own-origin", "plain-text",   "form",
                                        "patch",      "tunnel-field", "tunnel-parameter"};

Skip nothing(Edit&) { return std::nullopt; }

// The scheme's own part is gone already; `with-doubles`, what carries the same value is gone, too.
Skip leave_out(Edit& e) {
  if (e.variant == "xhr") e.request.set_field("X-Requested-With", "XMLHttpRequest");
  if (e.variant == "own-origin") {
    const std::string origin = own_origin(e);
    e.request.set_field("Origin", origin);
    e.request.set_field("Referer", origin + "/");
  }
  if (e.variant == "plain-text" || e.variant == "form") {
    if (e.request.body.empty()) return "the operation has no body";
    e.request.set_field("Content-Type",
                        e.variant == "form" ? "application/x-www-form-urlencoded" : "text/plain");
  }
  if (e.variant == "patch") {
    if (e.request.method != "PUT") return "PATCH is not what a router takes for the method";
    e.request.method = "PATCH";
  }
  if (e.variant.starts_with("tunnel")) {
    if (e.request.method == "GET" || e.request.method == "POST")
      return "a form can send the method itself";
    if (e.variant == "tunnel-field")
      e.request.set_field("X-HTTP-Method-Override", e.request.method);
    else
      e.request.query.push_back("_method=" + e.request.method);
    e.request.method = "POST";
  }
  if (e.variant != "with-doubles") return std::nullopt;
  const auto others = doubles_of(e);
  if (others.empty()) return "no other scheme repeats the value";
  for (const SecurityScheme* other : others) remove(e.request, *other);
  return std::nullopt;
}

Skip empty(Edit& e) {
  const Slot slot = e.carrier().slot;
  if (e.variant == "no-equals") {
    if (!urlencoded(slot)) return "only a query or a form has a name without =";
    e.put("");
    std::string& text = slot == Slot::query ? e.request.query.back() : e.request.body;
    text.pop_back();
  } else if (e.is_basic()) {
    e.put_basic("", "");
  } else {
    e.put("");
  }
  return std::nullopt;
}

Skip blank(Edit& e) {
  const std::string_view bytes = e.variant == "space"  ? " "
                                 : e.variant == "tab"  ? "\t"
                                 : e.variant == "nbsp" ? "\xC2\xA0"
                                                       : "\xE3\x80\x80";
  if (!encodes_bytes(e.carrier().slot) && (e.variant == "space" || e.variant == "tab")) {
    return "white space around a field value is no part of it (RFC 9110 section 5.5)";
  }
  e.put(bytes);
  return std::nullopt;
}

Skip null_word(Edit& e) {
  e.put(e.variant == "zero" ? "0" : e.variant == "nan" ? "NaN" : e.variant);
  return std::nullopt;
}

// The n-th sample of what a carrier refers to: the whole value, or its part of a composite one.
std::optional<std::string> sample_of(const Edit& e, const ValueRef& ref, std::ptrdiff_t n) {
  for (const auto& [value, bytes] : e.context.spec->samples) {
    if (value != ref.value || n-- > 0) continue;
    if (ref.part.empty()) return bytes;
    for (const Principal& principal : e.context.spec->principals) {
      const Value* composite = find_value(principal, value);
      if (composite == nullptr || composite->parts.empty()) continue;
      const std::size_t at = bytes.find(composite->separator);
      if (at == std::string::npos) return std::nullopt;
      return ref.part == composite->parts.front() ? bytes.substr(0, at) : bytes.substr(at + 1);
    }
  }
  return std::nullopt;
}

Skip sample(Edit& e) {
  const auto n = std::ranges::find(k_samples, e.variant) - std::begin(k_samples);
  if (!sample_of(e, e.carrier().ref, n)) return "the documents print no such sample credential";
  Credential credential = e.context.valid;
  for (std::size_t i = 0; i < credential.bytes.size(); ++i) {
    if (auto bytes = sample_of(e, e.scheme().carriers[i].ref, n))
      credential.bytes[i] = e.context.dress + *bytes;
  }
  e.put(credential);
  return std::nullopt;
}

Skip scheme_only(Edit& e) {
  e.request.set_field("Authorization", e.variant == "basic"    ? "Basic"
                                       : e.variant == "bearer" ? "Bearer"
                                                               : "");
  return std::nullopt;
}

// What every JavaScript object has under that name, and how that reads as a text.
Skip common(Edit& e) {
  if (e.variant == "zeros") {
    // What a column holds where nobody has filled it.
    const std::string zeros(e.secret().size(), '0');
    if (zeros == e.secret()) return "the secret is that";
    e.put(zeros);
    return std::nullopt;
  }
  if (e.secret() == e.variant) return "the secret is that word";
  e.put(e.variant);
  return std::nullopt;
}

Skip inherited(Edit& e) {
  const std::string_view name = e.variant == "proto"         ? "__proto__"
                                : e.variant == "constructor" ? "constructor"
                                                             : "toString";
  const std::string_view text = e.variant == "proto" ? "[object Object]"
                                : e.variant == "constructor"
                                    ? "function Object() { [native code] }"
                                    : "function toString() { [native code] }";
  if (e.is_basic() && !e.scheme().carriers[0].ignored) {
    e.put_basic(name, text);
  } else {
    e.put(name);
  }
  return std::nullopt;
}

Skip wildcard(Edit& e) {
  const std::string_view secret = e.secret();
  if (e.variant == "star") e.put("*");
  if (e.variant == "percent") e.put("%");
  if (e.variant == "underscores") e.put(std::string(secret.size(), '_'));
  if (e.variant == "regex") e.put(".*");
  const std::string cut(secret.substr(0, secret.size() - 1));
  if (e.variant == "question-mark") e.put(cut + '?');
  if (e.variant == "class") e.put(cut + "[!-~]");
  if (e.variant == "prefix-percent") e.put(std::string(secret.substr(0, secret.size() / 2)) + '%');
  return std::nullopt;
}

// A scheme of the field's that the operation does not document, with something behind it.
Skip foreign_scheme(Edit& e) {
  for (const Alternative& alternative : e.context.operation->security) {
    for (const std::string& id : alternative.schemes) {
      const SecurityScheme& scheme = *e.context.spec->scheme(id);
      if (scheme.type == SchemeType::api_key &&
          equals_ignoring_case(scheme.carriers.front().name, "Authorization"))
        return "the documented field has no auth-scheme";
    }
  }
  e.request.set_field("Authorization",
                      std::string(e.variant) + ' ' + e.random.text(k_alphanumeric, 32));
  return std::nullopt;
}

Skip default_account(Edit& e) {
  const std::size_t colon = e.variant.find(':');
  const auto user = e.variant.substr(0, colon);
  const auto password = e.variant.substr(colon + 1);
  if (user == e.user_id() && password == e.secret()) return "it is the right one";
  e.put_basic(user, password);
  return std::nullopt;
}

Skip wrong_or_none(Edit& e) {
  if (e.variant == "wrong") e.put(e.twin());
  return std::nullopt;
}

Skip injection(Edit& e) {
  if (e.variant == "user-sql") {
    if (!e.is_basic() || e.scheme().carriers[0].ignored) return "the credential has no user-id";
    e.put_basic("' OR 1=1 -- ", e.twin());
    return std::nullopt;
  }
  e.put(e.variant == "sql"     ? "' OR '1'='1"
        : e.variant == "mongo" ? R"({"$ne":null})"
                               : "*)(objectClass=*");
  return std::nullopt;
}

// A handler that goes on behind its refusal: the status says no, the body is the resource.
Outcome judge_refusal(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const bool shown = evidence.reception == Reception::refused && evidence.valid != nullptr &&
                     carries_data(*evidence.exchange.response, *evidence.valid);
  return {shown ? Verdict::fail : Verdict::pass, seen(evidence) + (shown ? ", with the data" : "")};
}

constexpr Mutation k_rows[] = {
    {.id = "open-endpoint",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "No credential is needed",
     .right = "A request without credentials is refused.",
     .why = "Anybody who knows the address reads or changes what the key was to protect.",
     .fix = "Authenticate before routing to the handler, and deny by default.",
     .sources = "RFC 9110 sections 11.4 and 15.5.2; API2; ASVS 8.2.1; CWE-306; CVE-2022-1388",
     .build = nothing,
     .is_control = true},
    {.id = "data-with-refusal",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A refusal carries the data that it refuses",
     .right = "The answer to a request without credentials holds none of the resource's data.",
     .why = "The handler goes on behind the refusal: whoever reads the body needs no credential.",
     .fix = "Return where the request is refused, and stop the handler there.",
     .sources = "RFC 9110 section 15.5.2; CWE-698; CWE-200",
     .variants = k_whose,
     .build = wrong_or_none,
     .judge = judge_refusal},
    {.id = "foreign-scheme",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "Credentials of a scheme that nobody documented open",
     .right = "An auth-scheme that the server does not take is as good as no credential.",
     .why = "What another layer is trusted to have verified, nobody has.",
     .fix = "Refuse auth-schemes that are not your own.",
     .sources = "RFC 9110 section 11.4; CWE-287",
     .variants = k_foreign_schemes,
     .build = foreign_scheme},
    {.id = "default-account",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .slots = k_basic,
     .title = "An account that everybody tries first opens",
     .right =
         "admin, root, guest and the like, with their own names for passwords or with none, are "
         "refused.",
     .why = "What was left in for a demonstration opens to the first who guesses.",
     .fix = "Take out default accounts before the code leaves a developer's machine.",
     .sources = "ASVS 13.2.3; CWE-798; CWE-1392",
     .variants = k_accounts,
     .build = default_account},
    {.id = "part-missing",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::scheme,
     .title = "One credential of a combination suffices",
     .right = "A request that lacks one of the credentials that go together is refused.",
     .why = "The second credential protects nothing: a CSRF token, an app's own key.",
     .fix = "Require every part before any of them counts.",
     .sources = "RFC 9110 sections 11.4 and 15.5.2; API2:2023; CWE-306; CWE-352",
     .variants = k_parts,
     .build = leave_out,
     .combined = true},
    {.id = "empty-accepted",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .title = "An empty secret is accepted",
     .right = "A credential without content is treated as none and refused.",
     .why = "An account whose stored secret is missing or empty opens to everybody.",
     .fix = "Refuse an empty secret before looking anything up.",
     .sources = "RFC 6749 section 3.2; CWE-1390; CVE-2017-5689",
     .variants = k_empties,
     .build = empty},
    {.id = "blank-accepted",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .title = "White space is accepted as a secret",
     .right = "A secret of blanks is refused like a wrong one.",
     .why = "A trimmed blank equals an empty stored secret: an account without key is open to all.",
     .fix = "Refuse an empty secret before and after any normalisation.",
     .sources = "CWE-287",
     .variants = k_blanks,
     .build = blank},
    {.id = "null-literal",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .title = "A word for nothing is accepted as a secret",
     .right = "The texts null, undefined, none, 0, false, nil, NaN and true are refused like any "
              "wrong secret.",
     .why = "A missing value that some layer spelled out matches an account whose key is missing.",
     .fix = "Compare with the stored secret as a string, and refuse accounts that have none.",
     .sources = "CWE-1390; CVE-2013-3221",
     .variants = k_nulls,
     .build = null_word},
    {.id = "common-secret",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .title = "A word that everybody tries first is accepted as a secret",
     .right = "Words such as password, admin and changeme, and zeros alone, are wrong secrets.",
     .why = "What was left in for a demonstration opens to the first who guesses.",
     .fix = "Take out default and master passwords before the code leaves a developer's machine.",
     .sources = "ASVS 13.2.3; CWE-798; CWE-1393",
     .variants = k_common,
     .build = common},
    {.id = "inherited-name",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .title = "A name that every object has is accepted as a credential",
     .right = "The names __proto__, constructor and toString are refused like any that is unknown.",
     .why = "Where credentials are the keys of an object, such a name is found without being one.",
     .fix = "Keep credentials in a Map, or ask for own properties only.",
     .sources = "CWE-1321; CWE-843",
     .variants = k_inherited,
     .build = inherited},
    {.id = "default-secret",
     .family = Family::presence,
     .document_gate = true,
     .severity = 9,
     .base = Base::absent,
     .title = "The sample credential of the documentation works",
     .right = "A credential that the documents print is refused like any other wrong one.",
     .why = "It is the first secret that anybody tries, and search engines know it.",
     .fix = "Delete accounts and keys that were made for examples, and print impossible ones.",
     .sources = "ASVS 13.2.3; CWE-798; CWE-1392",
     .variants = k_samples,
     .build = sample},
    {.id = "scheme-only",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .scope = Scope::operation,
     .title = "An auth-scheme with nothing behind it is accepted",
     .right = "An Authorization field that names a scheme and carries no credentials is refused.",
     .why = "The server looks whether the field is there, not what it says.",
     .fix = "Require credentials behind the scheme, and verify them.",
     .sources = "RFC 9110 section 11.4",
     .variants = k_schemes,
     .build = scheme_only},
    {.id = "wildcard-secret",
     .family = Family::presence,
     .severity = 9,
     .base = Base::absent,
     .title = "A wildcard is accepted as a secret",
     .right = "Pattern characters in a secret mean themselves, and such a secret is wrong.",
     .why = "A secret compared by LIKE or a regular expression matches whatever is stored.",
     .fix = "Compare for equality of bytes, in constant time.",
     .sources = "CWE-625; CWE-943",
     .variants = k_wildcards,
     .build = wildcard},
    {.id = "injection-secret",
     .family = Family::presence,
     .severity = 10,
     .base = Base::absent,
     .title = "A secret that is a piece of a query language is accepted",
     .right = "The secret is data to the look-up, whatever characters it has, and is refused.",
     .why = "Whoever can change the look-up is everybody's account, and often the database too.",
     .fix = "Bind the secret as a parameter and insist that it is a string.",
     .sources = "API8; CWE-89; CWE-943",
     .variants = k_injections,
     .build = injection},
};

}  // namespace

std::span<const Mutation> presence_rows() { return k_rows; }

}  // namespace keyward
