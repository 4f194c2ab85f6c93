// SPDX-License-Identifier: Apache-2.0
// How a player builds the request of a step: the documented one, with whose credential, changed
// how.
#include <algorithm>

#include <fmt/format.h>

#include "harness/catalogue/slots.h"
#include "harness/model/shape.h"
#include "harness/plan/rehearsal.h"
#include "harness/run/player.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

// Families whose mutant is still the documented request with another secret: documented answers
// apply to it.
bool keeps_documented_form(const Case& planned) {
  return planned.family == Family::control || planned.family == Family::presence ||
         planned.family == Family::compare;
}

// What a firewall may take for an attack: __proto__, too.
bool is_suspicious(std::string_view placed, std::string_view secret) {
  const auto unlike = [&](std::string_view text) {
    return placed.contains(text) && !secret.contains(text);
  };
  return unlike("__") || std::ranges::any_of(placed, [&](char c) {
           return !k_alphanumeric.contains(c) && !std::string_view("-._~").contains(c) &&
                  !secret.contains(c);
         });
}

constexpr std::size_t k_worth_hiding = 4;  // bytes; of less, a secret cannot be told

}  // namespace

std::string Player::object_id(const Step& step) const {
  if (step.own_object && issued_ && !issued_->id.empty()) return issued_->id;
  return object_;
}

std::string Player::held_bytes(const Step& step) const {
  switch (step.holding) {
    case Holding::issued: {
      const std::string secret = issued_ ? issued_->secret : std::string();
      return step.respell != nullptr ? step.respell(secret) : secret;
    }
    case Holding::issued_id:
      return issued_ ? issued_->id : std::string();
    case Holding::chosen:
      return chosen_;
    case Holding::reset:
      return reset_;
    case Holding::previous:
      return previous_;
    case Holding::revealed:
      return revealed_;
    case Holding::own:
    case Holding::twin:
    case Holding::none:
      break;
  }
  return {};
}

void Player::place_credentials(const Step& step, Built& built) {
  if (step.alternative == nullptr || (step.holding == Holding::none && step.mutation == nullptr))
    return;
  if (step.bare()) return;
  const std::string held = held_bytes(step);
  if (step.respell != nullptr) engine_.keyring.hide("respelled", step.held_value, held);
  const std::string override_name = held.empty() ? "" : step.held_value;
  for (const std::string& id : step.alternative->schemes) {
    const SecurityScheme& scheme = *engine_.spec.scheme(id);
    const bool under_test = step.mutation != nullptr && case_.scheme_under_test == &scheme;
    // What was issued together goes together.
    std::string_view name = override_name, bytes = held;
    if (issued_ && step.holding == Holding::issued && !scheme.takes(step.held_value)) {
      for (const auto& [other, value] : issued_->also) {
        if (!scheme.takes(other)) continue;
        name = other;
        bytes = value;
      }
    }
    auto credential = engine_.keyring.credential(scheme, engine_.actor(step).id, name, bytes);
    if (!credential) continue;
    if (under_test && step.base_or_row() == Base::absent) continue;
    if (step.holding == Holding::twin || (under_test && step.base_or_row() == Base::twin)) {
      credential = engine_.keyring.twin(scheme, *credential, random_);
    } else {
      built.company = step.actor != nullptr ? Outgoing::Company::foreign : Outgoing::Company::valid;
    }
    place(built.request, scheme, *credential);
    for (std::size_t i = 0; i < credential->bytes.size(); ++i) {
      const Carrier& carrier = scheme.carriers[i];
      const Value* value =
          carrier.ignored ? nullptr : find_value(engine_.actor(step), carrier.ref.value);
      if (value != nullptr && !value->is_public)
        built.sent.emplace_back(scheme.id, credential->bytes[i]);
    }
  }
}

