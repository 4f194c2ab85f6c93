// SPDX-License-Identifier: Apache-2.0
// Check: looks up what the draft refers to, fills in defaults, and refuses what cannot work.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/spec/draft.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

using To = Reference::To;

// The second-last step of a case id (harness/catalogue/mutation.h).
constexpr std::array<std::string_view, 18> k_families = {
    "control",   "presence", "compare",   "encoding",   "basic",       "bearer",
    "cookie",    "jwt",      "placement", "conflict",   "method-path", "protocol",
    "lifecycle", "authz",    "response",  "robustness", "equivalence", "own"};

template <class T>
std::vector<std::string> ids(const std::vector<T>& list) {
  std::vector<std::string> out;
  for (const T& item : list) out.push_back(item.id);
  return out;
}

// Every name a value reference may take: values of the first principal, and their halves.
std::vector<std::string> value_names(const Spec& spec) {
  std::vector<std::string> out;
  if (spec.principals.empty()) return out;
  for (const Value& value : spec.principals.front().values) {
    out.push_back(value.name);
    for (const std::string& part : value.parts) out.push_back(value.name + "." + part);
  }
  return out;
}

// What `{…}` in a template of this operation may name.
std::vector<std::string> placeholder_names(const Spec& spec, const std::string& operation_id) {
  std::vector<std::string> out = value_names(spec);
  const bool has_id = std::ranges::any_of(
      spec.operations, [](const Operation& o) { return o.issues && !o.issues->id.empty(); });
  if (has_id) out.emplace_back("id");
  const Operation* operation = spec.operation(operation_id);
  if (operation == nullptr) return out;
  const Operation* issuer = operation->issues ? operation : spec.issuer(operation->renews);
  if (issuer != nullptr && issuer->issues->lifetime) out.emplace_back("lifetime");
  return out;
}

class Checker {
 public:
  explicit Checker(Draft& draft) : draft_(draft), spec_(draft.spec), problems_(draft.problems) {}

  void run() {
    fill_defaults();
    for (const Reference& reference : draft_.references) look_up(reference);
    if (problems_.has_error()) return;  // what leans on a wrong name would be reported twice
    for (Operation& operation : spec_.operations) check(operation);
    for (OwnCase& own : spec_.own_cases) {
      own.level = level_of(own.requirements, own.level);
      for (AnswerRule& rule : own.answer) rule.level = level_of(rule.requirements, rule.level);
    }
    for (const Rotation& rotation : spec_.rotations) check(rotation);
    check_principals();
    check_requirements();
  }

 private:
  void fill_defaults() {
    for (Operation& operation : spec_.operations) {
      if (operation.server.empty() && spec_.servers.size() == 1) {
        operation.server = spec_.servers.front().id;
      }
      if (operation.security.empty()) operation.security = draft_.security;
      if (operation.accepted.empty()) operation.accepted = draft_.accepted;
      if (operation.rejected.empty()) operation.rejected = draft_.rejected;
      const bool has_status = std::ranges::any_of(
          operation.accepted, [](const AnswerRule& rule) { return !rule.status.empty(); });
      if (!has_status) {
        std::vector<StatusPattern> success = {{.hundreds = 2}};
        // "Done, see there", RFC 9110 section 15.4.4: of what changes something.
        if (operation.unsafe()) success.push_back({.code = 303});
        operation.accepted.insert(operation.accepted.begin(),
                                  {.status = std::move(success), .place = operation.place});
      }
    }
    for (Requirement& requirement : spec_.requirements) {
      if (requirement.document.empty() && spec_.documents.size() == 1) {
        requirement.document = spec_.documents.front().id;
      }
    }
  }

  void look_up(const Reference& reference) {
    switch (reference.to) {
      case To::document:
        return expect(reference, "document", ids(spec_.documents));
      case To::server:
        return expect(reference, "server", ids(spec_.servers));
      case To::principal:
        return expect(reference, "principal", ids(spec_.principals));
      case To::scheme:
        return expect(reference, "security scheme", ids(spec_.schemes));
      case To::operation:
        return expect(reference, "operation", ids(spec_.operations));
      case To::hook:
        return expect(reference, "hook", ids(spec_.hooks));
      case To::requirement:
        return expect(reference, "requirement", ids(spec_.requirements));
      case To::value:
        return expect(reference, "value", value_names(spec_));
      case To::issuer:
        return check_issuer(reference);
      case To::placeholder:
        return check_placeholder(reference);
      case To::case_glob:
        return check_glob(reference);
    }
  }

