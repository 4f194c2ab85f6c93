// SPDX-License-Identifier: Apache-2.0
// F10 authz, the rows that are one request: is a credential taken where another one is documented?
// F11 response, the row that needs a request of its own. What needs several requests: tenancy.cpp.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/catalogue/build.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

constexpr std::string_view k_slots[] = {"header", "query", "cookie", "form", "json", "bearer"};
constexpr std::string_view k_others[] = {"first", "second", "third", "fourth", "fifth"};
constexpr std::string_view k_halves[] = {"first", "second", "swapped"};
constexpr std::string_view k_shifts[] = {"left", "right", "first-twice", "second-twice"};

bool accepted_here(const Edit& e, const SecurityScheme& scheme) {
  return std::ranges::any_of(e.context.operation->security, [&](const Alternative& alternative) {
    return std::ranges::find(alternative.schemes, scheme.id) != alternative.schemes.end();
  });
}

std::optional<Credential> credential_of(const Edit& e, const SecurityScheme& scheme) {
  return e.context.credential_of ? e.context.credential_of(scheme) : std::nullopt;
}

const ValueRef& secret_ref(const SecurityScheme& scheme) {
  return scheme.carriers[secret_index(scheme)].ref;
}

bool same_ref(const ValueRef& a, const ValueRef& b) {
  return a.value == b.value && a.part == b.part;
}

// A form field has no place in a JSON body, nor a member in a form.
bool body_is_other(const Edit& e, Slot slot) {
  const bool is_json = e.context.operation->json.has_value();
  return !e.request.body.empty() &&
         ((slot == Slot::form && is_json) || (slot == Slot::json && !is_json));
}

// Whether the operation takes the scheme's secret, be it in another place.
bool taken_here(const Edit& e, const SecurityScheme& scheme) {
  return std::ranges::any_of(e.context.spec->schemes, [&](const SecurityScheme& other) {
    return accepted_here(e, other) && same_ref(secret_ref(other), secret_ref(scheme));
  });
}

// Places the first scheme that suits, which the operation does not document.
Skip place_undocumented(Edit& e, bool (*suits)(const Edit&, const SecurityScheme&)) {
  for (const SecurityScheme& scheme : e.context.spec->schemes) {
    if (!suits(e, scheme) || accepted_here(e, scheme)) continue;
    if (body_is_other(e, scheme.carriers[0].slot)) continue;
    const auto credential = credential_of(e, scheme);
    if (!credential) continue;
    place(e.request, scheme, *credential);
    return std::nullopt;
  }
  return "the spec has no such scheme that the operation does not document";
}

Skip key_for_basic(Edit& e) {
  return place_undocumented(e, [](const Edit& edit, const SecurityScheme& scheme) {
    constexpr Slot k_order[] = {Slot::header, Slot::query, Slot::cookie,
                                Slot::form,   Slot::json,  Slot::bearer};
    const auto wanted = std::ranges::find(k_slots, edit.variant) - std::begin(k_slots);
    // A key that is documented here opens no more than it should; its places are placement's.
    return scheme.type != SchemeType::basic && scheme.carriers[0].slot == k_order[wanted] &&
           !taken_here(edit, scheme);
  });
}

Skip basic_for_key(Edit& e) {
  const bool documented_basic =
      std::ranges::any_of(e.context.spec->schemes, [&](const SecurityScheme& scheme) {
        return scheme.type == SchemeType::basic && accepted_here(e, scheme);
      });
  if (documented_basic) return "the operation documents Basic";
  return place_undocumented(e, [](const Edit&, const SecurityScheme& scheme) {
    return scheme.type == SchemeType::basic;
  });
}

Skip basic_reads(Edit& e) {
  if (e.context.operation->unsafe()) return "basic-where-key-unsafe says it";
  return basic_for_key(e);
}

Skip basic_changes(Edit& e) {
  if (!e.context.operation->unsafe()) return "basic-where-key says it";
  return basic_for_key(e);
}