// The cookies that answers to the issued credential have set; false where there is none.
bool Player::bring_cookies(Built& built) {
  std::vector<std::string> names;
  for (const StepSeen& seen : seen_) {
    if (!seen.exchange.response || seen.step->holding != Holding::issued) continue;
    for (const HeaderField& field : seen.exchange.response->fields) {
      if (!equals_ignoring_case(field.name, "Set-Cookie")) continue;
      const std::string name(trim_ows(field.value.substr(0, field.value.find_first_of("=;"))));
      const std::string value = cookie_set(*seen.exchange.response, name);
      if (value.empty() || std::ranges::find(names, name) != names.end()) continue;
      names.push_back(name);
      engine_.redactor.add("cookie." + name, value);
      add_wire(built.request, Slot::cookie, name, value);
    }
  }
  if (names.empty()) built.skip = std::string(k_not_applicable) + "no answer sets a cookie";
  return !names.empty();
}

// What was made of the secret is as secret.
void Player::hide(const std::vector<std::string>& made) {
  const SecurityScheme& scheme = *case_.scheme_under_test;
  const std::string label = engine_.keyring.member().id + "." +
                            scheme.carriers[secret_index(scheme)].ref.value + "+changed";
  for (const std::string& text : made) {
    if (text.size() >= k_worth_hiding) engine_.redactor.add(label, text);
  }
}

// Lets the mutation change the request; false where it cannot here.
bool Player::change(const Step& step, Built& built) {
  const Mutation& mutation = *step.mutation;
  EditContext context;
  context.spec = &engine_.spec;
  context.operation = step.operation;
  context.scheme = case_.scheme_under_test;
  context.tls = engine_.endpoint(*step.operation).origin.scheme == "https";
  const std::string& member = engine_.keyring.member().id;
  const auto valid = engine_.keyring.credential(*context.scheme, member);
  if (!valid) {
    built.skip = std::string(k_not_available) + "the scheme's credential is not held";
    return false;
  }
  context.valid = *valid;
  context.dress = engine_.keyring.dress_of(context.scheme->id);
  context.twin = engine_.keyring.twin(*context.scheme, *valid, random_);
  if (const Principal* foreigner = engine_.keyring.foreigner()) {
    context.foreign = engine_.keyring.credential(*context.scheme, foreigner->id);
    context.foreign_of = [this, foreigner](const SecurityScheme& scheme) {
      return engine_.keyring.credential(scheme, foreigner->id);
    };
  }
  context.credential_of = [this, &member](const SecurityScheme& scheme) {
    return engine_.keyring.credential(scheme, member);
  };
  context.value_of = [this, &member](std::string_view principal, std::string_view value) {
    const Principal* foreigner = engine_.keyring.foreigner();
    if (principal == "member") return engine_.keyring.value(member, value);
    return foreigner == nullptr ? std::string() : engine_.keyring.value(foreigner->id, value);
  };
  Edit edit(built.request, context, step.variant, random_);
  if (const Skip skip = mutation.build(edit)) {
    built.skip = std::string(k_not_applicable) + *skip;
    return false;
  }
  built.marks = edit.marks();
  built.look_alike = mutation.family == Family::compare && looks_like(edit.secret(), edit.placed());
  built.suspicious = is_suspicious(edit.placed(), edit.secret());
  for (const std::string& text : edit.derived())
    built.sent.emplace_back(std::string(mutation.id), text);
  hide(edit.made());
  if (no_negative_if_equal(mutation) && carries(built.request, *context.scheme, *valid)) {
    built.skip = fmt::format(
        "{}read by the standards, the changed request still carries the valid credential",
        k_not_applicable);
    return false;
  }
  // A negative request with the real secret in it: what it may teach the connection must not help
  // or harm another case. It shares one with its like while they are refused.
  if (step.actor == nullptr &&
      (mutation.expect == Expect::refused || step.base_or_row() != Base::valid)) {
    const std::string bytes = render(built.request);
    const std::string_view secret = edit.secret();
    const bool holds_secret = bytes.contains(secret) || bytes.contains(edit.wire(secret));
    built.company = holds_secret ? Outgoing::Company::refused : Outgoing::Company::plain;
  }
  // What looks like a breach may be the connection's memory: it is asked again on another.
  built.fresh = built.fresh || attempt_number_ > 1;
  return true;
}

