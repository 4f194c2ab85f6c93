// SPDX-License-Identifier: Apache-2.0
#include "harness/plan/rehearsal.h"

#include <algorithm>

#include "harness/catalogue/slots.h"
#include "harness/model/shape.h"

namespace keyward {
namespace {

constexpr std::size_t k_usual_secret = 40;  // bytes, where no shape is documented

std::string stand_in(const Value& value, Random& random) {
  if (!value.shape.empty()) return random_of_shape(value.shape, random);
  std::string out;
  for (std::size_t i = 0; i < std::max<std::size_t>(value.parts.size(), 1); ++i) {
    if (i > 0) out += value.separator;
    out += random.text(k_alphanumeric, k_usual_secret);
  }
  return out;
}

// The operation's request with its placeholders as they stand.
Request documented(const Operation& operation) {
  Request request{.method = operation.method, .path = operation.path};
  if (const std::size_t question = request.path.find('?'); question != std::string::npos) {
    request.query.push_back(request.path.substr(question + 1));
    request.path.resize(question);
  }
  for (const auto& [name, value] : operation.query) request.query.push_back(name + '=' + value);
  request.add_field("Host", "localhost");
  for (const auto& [name, value] : operation.headers) request.set_field(name, value);
  if (operation.json) {
    request.set_field("Content-Type", "application/json");
    request.body = dump(*operation.json);
  } else if (operation.form) {
    request.set_field("Content-Type", "application/x-www-form-urlencoded");
    for (const auto& [name, value] : *operation.form)
      request.body += (request.body.empty() ? "" : "&") + name + '=' + value;
  }
  return request;
}

}  // namespace

bool no_negative_if_equal(const Mutation& row) {
  return row.expect == Expect::refused &&
         (row.family == Family::compare || row.family == Family::encoding ||
          row.family == Family::basic || row.family == Family::presence);
}

Rehearsal::Rehearsal(const Spec& spec) : spec_(&spec) {
  if (spec.principals.empty()) return;
  for (const Who who : {Who::member, Who::foreigner, Who::nobody}) {
    Random random(static_cast<std::uint64_t>(who) + 1);
    for (const Value& value : spec.principals.front().values)
      values_[{who, value.name}] = stand_in(value, random);
  }
}

std::string Rehearsal::value(std::string_view name, Who who) const {
  const auto found = values_.find(std::pair(who, std::string(name)));
  return found == values_.end() ? std::string() : found->second;
}

Credential Rehearsal::credential(const SecurityScheme& scheme, Who who) const {
  Credential made;
  const std::size_t secret = secret_index(scheme);
  for (std::size_t i = 0; i < scheme.carriers.size(); ++i) {
    const Carrier& carrier = scheme.carriers[i];
    if (carrier.ignored) {
      made.bytes.emplace_back(k_any_user_id);
      continue;
    }
    // A twin has the member's user-id.
    const Who whose = who == Who::nobody && i != secret ? Who::member : who;
    const Value* value = find_value(spec_->principals.front(), carrier.ref.value);
    const std::string bytes = this->value(carrier.ref.value, whose);
    made.bytes.push_back(value == nullptr ? bytes : part_of(*value, carrier.ref.part, bytes));
  }
  return made;
}

// As the player does it, before the mutation builds (harness/run/player_request.cpp).
Request Rehearsal::dress(const Case& planned, const Step& step) const {
  Request request = documented(*step.operation);
  if (step.bare() || step.alternative == nullptr) return request;
  for (const std::string& id : step.alternative->schemes) {
    const SecurityScheme& scheme = *spec_->scheme(id);
    const bool under_test = planned.scheme_under_test == &scheme;
    if (under_test && step.base_or_row() == Base::absent) continue;
    const Who who = under_test && step.base_or_row() == Base::twin ? Who::nobody
                    : step.actor != nullptr                        ? Who::foreigner
                                                                   : Who::member;
    place(request, scheme, credential(scheme, who));
  }
  return request;
}

std::optional<std::uint64_t> Rehearsal::digest(const Case& planned) const {
  const auto& steps = planned.script.steps;
  const auto step =
      std::ranges::find_if(steps, [](const Step& s) { return s.mutation != nullptr; });
  if (step == steps.end()) return std::nullopt;
  Request request = dress(planned, *step);
  const Mutation& row = *step->mutation;
  Random random(1);
  if (planned.scheme_under_test != nullptr) {
    EditContext context{.spec = spec_,
                        .operation = step->operation,
                        .scheme = planned.scheme_under_test,
                        .valid = credential(*planned.scheme_under_test, Who::member),
                        .twin = credential(*planned.scheme_under_test, Who::nobody),
                        .foreign = credential(*planned.scheme_under_test, Who::foreigner)};
    context.credential_of = [this](const SecurityScheme& scheme) {
      return std::optional(credential(scheme, Who::member));
    };
    context.foreign_of = [this](const SecurityScheme& scheme) {
      return std::optional(credential(scheme, Who::foreigner));
    };
    context.value_of = [this](std::string_view principal, std::string_view name) {
      return value(name, principal == "member" ? Who::member : Who::foreigner);
    };
    Edit edit(request, context, step->variant, random);
    if (row.build(edit)) return std::nullopt;
    if (no_negative_if_equal(row) && carries(request, *context.scheme, context.valid))
      return std::nullopt;
  }
  // One that is judged in a way of its own stands for nothing but itself.
  const bool own_way = row.expect == Expect::judged || planned.scenario != nullptr;
  std::string said =
      own_way ? std::string(planned.row) : std::to_string(static_cast<int>(row.expect));
  said += request.half_close ? "|half-close|" : request.pause > 0 ? "|pause|" : "|";
  return stable_hash(said + render(request));
}

}  // namespace keyward
