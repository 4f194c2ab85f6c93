// SPDX-License-Identifier: Apache-2.0
// Faults of Bearer (RFC 6750): how a token is read, and what the challenge says.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

constexpr std::string_view k_challenge = "WWW-Authenticate";
constexpr std::string_view k_invalid = ", error=\"invalid_token\"";

bool is_bearer(const Candidate& c) { return c.slot == Slot::bearer && !c.name.empty(); }
bool has_bearer(const Spec& spec) { return has_slot(spec, Slot::bearer); }

const SecurityScheme* alone(const Spec& spec, const Alternative& a) {
  return a.schemes.size() == 1 ? spec.scheme(a.schemes.front()) : nullptr;
}

bool takes_bearer(const Spec& spec, const Operation& o) {
  return std::any_of(o.security.begin(), o.security.end(), [&](const Alternative& a) {
    const SecurityScheme* scheme = alone(spec, a);
    return scheme != nullptr && scheme->type == SchemeType::bearer;
  });
}

// An operation takes a token by Bearer and in another place.
bool has_two_ways(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    for (const Alternative& a : o.security) {
      const SecurityScheme* one = alone(spec, a);
      if (one == nullptr || one->type != SchemeType::bearer) continue;
      for (const Alternative& b : o.security) {
        const SecurityScheme* other = alone(spec, b);
        if (other == nullptr || other->type != SchemeType::api_key) continue;
        if (other->carriers.front().ref.value == one->carriers.front().ref.value) return true;
      }
    }
    return false;
  });
}

// A refusal of an operation that takes Bearer is 401, as far as documents say.
bool challenges_bearer(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    if (o.anonymous_allowed() || !takes_bearer(spec, o)) return false;
    for (const AnswerRule& rule : o.rejected) {
      if (!rule.status.empty()) return rule.status.front().matches(401);
    }
    return true;
  });
}

bool challenges_bearer_undocumented(const Spec& spec) {
  return any_operation(spec, [&](const Operation& o) {
    return !o.anonymous_allowed() && takes_bearer(spec, o) && o.rejected.empty();
  });
}

void read_bare(Visit& v) {
  for (HeaderField& field : v.request.fields) {
    if (!same_name(field.name, "Authorization")) continue;
    const auto [word, rest] = scheme_and_rest(field.value);
    if (rest.empty() && !one_of(to_lower(word), {"basic", "bearer"})) {
      field.value = "Bearer " + std::string(word);
    }
  }
}

// Credentials that are no `user:password` are a token, whatever the scheme is called.
void read_as_bearer(Visit& v) {
  for (HeaderField& field : v.request.fields) {
    if (!same_name(field.name, "Authorization")) continue;
    const auto rest = scheme_and_rest(field.value).second;
    if (rest.empty() || base64_decode(rest).value_or("").find(':') != std::string::npos) continue;
    field.value = "Bearer " + std::string(rest);
  }
}

void from_form(Visit& v) {
  if (v.request.media_type() != "application/x-www-form-urlencoded") return;
  for (const Parameter& p : parameters(v.request.body)) {
    if (p.name == "access_token") v.request.smuggled.push_back(p.value);
  }
}

// All candidates are right, and are one credential.
void forgive_two_ways(Visit& v) {
  if (v.candidates.empty() || v.repeated) return;
  const Credential* first = v.candidates.front().proves;
  const bool same = std::all_of(v.candidates.begin(), v.candidates.end(),
                                [&](const Candidate& c) { return c.proves == first; });
  if (same && first != nullptr) v.mixed = false;
}

// Each Bearer challenge with `change` applied to it.
template <class Change>
void change_challenges(Answer& a, Change change) {
  for (HeaderField& field : a.fields) {
    if (same_name(field.name, k_challenge) && field.value.starts_with("Bearer ")) {
      change(field.value);
    }
  }
}

constexpr Defect k_rows[] = {
    {"bearer-scheme-case",
     "the scheme is known as Bearer and in no other case",
     "bearer-scheme-case",
     has_bearer,
     {.extracted =
          [](Visit& v) {
            std::erase_if(v.candidates, [](const Candidate& c) {
              return is_bearer(c) && !c.raw.starts_with("Bearer ");
            });
          }}},
    {"bearer-multi-sp",
     "one space stands after Bearer, or it is not understood",
     "bearer-multi-sp",
     has_bearer,
     {.refuses =
          [](const Visit& v) {
            return std::any_of(v.candidates.begin(), v.candidates.end(), [](const Candidate& c) {
              return is_bearer(c) && c.raw.find("  ") != std::string::npos;
            });
          }}},
    {"bearer-no-scheme",
     "a token without scheme is read as Bearer",
     "bearer-no-scheme",
     has_bearer,
     {.rewrite = read_bare}},
    {"bearer-other-scheme",
     "a token under any scheme is read as Bearer",
     "bearer-other-scheme",
     has_bearer,
     {.rewrite = read_as_bearer}},
    {"bearer-tail",
     "what follows the token is dropped",
     "bearer-tail",
     has_bearer,
     {.equal =
          [](const Given& given, std::string_view held) {
            return is_bearer(given.candidate) &&
                   given.value.substr(0, given.value.find_first_of(" ,")) == held;
          }}},
    {"basic-tail",
     "what follows the base64 of Basic is dropped",
     "basic-tail",
     has_basic,
     {.token68 =
          [](std::string_view text) {
            return std::string(text.substr(0, text.find_first_of(" ,")));
          }}},
    {"bearer-form",
     "the token is taken from a form field, too",
     "bearer-form",
     has_bearer,
     {.rewrite = from_form}},
    {"bearer-two-ways",
     "the same token in two places is accepted",
     "bearer-two-ways",
     has_two_ways,
     {.matched = forgive_two_ways}},
    {"bearer-challenge-error",
     "the challenge to a wrong token does not call it invalid",
     "bearer-challenge-error",
     challenges_bearer,
     {.answer =
          [](const Visit&, Answer& a) {
            change_challenges(a, [](std::string& c) { c = replace_all(c, k_invalid, ""); });
          }}},
    {"bearer-error-unasked",
     "the challenge to a request without credentials tells of an error",
     "bearer-error-unasked",
     challenges_bearer,
     {.answer =
          [](const Visit&, Answer& a) {
            change_challenges(a, [](std::string& c) {
              if (c.find(k_invalid) == std::string::npos) c += k_invalid;
            });
          }}},
    {"bearer-error-status",
     "the challenge says insufficient_scope, the status 401",
     "bearer-error-status",
     challenges_bearer_undocumented,
     {.answer =
          [](const Visit&, Answer& a) {
            change_challenges(a, [](std::string& c) {
              c = replace_all(c, "invalid_token", "insufficient_scope");
            });
          }}},
    {"bearer-challenge-params",
     "the error is described outside ASCII",
     "bearer-challenge-params",
     challenges_bearer,
     {.answer =
          [](const Visit&, Answer& a) {
            change_challenges(
                a, [](std::string& c) { c += ", error_description=\"ung\xC3\xBCltig\""; });
          }}},
    {"bearer-challenge-bare",
     "the Bearer challenge has no parameter",
     "bearer-challenge-params",
     challenges_bearer,
     {.answer = [](const Visit&,
                   Answer& a) { change_challenges(a, [](std::string& c) { c = "Bearer"; }); }}},
};

}  // namespace

std::span<const Defect> bearer_faults() { return k_rows; }

}  // namespace keyward::target
