// SPDX-License-Identifier: Apache-2.0
#include "harness/target/authenticate.h"

#include <algorithm>

#include "harness/base/text.h"

namespace keyward::target {
namespace {

Candidate basic_candidate(const Visit& visit, const SecurityScheme& scheme,
                          const HeaderField& field) {
  Candidate c{
      .scheme = &scheme, .slot = Slot::basic_password, .name = field.name, .raw = field.value};
  std::string token(scheme_and_rest(field.value).second);
  for (const Hooks* h : visit.hooks) {
    if (h->token68 != nullptr) token = h->token68(token);
  }
  const std::string text = base64_decode(token).value_or("");
  const std::size_t colon = text.find(':');  // the first one parts (RFC 7617 section 2)
  c.malformed = colon == std::string::npos;
  if (!c.malformed) c.values = {text.substr(0, colon), text.substr(colon + 1)};
  return c;
}

// Candidates of a header slot. An http scheme takes only field values that begin with its name.
void extract_fields(Visit& visit, const SecurityScheme& scheme, const Carrier& carrier) {
  for (const HeaderField* field : visit.request.all(carrier.name)) {
    const auto [word, rest] = scheme_and_rest(field->value);
    if (scheme.type == SchemeType::basic) {
      if (same_name(word, "Basic")) {
        visit.candidates.push_back(basic_candidate(visit, scheme, *field));
      }
    } else if (scheme.type == SchemeType::bearer) {
      if (!same_name(word, "Bearer")) continue;
      visit.candidates.push_back({.scheme = &scheme,
                                  .slot = Slot::bearer,
                                  .name = field->name,
                                  .raw = field->value,
                                  .values = {std::string(rest)}});
    } else {
      visit.candidates.push_back({.scheme = &scheme,
                                  .slot = Slot::header,
                                  .name = field->name,
                                  .raw = field->value,
                                  .values = {field->value}});
    }
  }
  if (visit.request.all(carrier.name).size() > 1) visit.repeated = true;
}

void extract_parameters(Visit& visit, const SecurityScheme& scheme, const Carrier& carrier,
                        const std::vector<Parameter>& parameters) {
  int found = 0;
  for (const Parameter& p : parameters) {
    if (p.name != carrier.name) continue;
    visit.candidates.push_back({.scheme = &scheme,
                                .slot = carrier.slot,
                                .name = p.raw_name,
                                .raw = p.raw_value,
                                .values = {p.value}});
    if (++found > 1) visit.repeated = true;
  }
}

void extract_cookies(Visit& visit, const SecurityScheme& scheme, const Carrier& carrier) {
  int found = 0;
  for (const HeaderField* field : visit.request.all("Cookie")) {
    for (const auto& [name, value] : cookies(field->value)) {
      if (name != carrier.name) continue;
      visit.candidates.push_back(
          {.scheme = &scheme, .slot = Slot::cookie, .name = name, .raw = value, .values = {value}});
      if (++found > 1) visit.repeated = true;
    }
  }
}

void extract_json(Visit& visit, const SecurityScheme& scheme, const Carrier& carrier) {
  if (visit.request.media_type() != "application/json") return;
  const auto body = parse_json(visit.request.body);
  if (!body) return;
  const std::string_view pointer = carrier.name;
  const std::size_t last = pointer.rfind('/');
  const Json* parent = last == std::string_view::npos ? &*body : at(*body, pointer.substr(0, last));
  if (parent == nullptr || !parent->is_object()) return;
  const std::string_view member =
      last == std::string_view::npos ? pointer : pointer.substr(last + 1);
  int found = 0;
  for (const auto& [name, value] : parent->members) {
    if (name != member) continue;
    Candidate c{.scheme = &scheme, .slot = Slot::json, .name = name, .raw = value.text};
    c.malformed = !value.is_string();
    if (!c.malformed) c.values = {value.text};
    visit.candidates.push_back(std::move(c));
    if (++found > 1) visit.repeated = true;
  }
}

void extract(Visit& visit, const SecurityScheme& scheme) {
  if (scheme.carriers.empty()) return;
  const Carrier& carrier = secret_carrier(scheme);
  switch (carrier.slot) {
    case Slot::query:
      extract_parameters(visit, scheme, carrier, visit.request.query);
      break;
    case Slot::form:
      if (visit.request.media_type() == "application/x-www-form-urlencoded") {
        extract_parameters(visit, scheme, carrier, parameters(visit.request.body));
      }
      break;
    case Slot::cookie:
      extract_cookies(visit, scheme, carrier);
      break;
    case Slot::json:
      extract_json(visit, scheme, carrier);
      break;
    case Slot::header:
    case Slot::basic_user_id:
    case Slot::basic_password:
    case Slot::bearer: {
      Carrier field = carrier;
      if (scheme.type != SchemeType::api_key) field.name = "Authorization";
      extract_fields(visit, scheme, field);
      break;
    }
  }
}

// The schemes the operation takes: documented ones, and what a defect adds.
std::vector<const SecurityScheme*> schemes_of(const Visit& visit) {
  std::vector<const SecurityScheme*> out;
  for (const SecurityScheme& scheme : visit.spec().schemes) {
    bool taken = false;
    for (const Alternative& a : visit.operation->security) {
      taken = taken || std::find(a.schemes.begin(), a.schemes.end(), scheme.id) != a.schemes.end();
    }
    for (const Hooks* h : visit.hooks) {
      taken = taken || (h->also_takes != nullptr && h->also_takes(visit, scheme));
    }
    if (taken) out.push_back(&scheme);
  }
  return out;
}

// What is asked of a comparison: to be right, or whatever a defect makes of it.
enum class Strictness { right, planted };

bool equal_secret(const Visit& visit, const Candidate& candidate, std::string_view held,
                  Strictness strictness) {
  if (same(candidate.secret(), held)) return true;
  if (strictness == Strictness::right) return false;
  return std::any_of(visit.hooks.begin(), visit.hooks.end(), [&](const Hooks* h) {
    return h->equal != nullptr && h->equal({candidate.secret(), candidate}, held);
  });
}

// Whether the candidate is this credential, halves and all.
bool is_credential(const Visit& visit, const Candidate& candidate, const Credential& credential,
                   Strictness strictness) {
  const auto& carriers = candidate.scheme->carriers;
  if (candidate.values.size() != carriers.size()) return false;
  const Carrier& secret = secret_carrier(*candidate.scheme);
  const std::string* whole = credential.value(secret.ref.value);
  if (whole == nullptr) return false;
  bool equal =
      equal_secret(visit, candidate, part_of(visit.spec(), secret.ref, *whole), strictness);
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    if (carriers[i].ignored || &carriers[i] == &secret || candidate.any_user) continue;
    const std::string* held = credential.value(carriers[i].ref.value);
    const std::string elsewhere =
        held == nullptr ? visit.state.value_of(credential.owner, carriers[i].ref.value) : *held;
    if (!same(candidate.values[i], part_of(visit.spec(), carriers[i].ref, elsewhere))) {
      equal = false;
    }
  }
  return equal;
}

bool alive(const Visit& visit, const Candidate& candidate, Credential& credential) {
  bool living = credential.alive(State::now());
  for (const Hooks* h : visit.hooks) {
    if (h->alive == nullptr) continue;
    if (const auto otherwise = h->alive(visit, candidate, credential)) living = *otherwise;
  }
  return living;
}

void match(Visit& visit, Candidate& candidate) {
  if (candidate.forged) {
    candidate.proves = &visit.state.credentials.front();
    return;
  }
  const double now = State::now();
  const bool revives = std::any_of(visit.hooks.begin(), visit.hooks.end(),
                                   [](const Hooks* h) { return h->alive != nullptr; });
  for (const Strictness strictness : {Strictness::right, Strictness::planted}) {
    for (Credential& credential : visit.state.credentials) {
      if (candidate.proves != nullptr) return;
      if (!revives && !credential.alive(now)) continue;
      bool is = !candidate.malformed && is_credential(visit, candidate, credential, strictness);
      for (const Hooks* h : visit.hooks) {
        if (strictness == Strictness::right || h->admits == nullptr) continue;
        is = is || h->admits(visit, candidate, credential);
      }
      if (is && alive(visit, candidate, credential)) candidate.proves = &credential;
    }
    if (visit.hooks.empty()) return;
  }
}

// Whether two credentials may go together: the same one's where both were issued together, else of
// the same owner.
bool go_together(const Candidate& one, const Candidate& other) {
  const std::string& value = secret_carrier(*other.scheme).ref.value;
  const bool together = one.proves->value(value) != nullptr && one.proves->issued;
  return together ? one.proves == other.proves : one.proves->owner == other.proves->owner;
}

bool planted(const Visit& visit, bool (*Hooks::*stage)(const Visit&)) {
  return std::any_of(visit.hooks.begin(), visit.hooks.end(),
                     [&](const Hooks* h) { return h->*stage != nullptr && (h->*stage)(visit); });
}

// The first candidate that proves the scheme, beside `first` where there is one.
Candidate* proof(Visit& visit, std::string_view scheme, const Candidate* first) {
  const bool anybodys = planted(visit, &Hooks::mixes);
  for (Candidate& c : visit.candidates) {
    if (c.scheme->id == scheme && c.proves != nullptr &&
        (first == nullptr || anybodys || go_together(*first, c))) {
      return &c;
    }
  }
  return nullptr;
}

bool satisfied(Visit& visit, const Alternative& alternative) {
  const bool one_suffices = planted(visit, &Hooks::suffices);
  Candidate* first = nullptr;
  Candidate* last = nullptr;
  for (const std::string& scheme : alternative.schemes) {
    Candidate* found = proof(visit, scheme, first);
    if (found == nullptr && one_suffices && alternative.schemes.size() > 1) continue;
    if (found == nullptr) return false;
    if (first == nullptr) first = found;
    last = found;
  }
  if (first != nullptr) {
    visit.used = planted(visit, &Hooks::mixes) ? last : first;
    visit.caller = visit.used->proves;
  }
  return first != nullptr;
}

bool decide(Visit& visit) {
  for (const Alternative& alternative : visit.operation->security) {
    if (!alternative.schemes.empty() && satisfied(visit, alternative)) return true;
  }
  for (const Hooks* h : visit.hooks) {
    if (h->also_takes == nullptr) continue;
    for (const Candidate& c : visit.candidates) {
      if (h->also_takes(visit, *c.scheme) && satisfied(visit, {.schemes = {c.scheme->id}})) {
        return true;
      }
    }
  }
  return visit.operation->security.empty() || visit.operation->anonymous_allowed();
}

// Whether the operation documents both schemes together.
bool combined(const Operation& operation, const Candidate& one, const Candidate& other) {
  return one.scheme != other.scheme &&
         std::any_of(operation.security.begin(), operation.security.end(), [&](const auto& a) {
           const auto has = [&](const Candidate& c) {
             return std::find(a.schemes.begin(), a.schemes.end(), c.scheme->id) != a.schemes.end();
           };
           return has(one) && has(other);
         });
}

// Two documented places disagree where they prove different credentials, or one proves none, and
// they are not meant to go together. One field may be read by two schemes: it proves what either
// makes of it.
bool places_disagree(const Visit& visit) {
  const std::vector<Candidate>& candidates = visit.candidates;
  const Candidate* first = nullptr;
  for (const Candidate& c : candidates) {
    if (c.name.empty()) continue;
    const bool speaks =
        c.proves != nullptr ||
        std::none_of(candidates.begin(), candidates.end(), [&](const auto& other) {
          return other.proves != nullptr && other.name == c.name && other.raw == c.raw;
        });
    if (!speaks) continue;
    if (first != nullptr && first->proves != c.proves && !combined(*visit.operation, *first, c))
      return true;
    first = &c;
  }
  return false;
}

// A token that came in two ways, one of them Bearer (RFC 6750 section 2).
bool sent_in_two_ways(const std::vector<Candidate>& candidates) {
  const auto documented = [](const Candidate& c) { return !c.name.empty() && c.proves != nullptr; };
  return std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& one) {
    return one.slot == Slot::bearer && documented(one) &&
           std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& other) {
             return documented(other) && other.name != one.name &&
                    same(other.secret(), one.secret());
           });
  });
}

