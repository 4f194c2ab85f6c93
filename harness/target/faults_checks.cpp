// SPDX-License-Identifier: Apache-2.0
// Faults against the documents: what a rule of the spec says of an answer does not hold.
#include <algorithm>

#include "harness/base/text.h"
#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

using Rules = std::vector<AnswerRule> Operation::*;

template <Rules List, class Wanted>
bool some_rule(const Spec& spec, Wanted wanted) {
  return any_operation(spec, [&](const Operation& o) {
    return std::any_of((o.*List).begin(), (o.*List).end(), wanted);
  });
}

template <Rules List>
bool states_exact_status(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) {
    return !rule.status.empty() && std::all_of(rule.status.begin(), rule.status.end(),
                                               [](const StatusPattern& p) { return p.code != 0; });
  });
}
template <Rules List>
bool states_status(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) { return !rule.status.empty(); });
}
template <Rules List>
bool states_type(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) { return !rule.content_type.empty(); });
}
template <Rules List>
bool states_json(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) { return rule.json.has_value(); });
}
template <Rules List>
bool states_members(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) { return !rule.members.empty(); });
}
template <Rules List>
bool states_headers(const Spec& spec) {
  return some_rule<List>(spec, [](const AnswerRule& rule) { return !rule.headers.empty(); });
}

// The first status of the class that no rule matches.
int other_status(const std::vector<AnswerRule>& rules, int hundreds) {
  for (const int status : {hundreds * 100 + 3, hundreds * 100 + 2, hundreds * 100 + 1}) {
    const bool stated = std::any_of(rules.begin(), rules.end(), [&](const AnswerRule& rule) {
      return std::any_of(rule.status.begin(), rule.status.end(),
                         [&](const StatusPattern& p) { return p.matches(status); });
    });
    if (!stated) return status;
  }
  return 0;
}

void change_type(const std::vector<AnswerRule>& rules, Answer& a) {
  for (const AnswerRule& rule : rules) {
    if (!rule.content_type.empty()) a.set("Content-Type", "text/plain; charset=us-ascii");
  }
}

void change_json(const std::vector<AnswerRule>& rules, Answer& a) {
  for (const AnswerRule& rule : rules) {
    if (rule.json && a.json && a.json->is_object()) a.json->set("unexpected", Json::of(true));
  }
}

// Gives documented members a type that none of theirs is.
void change_members(const std::vector<AnswerRule>& rules, Answer& a) {
  for (const AnswerRule& rule : rules) {
    for (const MemberRule& member : rule.members) {
      if (!a.json || member.pointer.find('*') != std::string::npos) continue;
      Json* found = at(*a.json, member.pointer);
      const bool token = member.pointer.ends_with("token") || member.pointer.ends_with("id");
      if (found != nullptr && !token) *found = Json::array({Json::of(true)});
    }
  }
}

void drop_headers(const std::vector<AnswerRule>& rules, Answer& a) {
  for (const AnswerRule& rule : rules) {
    for (const auto& [name, value] : rule.headers) a.remove(name);
  }
}

const std::vector<AnswerRule>& rejected(const Visit& v) { return v.operation->rejected; }
const std::vector<AnswerRule>& accepted(const Visit& v) { return v.operation->accepted; }

constexpr Rules k_rejected = &Operation::rejected;
constexpr Rules k_accepted = &Operation::accepted;

constexpr Defect k_rows[] = {
    {"documented-status",
     "refusals have another status than documented",
     "documented-status",
     states_status<k_rejected>,
     {.answer =
          [](const Visit& v, Answer& a) {
            const int other = is_refusal(a) ? other_status(rejected(v), 4) : 0;
            if (other == 0 || !documents_refusal(v)) return;
            a.status = other;
            a.remove("WWW-Authenticate");
          }}},
    {"documented-content-type",
     "refusals have another type than documented",
     "documented-content-type",
     states_type<k_rejected>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) change_type(rejected(v), a);
          }}},
    {"documented-json",
     "refusals have another body than documented",
     "documented-json",
     states_json<k_rejected>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) change_json(rejected(v), a);
          }}},
    {"documented-members",
     "refusals lack documented members",
     "documented-members",
     states_members<k_rejected>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) change_members(rejected(v), a);
          }}},
    {"documented-headers",
     "refusals lack documented fields",
     "documented-headers",
     states_headers<k_rejected>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_refusal(a)) drop_headers(rejected(v), a);
          }}},
    {"accepted-status",
     "accepted answers have another status than documented",
     "accepted-status",
     states_exact_status<k_accepted>,
     {.answer =
          [](const Visit& v, Answer& a) {
            const int other = is_data(v, a) ? other_status(accepted(v), 2) : 0;
            if (other != 0) a.status = other;
          }}},
    {"accepted-content-type",
     "accepted answers have another type than documented",
     "accepted-content-type",
     states_type<k_accepted>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a)) change_type(accepted(v), a);
          }}},
    {"accepted-json",
     "accepted answers have another body than documented",
     "accepted-json",
     states_json<k_accepted>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a)) change_json(accepted(v), a);
          }}},
    {"accepted-members",
     "members of accepted answers have another type than documented",
     "accepted-members",
     states_members<k_accepted>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a)) change_members(accepted(v), a);
          }}},
    {"accepted-headers",
     "accepted answers lack documented fields",
     "accepted-headers",
     states_headers<k_accepted>,
     {.answer =
          [](const Visit& v, Answer& a) {
            if (is_data(v, a)) drop_headers(accepted(v), a);
          }}},
    {"method-not-allowed",
     "a 405 does not say what is allowed",
     "method-not-allowed",
     anywhere,
     {.answer =
          [](const Visit&, Answer& a) {
            if (a.kind == Kind::not_allowed) a.remove("Allow");
          }}},
    {"retry-after-syntax",
     "one answer in a hundred is a 429 whose Retry-After cannot be read",
     "retry-after-syntax",
     anywhere,
     {.outright = [](Visit& v) -> std::optional<Answer> {
       double& count = v.state.tallies["answers"];
       if (++count < 100) return std::nullopt;
       count = 0;
       Answer later = problem(Kind::invalid, 429, "too many requests");
       later.set("Retry-After", "soon");
       return later;
     }}},
};

}  // namespace

std::span<const Defect> check_faults() { return k_rows; }

}  // namespace keyward::target