  void expect(const Reference& reference, std::string_view what,
              const std::vector<std::string>& names) {
    if (std::ranges::find(names, reference.name) != names.end()) return;
    problems_.error(reference.place,
                    fmt::format("there is no {} {}{}", what, in_quotes(reference.name),
                                did_you_mean(reference.name, names)));
  }

  void check_issuer(const Reference& reference) {
    const Operation* operation = spec_.operation(reference.name);
    if (operation == nullptr) return expect(reference, "operation", ids(spec_.operations));
    if (!operation->issues || !operation->issues->gives(reference.from)) {
      problems_.error(
          reference.place,
          fmt::format("operation {} does not issue {}: it lacks 'issues: {{ value: {} }}'",
                      in_quotes(reference.name), in_quotes(reference.from), reference.from));
    }
  }

  void check_placeholder(const Reference& reference) {
    const std::vector<std::string> names = placeholder_names(spec_, reference.from);
    if (std::ranges::find(names, reference.name) != names.end()) {
      Operation* operation = find_operation(reference.from);
      if (reference.name == "lifetime" && operation != nullptr && operation->issues) {
        operation->issues->lifetime->parameter = "lifetime";
      }
      return;
    }
    std::string reason = "nothing provides " + in_quotes("{" + reference.name + "}");
    if (reference.name == "id") {
      reason += ": no operation issues a credential with an 'id'";
    } else if (reference.name == "lifetime") {
      reason += ": the operation issues nothing with a 'lifetime'";
    } else {
      reason += did_you_mean(reference.name, names);
    }
    problems_.error(reference.place, std::move(reason));
  }

  // operation/scheme/family/mutation. The steps that a glob spells out must exist; whether it
  // matches a planned case is the planner's to say.
  void check_glob(const Reference& reference) {
    const std::vector<std::string_view> steps = split(reference.name, '/');
    if (steps.size() != 4) {
      if (steps.size() < 4 && reference.name.find('*') != std::string::npos) return;
      problems_.error(reference.place,
                      fmt::format("{} is no pattern of case ids: operation/scheme/family/mutation",
                                  in_quotes(reference.name)));
      return;
    }
    const auto check_step = [&](std::size_t step, std::string_view what,
                                const std::vector<std::string>& names) {
      const std::string_view word = steps[step];
      if (word.find_first_of("*?") != std::string_view::npos) return;
      expect({reference.to, std::string(word), reference.place}, what, names);
    };
    std::vector<std::string> alternatives = {"anonymous"};
    for (const Operation& operation : spec_.operations) {
      for (const Alternative& alternative : operation.security) {
        alternatives.push_back(alternative.id());
      }
    }
    for (const SecurityScheme& scheme : spec_.schemes) alternatives.push_back(scheme.id);
    check_step(0, "operation", ids(spec_.operations));
    check_step(1, "security scheme", alternatives);
    check_step(2, "family of cases",
               std::vector<std::string>(k_families.begin(), k_families.end()));
  }

  void check(Operation& operation) {
    const std::string called = "operation " + in_quotes(operation.id);
    if (operation.security.empty()) {
      problems_.error(
          operation.place,
          called + " does not say what opens it: give 'security' ([{}] if it is public)");
    }
    if (operation.server.empty() && spec_.servers.size() > 1) {
      problems_.error(operation.place, called + " does not say on which server: give 'server'");
    }
    const bool by_id = operation.path.find("{id}") != std::string::npos;
    if (!operation.revokes.empty() && !by_id && !takes(operation, operation.revokes)) {
      problems_.error(operation.place,
                      called +
                          " does not say which one it revokes: its path names it by {id}, or "
                          "its 'security' takes it");
    }
    if (!operation.renews.empty() && !by_id) {
      problems_.error(operation.place,
                      called + " does not say which one it renews: its path names it by {id}");
    }
    const std::array<std::string, 2> acts_on = {operation.revokes, operation.renews};
    for (const std::string& value : acts_on) {
      if (!value.empty() && spec_.issuer(value) == nullptr) {
        problems_.error(operation.place,
                        fmt::format("{} acts on an issued {}, and no operation issues one", called,
                                    in_quotes(value)));
      }
    }
    for (AnswerRule& rule : operation.accepted)
      rule.level = level_of(rule.requirements, rule.level);
    for (AnswerRule& rule : operation.rejected)
      rule.level = level_of(rule.requirements, rule.level);
  }