// Printable ASCII that was encoded; a secret whose characters happen to be base64 is no such text.
std::string text_in_base64(std::string_view token) {
  std::string text = base64_decode(token).value_or("");
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return printable ? text : std::string();
}

// What the caller is documented not to do with any credential.
bool permitted(const Visit& visit) {
  if (visit.caller == nullptr) return true;
  const auto& denied = visit.spec().principals[visit.caller->owner].may_not;
  if (std::find(denied.begin(), denied.end(), visit.operation->id) == denied.end()) return true;
  return planted(visit, &Hooks::permits);
}

}  // namespace

std::string_view part_of(const Spec& spec, const ValueRef& ref, std::string_view whole) {
  if (ref.part.empty()) return whole;
  for (const Principal& principal : spec.principals) {
    const Value* value = find_value(principal, ref.value);
    if (value == nullptr) continue;
    const auto place = std::find(value->parts.begin(), value->parts.end(), ref.part);
    const auto pieces = split(whole, value->separator);
    const auto index = static_cast<std::size_t>(place - value->parts.begin());
    if (place != value->parts.end() && index < pieces.size()) return pieces[index];
  }
  return {};
}

void add_candidate(Visit& visit, std::string_view secret) {
  for (const SecurityScheme* scheme : schemes_of(visit)) {
    Candidate c{.scheme = scheme, .slot = secret_carrier(*scheme).slot, .raw = std::string(secret)};
    if (scheme->type != SchemeType::basic) {
      c.values = {std::string(secret)};
    } else {
      const std::string decoded = text_in_base64(secret);
      const std::string_view pair = decoded.find(':') != std::string::npos ? decoded : secret;
      const std::size_t colon = pair.find(':');
      c.any_user = colon == std::string_view::npos;
      c.values = c.any_user ? std::vector<std::string>{"", std::string(secret)}
                            : std::vector<std::string>{std::string(pair.substr(0, colon)),
                                                       std::string(pair.substr(colon + 1))};
    }
    visit.candidates.push_back(std::move(c));
  }
}

