// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/mutated.h"

#include <fmt/format.h>

#include "harness/catalogue/slots.h"
#include "harness/model/shape.h"

namespace keyward {
namespace {

Slots slots_of(const SecurityScheme& scheme) {
  Slots slots = 0;
  for (const Carrier& carrier : scheme.carriers) slots |= slot_bit(carrier.slot);
  return slots;
}

// A value whose documented shape is another one is no JSON Web Token, whoever holds it.
bool may_be_jwt(const Spec& spec, const SecurityScheme& scheme) {
  const Value* value =
      find_value(spec.principals.front(), scheme.carriers[secret_index(scheme)].ref.value);
  return value == nullptr || value->shape.empty() || value->shape == k_jwt_shape;
}

bool concerns(const Mutation& row, const Spec& spec, const SecurityScheme& scheme) {
  return (row.slots & slots_of(scheme)) != 0 && (!row.jwt || may_be_jwt(spec, scheme));
}

// A mutant of an operation that destroys its object, or its credential, needs one of its own.
std::vector<Step> preparation(const Spec& spec, const Operation& operation) {
  if (operation.revokes.empty()) return {};
  const Operation* issuer = spec.issuer(operation.revokes);
  if (issuer == nullptr) return {};
  Step step = issue_step_without_lifetime(*issuer);
  step.says = "issue what the request may destroy";
  return {std::move(step)};
}

// What is put together to one case.
struct Parts {
  const Spec& spec;
  const Operation& operation;
  const Alternative& alternative;
  const SecurityScheme* scheme;  // under test; null: anonymous
  const Mutation& row;
};

Case put_together(const Parts& parts, std::string_view variant) {
  const auto& [spec, operation, alternative, scheme, row] = parts;
  Case planned;
  planned.operation = &operation;
  const bool anonymous = row.scope == Scope::operation && row.base == Base::absent;
  planned.alternative = &alternative;
  planned.scheme = anonymous ? "anonymous" : alternative.id();
  if (alternative.schemes.size() > 1 && !anonymous) planned.scheme += ":" + scheme->id;
  planned.scheme_under_test = scheme;
  planned.family = row.family;
  planned.row = row.id;
  planned.variant = variant;
  planned.mutation = &row;
  planned.script.operation = &operation;
  planned.script.alternative = &alternative;
  planned.script.steps = preparation(spec, operation);
  Step step;
  step.says = variant.empty() ? std::string(row.id) : fmt::format("{}, {}", row.id, variant);
  step.operation = &operation;
  step.alternative = &alternative;
  step.holding = row.base == Base::absent ? Holding::none : Holding::own;
  step.own_object = !operation.revokes.empty();
  if (operation.ends_own() && row.base == Base::valid) {
    step.holding = Holding::issued;
    step.held_value = operation.revokes;
  }
  step.judged = true;
  step.expect = row.expect;
  step.mutation = &row;
  step.variant = variant;
  planned.script.steps.push_back(std::move(step));
  if (operation.anonymous_allowed() && row.expect == Expect::refused && anonymous) {
    planned.skip = fmt::format("{}the operation is documented as open", k_not_applicable);
  }
  return planned;
}

void add_variants(const Parts& parts, std::vector<Case>& out) {
  if (parts.row.variants.empty()) out.push_back(put_together(parts, ""));
  for (const std::string_view variant : parts.row.variants)
    out.push_back(put_together(parts, variant));
}

// The row's cases again, each with a wrong credential in the scheme's place.
void add_with_twin(const Parts& parts, std::vector<Case>& out) {
  const std::size_t first = out.size();
  add_variants(parts, out);
  for (std::size_t i = first; i < out.size(); ++i) {
    Case& planned = out[i];
    planned.scheme = parts.alternative.id();
    planned.variant += planned.variant.empty() ? "with-twin" : "-with-twin";
    Step& step = planned.script.steps.back();
    step.says += ", with a wrong credential";
    step.base = Base::twin;
    step.holding = Holding::own;
  }
}

// The row with each other scheme that the operation documents by itself.
void add_pairs(const Parts& parts, std::vector<Case>& out) {
  for (const Alternative& other : parts.operation.security) {
    if (other.schemes.size() != 1) continue;
    const SecurityScheme& scheme = *parts.spec.scheme(other.schemes.front());
    const Carrier& there = scheme.carriers[secret_index(scheme)];
    const Carrier& here = parts.scheme->carriers[secret_index(*parts.scheme)];
    const bool same_field = !field_of(there).empty() && field_of(there) == field_of(here);
    if (same_field || same_place(there, here.slot, here.name)) continue;
    Case planned = put_together(parts, "");
    planned.variant = "with-" + scheme.id;
    planned.script.steps.back().variant = scheme.id;
    planned.script.steps.back().says += " in " + scheme.id;
    out.push_back(std::move(planned));
  }
}

}  // namespace

std::vector<Case> mutated_cases(const Spec& spec, const Operation& operation) {
  std::vector<Case> out;
  const Alternative* first = first_alternative(operation);
  for (const Alternative& alternative : operation.security) {
    if (alternative.schemes.empty()) {  // documented as open: it must answer anybody
      out.push_back(
          put_together({spec, operation, alternative, nullptr, *find_mutation("valid")}, ""));
      continue;
    }
    for (const Mutation* row : all_mutations()) {
      // It has no controls: each would end what the others lean on.
      if (operation.ends_own() && row->family != Family::control) continue;
      const bool once = row->scope == Scope::operation;
      if (row->from == Depth::exhaustive || (once && &alternative != first)) continue;
      if (row->combined && alternative.schemes.size() < 2) continue;
      for (const std::string& id : alternative.schemes) {
        const SecurityScheme& scheme = *spec.scheme(id);
        if (!concerns(*row, spec, scheme)) continue;
        add_variants({spec, operation, alternative, &scheme, *row}, out);
        if (once || (row->family == Family::control && row->id == "valid")) break;
      }
    }
  }
  return out;
}

std::vector<Case> combined_cases(const Spec& spec, const Operation& operation) {
  std::vector<Case> out;
  if (operation.ends_own()) return out;
  for (const Alternative& alternative : operation.security) {
    // A scheme that does not suffice by itself is no way in that could be combined with another.
    if (alternative.schemes.size() != 1) continue;
    const SecurityScheme& scheme = *spec.scheme(alternative.schemes.front());
    for (const Mutation* row : all_mutations()) {
      const Parts parts{spec, operation, alternative, &scheme, *row};
      const bool concerned = concerns(*row, spec, scheme);
      if (row->pairs) {
        add_pairs(parts, out);
      } else if (concerned && row->from == Depth::exhaustive) {
        add_variants(parts, out);
      }
      // Where anybody is let in, a wrong credential may be passed over.
      if (concerned && row->bypass && !operation.anonymous_allowed()) add_with_twin(parts, out);
    }
  }
  return out;
}

}  // namespace keyward