// The schemes with which one gets what the scheme under test carries.
std::vector<const SecurityScheme*> long_term_schemes(const Edit& e) {
  std::vector<const SecurityScheme*> out;
  const Operation* issuer = e.context.spec->issuer(e.carrier().ref.value);
  if (issuer == nullptr) return out;
  for (const Alternative& alternative : issuer->security) {
    for (const std::string& id : alternative.schemes) {
      const SecurityScheme* scheme = e.context.spec->scheme(id);
      if (scheme != nullptr && secret_ref(*scheme).value != e.carrier().ref.value) {
        out.push_back(scheme);
      }
    }
  }
  return out;
}

// Whether the operation documents that other secret in the very place of the one under test (two
// kinds of Bearer token): there it is no stranger.
bool at_home(const Edit& e, const ValueRef& ref) {
  return std::ranges::any_of(e.context.spec->schemes, [&](const SecurityScheme& scheme) {
    const Carrier& carrier = scheme.carriers[secret_index(scheme)];
    return accepted_here(e, scheme) && same_ref(carrier.ref, ref) &&
           same_place(carrier, e.carrier().slot, e.carrier().name);
  });
}

Skip put_secret_of(Edit& e, const SecurityScheme& scheme) {
  const auto credential = credential_of(e, scheme);
  if (!credential) return "the other credential is not known";
  e.put(credential->bytes[secret_index(scheme)]);
  return std::nullopt;
}

Skip long_term(Edit& e) {
  const auto schemes = long_term_schemes(e);
  if (schemes.empty()) return "no other secret issues what is used here";
  const auto stranger = std::ranges::find_if(
      schemes, [&](const SecurityScheme* scheme) { return !at_home(e, secret_ref(*scheme)); });
  if (stranger == schemes.end()) return "the operation documents the long-term secret as well";
  return put_secret_of(e, **stranger);
}

// The n-th secret of the spec that is another one than documented here, long-term ones left out.
Skip other_secret(Edit& e) {
  const auto long_terms = long_term_schemes(e);
  std::vector<const SecurityScheme*> others;
  for (const SecurityScheme& scheme : e.context.spec->schemes) {
    const ValueRef& ref = secret_ref(scheme);
    const auto known = [&](const SecurityScheme* other) {
      return same_ref(secret_ref(*other), ref);
    };
    if (same_ref(ref, e.carrier().ref) || at_home(e, ref) || std::ranges::any_of(others, known) ||
        std::ranges::any_of(long_terms, known)) {
      continue;
    }
    others.push_back(&scheme);
  }
  const auto n =
      static_cast<std::size_t>(std::ranges::find(k_others, e.variant) - std::begin(k_others));
  if (n >= others.size()) return "the spec has no further secret";
  return put_secret_of(e, *others[n]);
}

// The composite value that the scheme's carriers are made of, and where its separator stands.
struct Composite {
  const Value* value = nullptr;
  std::string whole;
  [[nodiscard]] std::string first() const { return whole.substr(0, whole.find(value->separator)); }
  [[nodiscard]] std::string second() const {
    return whole.substr(whole.find(value->separator) + 1);
  }
};

// Whether user-id and password are the two halves.
bool apart(const Edit& e) { return e.is_basic() && !e.carrier().ref.part.empty(); }