// The request without what it may do without. Where it must be refused, it must not become one that
// carries a right credential by that.
void Player::cut(const Step& step, Built& built) {
  const Request documented =
      engine_.documented(*step.operation, step.alternative, engine_.actor(step), object_id(step));
  const auto entitled = [&] {
    return std::ranges::any_of(step.operation->security, [&](const Alternative& alternative) {
      return !alternative.schemes.empty() &&
             std::ranges::all_of(alternative.schemes, [&](const std::string& id) {
               const SecurityScheme& scheme = *engine_.spec.scheme(id);
               const auto valid = engine_.keyring.credential(scheme, engine_.keyring.member().id);
               return valid && carries(built.request, scheme, *valid);
             });
    });
  };
  const bool entitled_before = entitled();
  attempt_.parts = parts_of(built.request);
  attempt_.change = change_size(built.request, documented);
  const auto made = apply(*trim_, documented, built.request);
  const auto core = [](Request request) {
    std::erase_if(request.fields, [](const RequestField& field) {
      return equals_ignoring_case(field.name, "User-Agent") ||
             equals_ignoring_case(field.name, "Accept");
    });
    return render(request);
  };
  const bool refused = step.mutation != nullptr && step.mutation->expect != Expect::accepted;
  const bool nothing_left = refused && core(built.request) == core(documented);
  if (!made || (!entitled_before && entitled()) || nothing_left) {
    built.skip = std::string(k_not_applicable) + "the request cannot be cut like that";
    return;
  }
  hide(*made);
  for (const std::string& text : *made) built.sent.emplace_back(std::string(case_.row), text);
}

Player::Built Player::build(const Step& step) {
  Built built;
  const bool named = issued_ && !issued_->id.empty() && issued_->id != issued_->secret;
  if (step.holding == Holding::issued_id && !named) {
    built.skip = std::string(k_not_applicable) + "what was issued has no id of its own";
    return built;
  }
  const Principal& party = step.about != nullptr ? *step.about : engine_.actor(step);
  const Lookup lookup = engine_.lookup(party, object_id(step), chosen_, canary_);
  const Endpoint& endpoint = engine_.endpoint(*step.operation);
  auto members = step.set;
  if (trim_ != nullptr && case_.script.tells(step)) {
    std::erase_if(members, [&](const auto& member) {
      return std::ranges::find(trim_->without, "member " + member.first) != trim_->without.end();
    });
  }
  built.request = case_.own != nullptr && step.judged
                      ? assemble(*case_.own, *step.operation, endpoint, lookup)
                      : assemble(*step.operation, endpoint, lookup, {members, step.drop});
  if (step.about != nullptr) {
    const Lookup own = engine_.lookup(engine_.actor(step), object_id(step), chosen_, canary_);
    if (render(assemble(*step.operation, endpoint, own, {members, step.drop})) ==
        render(built.request)) {
      built.skip = std::string(k_not_applicable) + "both parties name the same";
      return built;
    }
  }
  if (!step.method.empty()) built.request.method = step.method;
  for (const auto& [name, value] : step.query)
    built.request.query.push_back(name + "=" + fill(value, lookup));
  for (const auto& [name, value] : step.headers) built.request.set_field(name, fill(value, lookup));
  place_credentials(step, built);
  if (step.brings_cookies && !bring_cookies(built)) return built;
  settle_body(built.request, engine_.spec, step.alternative);
  // What another body, another party or an object that may be gone is answered with is not about
  // the credential.
  built.documented = case_.own == nullptr && step.set.empty() && step.actor == nullptr &&
                     step.method.empty() && step.respell == nullptr &&
                     !(step.own_object && step.operation->needs_created());
  if (step.mutation != nullptr && case_.scheme_under_test != nullptr) {
    if (!change(step, built)) return built;
    if (!built.request.body.empty()) settle_body(built.request, engine_.spec, step.alternative);
    built.documented = keeps_documented_form(case_);
    // Whoever refuses early may leave the body unread, and take it for the next request.
    if (!built.request.body.empty() && step.mutation->expect != Expect::accepted)
      built.fresh = true;
  } else if (step.expect == Expect::refused) {
    built.fresh = true;  // a credential that should be dead rides alone
  }
  if (trim_ != nullptr && case_.script.tells(step)) cut(step, built);
  return built;
}

}  // namespace keyward
