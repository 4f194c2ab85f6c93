// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/catalogue/tenancy.h"
#include "harness/plan/mutated.h"

namespace keyward {
namespace {

std::string case_id(const Case& planned) {
  std::string id;
  id.reserve(planned.operation->id.size() + planned.scheme.size() + planned.row.size() +
             planned.variant.size() + 16);
  id = planned.operation->id;
  for (const std::string_view part :
       {std::string_view(planned.scheme), name(planned.family), std::string_view(planned.row)}) {
    id += '/';
    id += part;
  }
  if (!planned.variant.empty()) {
    id += '.';
    id += planned.variant;
  }
  return id;
}

bool is_valid_control(const Case& planned) {
  return planned.family == Family::control && planned.row == "valid";
}

bool inline_proof(const Case& planned, const Requirement& requirement) {
  const auto names = [&](const std::vector<std::string>& ids) {
    return std::ranges::find(ids, requirement.id) != ids.end();
  };
  if (planned.rule != nullptr) return names(planned.rule->requirements);
  if (planned.own != nullptr) return names(planned.own->requirements);
  if (!is_valid_control(planned)) return false;
  if (names(planned.operation->requirements)) return true;
  return planned.scheme_under_test != nullptr && names(planned.scheme_under_test->requirements);
}

bool proves(const Case& planned, const Requirement& requirement) {
  if (inline_proof(planned, requirement)) return true;
  return std::ranges::any_of(requirement.proved_by, [&](const std::string& pattern) {
    return glob_match(pattern, planned.id);
  });
}

// A credential that should be dead, used where anybody is answered.
bool tells_nothing(const Script& script) {
  return std::ranges::any_of(script.steps, [](const Step& step) {
    const bool used = step.holding != Holding::own && step.holding != Holding::none;
    return used && (step.expect == Expect::refused || step.poll_for > 0) &&
           step.operation->anonymous_allowed();
  });
}

}  // namespace

Level gated_level(Level row, bool document_gate,
                  const std::vector<const Requirement*>& requirements) {
  if (requirements.empty()) {
    return document_gate && row != Level::info ? static_cast<Level>(static_cast<int>(row) - 1)
                                               : row;
  }
  Level documented = Level::info;
  for (const Requirement* requirement : requirements)
    documented = std::max(documented, requirement->level);
  return std::min(row, documented);
}

Plan::Plan(const Spec& spec, PlanOptions options)
    : spec_(&spec), options_(std::move(options)), rehearsal_(spec), telling_(spec) {}

void Plan::rewind_to(std::set<const Operation*> operations) {
  rewind();
  blocks_ = std::move(operations);
}

void Plan::rewind() {
  blocks_.reset();
  block_ = 0;
  cases_.clear();
  at_ = 0;
  filtered_ = 0;
  filtered_requirements_.clear();
}

bool Plan::wanted(const std::string& id) const {
  const auto matches = [&](const std::string& pattern) { return glob_match(pattern, id); };
  if (!options_.only.empty() && std::ranges::none_of(options_.only, matches)) return false;
  if (std::ranges::any_of(options_.skip, matches)) return false;
  return options_.shards <= 1 || stable_hash(id) % static_cast<unsigned>(options_.shards) + 1 ==
                                     static_cast<unsigned>(options_.shard);
}

std::optional<Case> Plan::next() {
  while (true) {
    while (at_ < cases_.size()) {
      Case& planned = cases_[at_++];
      if (wanted(planned.id)) return std::move(planned);
      ++filtered_;
      for (const Requirement* requirement : planned.requirements)
        filtered_requirements_.insert(requirement->id);
    }
    if (block_ > spec_->operations.size()) return std::nullopt;
    cases_.clear();
    at_ = 0;
    fill();
    if (options_.depth == Depth::quick) keep_telling();
    ++block_;
  }
}

void Plan::keep_telling() {
  telling_.begin();
  std::erase_if(cases_, [&](const Case& planned) {
    const auto built = [&] {
      return planned.mutation == nullptr || rehearsal_.digest(planned).has_value();
    };
    if (telling_.keeps(planned, built)) return false;
    for (const Requirement* requirement : planned.requirements)
      filtered_requirements_.insert(requirement->id);
    return true;
  });
}

void Plan::fill() {
  if (block_ == 0) write_scripts();
  const bool exclusive = block_ == spec_->operations.size();
  const Operation* block = exclusive ? nullptr : &spec_->operations[block_];
  if (blocks_ && !blocks_->contains(block)) return;
  if (exclusive) return add_scenarios(nullptr, cases_);
  const Operation& operation = *block;
  add_mutations(operation, cases_);
  add_scenarios(&operation, cases_);
  add_own(operation, cases_);
  add_checks(operation, cases_);
}

void Plan::finish(Case& planned, Level row_level, bool document_gate) const {
  planned.id = case_id(planned);
  for (const Requirement& requirement : spec_->requirements) {
    if (proves(planned, requirement)) planned.requirements.push_back(&requirement);
  }
  planned.level = gated_level(row_level, document_gate, planned.requirements);
  if (planned.operation->unstated_protection) planned.level = Level::info;
  if (planned.scenario != nullptr && tells_nothing(planned.script))
    planned.skip = fmt::format("{}the operation is documented as open", k_not_applicable);
  if (planned.scenario != nullptr && planned.scenario->on_request && !options_.probe_limits) {
    planned.skip = fmt::format("{}it sends many wrong credentials on purpose (--probe-limits)",
                               k_not_available);
  }
  if (options_.servers) {
    const auto missing = [&](const Operation* o) {
      return o != nullptr && !options_.servers->contains(o->server);
    };
    if (missing(planned.operation)) {
      planned.skip = fmt::format("{}no target is given for the server {}", k_not_available,
                                 planned.operation->server);
    }
    for (const Step& step : planned.script.steps) {
      if (step.operation != planned.operation && missing(step.operation)) {
        planned.skip = fmt::format("{}no target is given for the server {}", k_not_available,
                                   step.operation->server);
      }
    }
  }
  if (!planned.script.unavailable.empty())
    planned.skip = std::string(k_not_available) + planned.script.unavailable;
  for (const Step& step : planned.script.steps) {
    if (step.kind == Step::Kind::hook && options_.hooks && !options_.hooks->contains(step.hook)) {
      planned.skip = fmt::format("{}it needs the hook {} (--hook {}=COMMAND)", k_not_available,
                                 step.hook, step.hook);
    }
  }
  const auto held = [&](const Principal& principal) {
    return !options_.principals || options_.principals->contains(principal.id);
  };
  for (const Step& step : planned.script.steps) {
    if (step.actor != nullptr && !held(*step.actor)) {
      planned.skip =
          fmt::format("{}it needs the optional principal {}", k_not_available, step.actor->id);
    }
  }
  const bool needs_foreign = planned.script.needs_foreign ||
                             (planned.mutation != nullptr && planned.mutation->needs_foreign);
  if (!needs_foreign) return;
  const Principal* foreigner = foreigner_of(*spec_);
  if (foreigner == nullptr) {
    planned.skip =
        fmt::format("{}the spec has no principal that is foreign to another", k_not_available);
  } else if (!held(*foreigner)) {
    planned.skip =
        fmt::format("{}it needs the optional principal {}", k_not_available, foreigner->id);
  }
}

void Plan::add_mutations(const Operation& operation, std::vector<Case>& out) const {
  for (Case& planned : mutated_cases(*spec_, operation)) {
    finish(planned, planned.mutation->level, planned.mutation->document_gate);
    out.push_back(std::move(planned));
  }
  if (options_.depth != Depth::exhaustive) return;
  // What the row says by itself stands for what says the same in combination.
  std::set<std::uint64_t> sent;
  for (const Case& planned : out) {
    if (const auto digest = rehearsal_.digest(planned)) sent.insert(*digest);
  }
  for (Case& planned : combined_cases(*spec_, operation)) {
    const auto digest = rehearsal_.digest(planned);
    if (!digest || !sent.insert(*digest).second) continue;
    finish(planned, planned.mutation->level, planned.mutation->document_gate);
    out.push_back(std::move(planned));
  }
}

// The scenarios of the whole spec, by the operation they are listed under; null: exclusive ones.
void Plan::write_scripts() {
  scripts_.clear();
  for (const Scenario* row : all_scenarios()) {
    std::vector<Script> scripts;
    if (row->write != nullptr) row->write(*spec_, scripts);
    if (row->more != nullptr && options_.depth == Depth::exhaustive) row->more(*spec_, scripts);
    for (Script& script : scripts) {
      const Operation* block = script.exclusive ? nullptr : script.operation;
      scripts_[block].emplace_back(row, std::move(script));
    }
  }
}

void Plan::add_scenarios(const Operation* operation, std::vector<Case>& out) {
  auto scripts = scripts_.extract(operation);
  if (!scripts.empty()) {
    for (auto& [row, script] : scripts.mapped()) add_scenario(*row, std::move(script), out);
  }
  if (operation == nullptr || options_.depth != Depth::exhaustive) return;
  for (const Scenario* row : all_scenarios()) {
    if (row->each == nullptr) continue;
    std::vector<Script> more;
    row->each(*spec_, *operation, more);
    for (Script& script : more) add_scenario(*row, std::move(script), out);
  }
}

void Plan::add_scenario(const Scenario& row, Script script, std::vector<Case>& out) const {
  // What would log the run's own credential out is not asked.
  const auto logs_out = [](const Step& step) {
    return step.operation != nullptr && step.operation->ends_own() && step.holding == Holding::own;
  };
  if (std::ranges::any_of(script.steps, logs_out)) return;
  Case planned;
  planned.operation = script.operation;
  planned.alternative = script.alternative;
  planned.scheme = script.alternative->id();
  planned.scheme_under_test = spec_->scheme(script.alternative->schemes.front());
  planned.family = row.family;
  planned.row = row.id;
  planned.variant = script.variant;
  planned.scenario = &row;
  planned.script = std::move(script);
  // A bypass that the request does not have is none for anybody.
  if (row.each != nullptr && !rehearsal_.digest(planned)) return;
  // A level of the script's own is final: the gate is for what stands in the row.
  const std::optional<Level> own_level = planned.script.level;
  finish(planned, own_level.value_or(row.level), row.document_gate && !own_level);
  out.push_back(std::move(planned));
}

void Plan::add_own(const Operation& operation, std::vector<Case>& out) const {
  for (const OwnCase& own : spec_->own_cases) {
    if (own.operation != operation.id) continue;
    Case planned;
    planned.operation = &operation;
    const bool bare = own.carries.schemes.empty();
    planned.alternative = bare ? nullptr : &own.carries;
    planned.scheme = own.carries.id();
    for (const Alternative& alternative : operation.security) {
      if (!bare && alternative.schemes == own.carries.schemes) planned.alternative = &alternative;
    }
    planned.scheme_under_test = bare ? nullptr : spec_->scheme(own.carries.schemes.front());
    planned.family = Family::own;
    planned.row = own.id;
    planned.own = &own;
    Step step;
    step.says = own.says;
    step.operation = &operation;
    step.alternative = planned.alternative;
    if (own.principal != spec_->principals.front().id) step.actor = spec_->principal(own.principal);
    step.holding = bare ? Holding::none : Holding::own;
    step.judged = true;
    step.expect = own.expect == OwnCase::Expect::accepted  ? Expect::accepted
                  : own.expect == OwnCase::Expect::refused ? Expect::refused
                                                           : Expect::judged;
    planned.script.steps.push_back(std::move(step));
    finish(planned, own.level, false);
    out.push_back(std::move(planned));
  }
}

std::vector<Case> Plan::checks_of(const Operation& operation) const {
  std::vector<Case> checks;
  add_checks(operation, checks);
  std::erase_if(checks, [&](const Case& planned) { return !wanted(planned.id); });
  return checks;
}

void Plan::add_checks(const Operation& operation, std::vector<Case>& out) const {
  const auto add = [&](const Check& check, const std::string& scheme, const AnswerRule* rule) {
    Case planned;
    planned.operation = &operation;
    planned.scheme = scheme;
    planned.family = Family::response;
    planned.row = check.id;
    planned.check = &check;
    planned.rule = rule;
    if (rule != nullptr && !rule->requirements.empty())
      planned.variant = rule->requirements.front();
    finish(planned, rule != nullptr ? std::min(check.level, rule->level) : check.level,
           check.document_gate && rule == nullptr);
    // Two rules without a requirement give one case.
    if (out.empty() ||
        std::ranges::none_of(out, [&](const Case& other) { return other.id == planned.id; })) {
      out.push_back(std::move(planned));
    }
  };
  std::vector<std::string> schemes = {"anonymous"};
  for (const Alternative& alternative : operation.security) {
    if (!alternative.schemes.empty()) schemes.push_back(alternative.id());
  }
  for (const std::string& scheme : schemes) {
    for (const Check& check : all_checks()) {
      if (check.rules == Check::Rules::none) {
        add(check, scheme, nullptr);
        continue;
      }
      const auto& rules =
          check.rules == Check::Rules::rejected ? operation.rejected : operation.accepted;
      for (const AnswerRule& rule : rules) {
        if (concerns(check, rule)) add(check, scheme, &rule);
      }
    }
  }
}

std::vector<const Requirement*> unproved_requirements(const Spec& spec) {
  std::set<std::string> proved;
  Plan plan(spec, {});
  while (const auto planned = plan.next()) {
    for (const Requirement* requirement : planned->requirements) proved.insert(requirement->id);
  }
  std::vector<const Requirement*> missing;
  for (const Requirement& requirement : spec.requirements) {
    if (!proved.contains(requirement.id)) missing.push_back(&requirement);
  }
  return missing;
}

}  // namespace keyward