bool authenticate(Visit& visit) {
  visit.candidates.clear();
  visit.repeated = visit.mixed = false;
  visit.used = nullptr;
  visit.caller = nullptr;
  visit.overstepped = false;
  for (const SecurityScheme* scheme : schemes_of(visit)) extract(visit, *scheme);
  for (const std::string& secret : visit.request.smuggled) add_candidate(visit, secret);
  for (const Hooks* h : visit.hooks) {
    if (h->extracted != nullptr) h->extracted(visit);
  }
  for (Candidate& c : visit.candidates) match(visit, c);
  visit.mixed = places_disagree(visit) || sent_in_two_ways(visit.candidates);
  for (const Hooks* h : visit.hooks) {
    if (h->matched != nullptr) h->matched(visit);
  }
  if (visit.repeated || visit.mixed || !decide(visit)) return false;
  if (visit.caller != nullptr) {
    visit.caller->last_use = State::now();
    if (visit.caller->sliding && visit.caller->expires != 0) {
      visit.caller->expires = visit.caller->last_use + visit.caller->lifetime;
    }
    visit.owner = visit.state.organization(visit.caller->owner);
  }
  for (const Hooks* h : visit.hooks) {
    if (h->whose != nullptr) visit.owner = h->whose(visit).value_or(visit.owner);
  }
  visit.overstepped = !permitted(visit);
  return !visit.overstepped;
}

}  // namespace keyward::target