std::optional<Composite> composite(const Edit& e, const Credential& credential) {
  for (const Principal& principal : e.context.spec->principals) {
    const Value* value = find_value(principal, e.carrier().ref.value);
    if (value == nullptr || value->parts.empty()) continue;
    Composite out{.value = value, .whole = credential.bytes[secret_index(e.scheme())]};
    if (apart(e)) out.whole = credential.bytes.front() + value->separator + credential.bytes.back();
    if (!out.whole.contains(value->separator)) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

void put_halves(Edit& e, const Composite& of, std::string_view first, std::string_view second) {
  if (apart(e)) return e.put_basic(first, second);
  std::string text(first);
  if (!first.empty() && !second.empty()) text += of.value->separator;
  e.put(text.append(second));
}

Skip half(Edit& e) {
  const auto own = composite(e, e.context.valid);
  if (!own) return "the secret has no halves";
  if (e.variant == "swapped" && apart(e)) return "basic-swap says it";
  if (e.variant == "first") put_halves(e, *own, own->first(), "");
  if (e.variant == "second") put_halves(e, *own, "", own->second());
  if (e.variant == "swapped") put_halves(e, *own, own->second(), own->first());
  return std::nullopt;
}

// The credential in two: the halves of a composite secret, user-id and password, or the value of a
// scheme that goes together with this one, before its own: a key's id in one field, the key in
// another.
struct Halves {
  std::optional<Composite> of;
  const SecurityScheme* beside = nullptr;
  std::string first, second;
};

std::optional<Halves> halves_of(const Edit& e) {
  if (auto own = composite(e, e.context.valid)) {
    Halves halves{.of = {}, .first = own->first(), .second = own->second()};
    halves.of = std::move(own);
    return halves;
  }
  const auto& carriers = e.scheme().carriers;
  if (e.is_basic() && carriers.size() == 2 && std::ranges::none_of(carriers, &Carrier::ignored))
    return Halves{.of = {}, .first = std::string(e.user_id()), .second = std::string(e.secret())};
  const auto others = companions_of(e);
  if (others.size() != 1 || others.front()->carriers.size() != 1) return std::nullopt;
  const auto other = credential_of(e, *others.front());
  if (!other) return std::nullopt;
  return Halves{.of = {},
                .beside = others.front(),
                .first = other->bytes.front(),
                .second = std::string(e.secret())};
}

void put_halves(Edit& e, const Halves& halves) {
  if (halves.of) return put_halves(e, *halves.of, halves.first, halves.second);
  if (halves.beside == nullptr) return e.put_basic(halves.first, halves.second);
  e.put(halves.second);
  place(e.request, *halves.beside, {{halves.first}});
}

Skip shifted(Edit& e) {
  auto own = halves_of(e);
  if (!own) return "the credential has no halves that both count";
  auto& [of, beside, first, second] = *own;
  if (first.size() < 2 || second.size() < 2) return "a half is too short to part";
  if (first == second) return "the halves are the same";
  if (e.variant == "left") {
    first += second.front();
    second.erase(0, 1);
  } else if (e.variant == "right") {
    second.insert(0, 1, first.back());
    first.pop_back();
  } else {
    (e.variant == "first-twice" ? second : first) = e.variant == "first-twice" ? first : second;
  }
  put_halves(e, *own);
  return std::nullopt;
}

Skip crossed(Edit& e) {
  const auto own = composite(e, e.context.valid);
  if (!own) return "the secret has no halves";
  if (!e.context.foreign) return "there is no second principal";
  const auto other = composite(e, *e.context.foreign);
  if (!other) return "the other principal's secret has no halves";
  put_halves(e, *own, own->first(), other->second());
  return std::nullopt;
}

Skip other_part(Edit& e) {
  if (companions_of(e).empty()) return "nothing goes together with it";
  if (!e.context.foreign) return "there is no second principal";
  e.put(*e.context.foreign);
  for (const SecurityScheme* twin : doubles_of(e)) place(e.request, *twin, *e.context.foreign);
  return std::nullopt;
}

// Whether parts of two principals may go together the documents do not say: only that the foreign
// one's data must not come of it.
Outcome judge_other_part(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  if (evidence.reception != Reception::accepted) return {Verdict::pass, seen(evidence)};
  const auto shown = tenant_values(evidence.operation, &*evidence.exchange.response);
  const auto own = tenant_values(evidence.operation, evidence.valid);
  if (shown.empty() || own.empty())
    return {Verdict::skipped, "the spec does not say whose data the answer holds"};
  if (!overlap(shown, own)) return {Verdict::fail, "accepted, with the other organization's data"};
  return {Verdict::pass, seen(evidence) + ", with the member's own data"};
}

constexpr Mutation k_rows[] = {
    {.id = "key-where-basic",
     .family = Family::authz,
     .document_gate = true,
     .severity = 7,
     .base = Base::absent,
     .scope = Scope::operation,
     .slots = k_basic,
     .title = "A key opens what is documented for user-id and password alone",
     .right = "The operation refuses every scheme that is not documented for it.",
     .why = "Who holds a key can make more keys, and outlive the revocation of his own.",
     .fix = "List the schemes an operation takes, and refuse the others.",
     .sources = "API5",
     .variants = k_slots,
     .build = key_for_basic},
    {.id = "basic-where-key",
     .family = Family::authz,
     .level = Level::should,
     .document_gate = true,
     .severity = 4,
     .base = Base::absent,
     .scope = Scope::operation,
     .slots = k_any_slot & ~k_basic,
     .title = "User-id and password read what is documented for a key",
     .right = "The operation refuses every scheme that is not documented for it.",
     .why = "Passwords travel where only keys should, which can be limited and revoked alone.",
     .fix = "List the schemes an operation takes, and refuse the others.",
     .sources = "API5",
     .build = basic_reads},
    {.id = "basic-where-key-unsafe",
     .family = Family::authz,
     .document_gate = true,
     .severity = 6,
     .base = Base::absent,
     .scope = Scope::operation,
     .slots = k_any_slot & ~k_basic,
     .title = "User-id and password change what is documented for a key",
     .right = "The operation refuses every scheme that is not documented for it.",
     .why = "Passwords travel where only keys should, which can be limited and revoked alone.",
     .fix = "List the schemes an operation takes, and refuse the others.",
     .sources = "API5",
     .build = basic_changes},
    {.id = "raw-longterm-secret",
     .family = Family::authz,
     .document_gate = true,
     .severity = 6,
     .title = "The long-term secret opens what is documented for what it issues",
     .right = "Only the issued credential is accepted where it is documented.",
     .why = "The exchange protects nothing if the secret that lives long travels everywhere.",
     .fix = "Look the credential up among the issued ones only.",
     .sources = "ASVS 9.2.2; CWE-287",
     .build = long_term},
    {.id = "place-other-slot",
     .family = Family::placement,
     .document_gate = true,
     .severity = 6,
     .title = "A secret is accepted in the slot of another one",
     .right = "Each slot takes the kind of secret that is documented for it.",
     .why = "A credential reaches operations that it was not made for.",
     .fix = "Look a credential up among those of its own kind.",
     .sources = "ASVS 9.2.2",
     .variants = k_others,
     .build = other_secret},
    {.id = "half-alone",
     .family = Family::compare,
     .severity = 9,
     .title = "Half of the secret is accepted",
     .right = "Both halves are needed, in their order.",
     .why = "The half that names the record is often public: alone it opens.",
     .fix = "Find the record by the one half and verify the other.",
     .sources = "CWE-187; CWE-287",
     .variants = k_halves,
     .build = half},
    {.id = "halves-shifted",
     .family = Family::authz,
     .severity = 9,
     .title = "The two halves of a credential are not compared each by itself",
     .right = "Each half is compared with its own: with the boundary moved by a character, or with "
              "one half twice, the credential is wrong.",
     .why = "Halves that are joined before they are compared belong to other users as well, and "
            "what names a user is public.",
     .fix = "Find the account by the first half, and compare the second with its secret.",
     .sources = "CWE-287; CWE-697",
     .variants = k_shifts,
     .build = shifted},
    {.id = "parts-crossed",
     .family = Family::authz,
     .severity = 8,
     .expect = Expect::judged,
     .needs_foreign = true,
     .title = "Credentials of two principals are accepted together",
     .right = "What goes together belongs to one principal, and opens that one's data.",
     .why = "Anybody with a key of his own is whomever he names beside it.",
     .fix = "Verify each part against the record that the secret one found.",
     .sources = "CWE-287; CWE-639; API1:2023",
     .build = other_part,
     .judge = judge_other_part,
     .combined = true},
    {.id = "halves-crossed",
     .family = Family::compare,
     .severity = 9,
     .needs_foreign = true,
     .title = "Halves of two secrets are accepted together",
     .right = "Both halves belong to one record.",
     .why = "Anybody with a secret of his own is whomever he names beside it.",
     .fix = "Verify the second half against the record that the first one found.",
     .sources = "CWE-287; CWE-639",
     .build = crossed},
};

}  // namespace

std::span<const Mutation> authz_rows() { return k_rows; }

}  // namespace keyward