  bool takes(const Operation& operation, const std::string& value) const {
    return std::ranges::any_of(operation.security, [&](const Alternative& alternative) {
      return std::ranges::any_of(alternative.schemes, [&](const std::string& id) {
        const SecurityScheme* scheme = spec_.scheme(id);
        return scheme != nullptr && scheme->takes(value);
      });
    });
  }

  void check(const Rotation& rotation) {
    const auto prints = [&](const std::string& id) {
      const auto hook = std::ranges::find(spec_.hooks, id, &Hook::id);
      return hook != spec_.hooks.end() && hook->prints == rotation.value;
    };
    if (!prints(rotation.reset) && !prints(rotation.effective)) {
      problems_.error(rotation.place,
                      fmt::format("neither hook of this rotation prints the new {}: give 'prints'",
                                  in_quotes(rotation.value)));
    }
  }

  void check_principals() {
    std::map<std::string, std::string> owners;  // environment name -> whose it is
    for (const Principal& principal : spec_.principals) {
      for (const Value& value : principal.values) {
        const std::string label = principal.id + "." + value.name;
        if (value.env.empty()) {
          if (spec_.issuer(value.name) == nullptr && !spec_.operations.empty()) {
            problems_.error(value.place,
                            fmt::format("no operation issues {}", in_quotes(value.name)));
          }
        } else if (const auto [owner, fresh] = owners.emplace(value.env, label); !fresh) {
          problems_.error(value.place, fmt::format("{} is {} already: two values, two names",
                                                   value.env, owner->second));
        }
      }
      if (principal.foreign_to == principal.id) {
        problems_.error(principal.place, "nobody is foreign to themselves");
      }
    }
    if (!spec_.principals.empty() && spec_.principals.front().optional) {
      problems_.error(spec_.principals.front().place,
                      "the first principal is the one that the cases use: it cannot be optional");
    }
  }

  void check_requirements() {
    for (const auto& [id, glob] : draft_.role_proofs) {
      const auto found = std::ranges::find(spec_.requirements, id, &Requirement::id);
      if (found != spec_.requirements.end()) found->proved_by.push_back(glob);
    }
    std::set<std::string> inline_ids;
    const auto note = [&](const std::vector<std::string>& list) {
      inline_ids.insert(list.begin(), list.end());
    };
    for (const SecurityScheme& scheme : spec_.schemes) note(scheme.requirements);
    for (const Operation& operation : spec_.operations) {
      note(operation.requirements);
      for (const AnswerRule& rule : operation.accepted) note(rule.requirements);
      for (const AnswerRule& rule : operation.rejected) note(rule.requirements);
    }
    for (const OwnCase& own : spec_.own_cases) {
      note(own.requirements);
      for (const AnswerRule& rule : own.answer) note(rule.requirements);
    }
    for (const Requirement& requirement : spec_.requirements) {
      if (requirement.proved_by.empty() && !inline_ids.contains(requirement.id)) {
        problems_.error(
            requirement.place,
            fmt::format(
                "nothing proves requirement {}: give 'provedBy', or name it where it is shown",
                in_quotes(requirement.id)));
      }
    }
  }

  // A rule is as hard as the hardest sentence it shows.
  Level level_of(const std::vector<std::string>& requirements, Level otherwise) const {
    std::optional<Level> level;
    for (const std::string& id : requirements) {
      if (const Requirement* requirement = spec_.requirement(id)) {
        level = level ? std::max(*level, requirement->level) : requirement->level;
      }
    }
    return level.value_or(otherwise);
  }

  Operation* find_operation(const std::string& id) {
    const auto found = std::ranges::find(spec_.operations, id, &Operation::id);
    return found == spec_.operations.end() ? nullptr : &*found;
  }

  Draft& draft_;
  Spec& spec_;
  Problems& problems_;
};

}  // namespace

void check_draft(Draft& draft) { Checker(draft).run(); }

}  // namespace keyward
