// SPDX-License-Identifier: Apache-2.0
// F10 authz, fourth part: a credential that is documented to open less than others (a read-only
// key) does not open the rest.
#include <algorithm>
#include <optional>
#include <utility>

#include "harness/catalogue/lifecycle.h"
#include "harness/catalogue/tenancy.h"

namespace keyward {
namespace {

// What shows that the principal's credential works at all: an operation that it may call, and that
// does no harm, with the scheme or with others beside it. Nothing where there is none.
std::optional<Use> allowed_to(const Spec& spec, const Principal& principal,
                              const std::string& scheme) {
  for (const Operation& operation : spec.operations) {
    const bool harmless = !operation.unsafe() || operation.issues;
    if (!harmless || operation.needs_created() || operation.anonymous_allowed() ||
        !may(principal, operation))
      continue;
    for (const Alternative& alternative : operation.security) {
      const bool has = std::ranges::find(alternative.schemes, scheme) != alternative.schemes.end();
      if (has && holds(spec, principal, alternative)) return Use{&operation, &alternative};
    }
  }
  return std::nullopt;
}

Step as(const Principal& principal, const Operation& operation, const Alternative& alternative,
        std::string says) {
  Step step = call(operation, &alternative, std::move(says));
  step.actor = &principal;
  return step;
}

// Of a bypass, the first spelling; or, at exhaustive depth, the others.
enum class Spellings { first, others };

// What goes round a check of rights, too.
void add_bypasses(const Script& plain, Spellings spellings, std::vector<Script>& out) {
  const auto add = [&](const Mutation& mutation, std::string_view variant) {
    Script script = plain;
    script.variant.append("-").append(mutation.id);
    if (!variant.empty()) script.variant.append("-").append(variant);
    Step& attempt = script.steps.back();
    attempt.mutation = &mutation;
    attempt.variant = variant;
    attempt.base = Base::valid;
    out.push_back(std::move(script));
  };
  for (const Mutation* mutation : all_mutations()) {
    if (!mutation->bypass || mutation->expect != Expect::refused) continue;
    const auto& variants = mutation->variants;
    if (spellings == Spellings::first) add(*mutation, variants.empty() ? "" : variants.front());
    for (std::size_t i = 1; spellings == Spellings::others && i < variants.size(); ++i)
      add(*mutation, variants[i]);
  }
}

// A method that nobody documented, which the router may take for the one that is guarded.
void add_patch(const Script& plain, std::vector<Script>& out) {
  Script script = plain;
  script.variant += "-patch";
  script.steps.back().method = "PATCH";
  out.push_back(std::move(script));
}

bool in_cookie(const Spec& spec, const Alternative& alternative) {
  return std::ranges::any_of(alternative.schemes, [&](const std::string& id) {
    return spec.scheme(id)->carriers.front().slot == Slot::cookie;
  });
}

// With the rights, and the name, of somebody who may: in words that anybody can write.
void add_claimed(const Spec& spec, const Script& plain, std::vector<Script>& out) {
  Script script = plain;
  script.variant += "-claimed";
  Step& attempt = script.steps.back();
  for (const char* name : {"X-Role", "X-Roles", "X-User-Role", "X-Is-Admin", "X-Admin", "X-Scope"})
    attempt.headers.emplace_back(name, "admin");
  if (!in_cookie(spec, *attempt.alternative))
    attempt.headers.emplace_back("Cookie", "role=admin; is_admin=1; admin=true");
  for (const char* pair : {"role", "scope"}) attempt.query.emplace_back(pair, "admin");
  for (const char* pair : {"admin", "is_admin"}) attempt.query.emplace_back(pair, "1");
  name_in_query(spec, "member", attempt);
  name_in_fields(spec, "member", attempt);
  if (attempt.operation->json) {
    attempt.set.emplace_back("/role", Json::of("admin"));
    attempt.set.emplace_back("/is_admin", Json::of(true));
  }
  out.push_back(std::move(script));
}

template <Spellings spellings>
void scope_ignored(const Spec& spec, std::vector<Script>& out) {
  for (const Principal& principal : spec.principals) {
    for (const std::string& id : principal.may_not) {
      const Operation& operation = *spec.operation(id);
      for (const Alternative& alternative : operation.security) {
        if (!holds(spec, principal, alternative)) continue;
        Script script = listed_under(operation, alternative, principal.id);
        const auto allowed = allowed_to(spec, principal, alternative.schemes.front());
        if (!allowed) {
          script.unavailable =
              "nothing that " + principal.id + " may do shows that its credential works";
          if (spellings == Spellings::first) out.push_back(std::move(script));
          continue;
        }
        script.steps.push_back(as(principal, *allowed->operation, *allowed->alternative,
                                  "see that the credential of " + principal.id + " works"));
        const Operation* maker = operation.needs_created() ? spec.maker(operation) : nullptr;
        if (maker != nullptr) script.steps.push_back(issue_step_without_lifetime(*maker));
        Step attempt =
            as(principal, operation, alternative, "do what " + principal.id + " may not");
        attempt.own_object = maker != nullptr;
        attempt.judged = true;
        attempt.expect = Expect::refused;
        script.steps.push_back(std::move(attempt));
        if (alternative.schemes.size() == 1) add_bypasses(script, spellings, out);
        if (spellings == Spellings::others) continue;
        if (operation.method == "PUT") add_patch(script, out);
        if (&alternative == first_alternative(operation)) add_claimed(spec, script, out);
        out.push_back(std::move(script));
      }
    }
  }
}

constexpr Scenario k_rows[] = {
    {.id = "scope-ignored",
     .family = Family::authz,
     .level = Level::must,
     .document_gate = false,
     .severity = 8,
     .expect = Expect::refused,
     .title = "A credential does what it is documented not to open",
     .right = "A credential of lesser rights is refused where these do not suffice.",
     .why = "Keys are handed out as harmless, and are not.",
     .fix = "Check in each handler what the credential may do, and refuse what nobody granted.",
     .sources = "RFC 6750 section 3.1; API5:2023; ASVS 8.2.1; CWE-862",
     .write = scope_ignored<Spellings::first>,
     .more = scope_ignored<Spellings::others>},
};

}  // namespace

std::span<const Scenario> privilege_rows() { return k_rows; }

}  // namespace keyward
