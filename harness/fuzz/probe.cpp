// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/probe.h"

#include <algorithm>
#include <utility>

#include "harness/catalogue/slots.h"

namespace keyward {
namespace {

// What it issues can be taken back, or does not live for ever.
bool can_be_undone(const Spec& spec, const Operation& operation) {
  if (!operation.issues) return false;
  const Issues& issues = *operation.issues;
  const bool revoked = std::ranges::any_of(
      spec.operations, [&](const Operation& other) { return other.revokes == issues.value; });
  return revoked || issues.lifetime || !issues.expires.empty();
}

std::size_t name_size(const SecurityScheme& scheme) {
  const Carrier& carrier = scheme.carriers[secret_index(scheme)];
  const std::string_view field = field_of(carrier);
  return field.empty() ? carrier.name.size() : field.size();
}

}  // namespace

std::vector<FuzzPlace> fuzzed_places(Engine& engine) {
  std::vector<FuzzPlace> places;
  for (const Operation& operation : engine.spec.operations) {
    const bool issuing = operation.unsafe() && can_be_undone(engine.spec, operation);
    if (engine.endpoint_index(operation) < 0 || operation.anonymous_allowed() ||
        operation.ends_own())
      continue;
    if (operation.method == "OPTIONS" || (operation.unsafe() && !issuing)) continue;
    for (const Alternative& alternative : operation.security) {
      for (const std::string& id : alternative.schemes) {
        const SecurityScheme* scheme = engine.spec.scheme(id);
        const auto valid = engine.keyring.credential(*scheme, engine.keyring.member().id);
        FuzzPlace place{.operation = &operation,
                        .alternative = &alternative,
                        .scheme = scheme,
                        .site = {.operation = operation.id,
                                 .alternative = alternative.id(),
                                 .scheme = id,
                                 .layers = layers_of(*scheme, !operation.unsafe()),
                                 .target_size = operation.path.size(),
                                 .name_size = name_size(*scheme)},
                        .issuing = issuing};
        if (valid) place.site.secret_size = valid->bytes[secret_index(*scheme)].size();
        places.push_back(std::move(place));
      }
    }
  }
  return places;
}

std::optional<Ground> Prober::ground(const FuzzPlace& place) {
  const std::string& member = engine_.keyring.member().id;
  const auto valid = engine_.keyring.credential(*place.scheme, member);
  if (!valid) return std::nullopt;
  Random random(engine_.options.seed, place.name() + "/twin");
  Ground ground;
  ground.context.spec = &engine_.spec;
  ground.context.operation = place.operation;
  ground.context.scheme = place.scheme;
  ground.context.valid = *valid;
  ground.context.twin = engine_.keyring.twin(*place.scheme, *valid, random);
  ground.context.credential_of = [this, member](const SecurityScheme& scheme) {
    return engine_.keyring.credential(scheme, member);
  };
  ground.bare =
      assemble(*place.operation, engine_.endpoint(*place.operation),
               engine_.lookup(engine_.keyring.member(), engine_.kept_object(*place.operation)), {});
  for (const std::string& id : place.alternative->schemes) {
    const SecurityScheme& other = *engine_.spec.scheme(id);
    if (&other == place.scheme) continue;
    if (const auto credential = engine_.keyring.credential(other, member))
      keyward::place(ground.bare, other, *credential);
  }
  settle_body(ground.bare, engine_.spec, place.alternative);
  return ground;
}

void Prober::probe(const FuzzPlace& place, const FuzzInput& input, bool fresh, Done done) {
  const auto send = [this, &place, input, fresh,
                     done = std::move(done)](const std::string& problem) {
    const auto ground = problem.empty() ? this->ground(place) : std::nullopt;
    if (!ground) return done({});
    auto made = std::make_shared<Crafted>(craft(input, *ground));
    settle_body(made->request, engine_.spec, place.alternative);
    const bool negative = !carries_valid(*made, *ground);
    // What would issue something by right is not asked for again and again.
    if (place.issuing && !negative) return done({});
    if (negative && budget_spent()) return done({});
    wrong_attempts_ += negative ? 1 : 0;
    const bool holds_secret = input.base == Base::valid;
    const bool alone = fresh || !made->request.body.empty();
    const auto company = holds_secret ? Outgoing::Company::refused : Outgoing::Company::plain;
    engine_.gate.send(
        engine_.outgoing(made->request, *place.operation, company, alone),
        [this, &place, input, ground = *ground, made, negative, done](Exchange exchange, int) {
          const ControlSet* set = engine_.controls(*place.operation, place.alternative);
          Probed probed{.made = std::move(*made), .exchange = std::move(exchange)};
          probed.negative = negative;
          engine_.learn(*place.operation, probed.exchange, engine_.keyring.member());
          if (probed.exchange.response)
            engine_.revealed(*place.operation, *probed.exchange.response);
          if (set != nullptr) {
            probed.breach = judge(input, probed.made, ground, *place.alternative, set->controls,
                                  probed.exchange);
          }
          done(std::move(probed));
        });
  };
  const auto with_object = [this, &place, send](const std::string& problem) {
    if (!problem.empty() || !place.operation->needs_created()) return send(problem);
    engine_.with_kept_object(*place.operation, [send](const std::string& trouble,
                                                      const std::string&) { send(trouble); });
  };
  engine_.with_values(engine_.keyring.member(), *place.alternative, "", with_object);
}

void Prober::control(const FuzzPlace& place, bool absent, std::function<void(Reception)> done) {
  engine_.with_values(
      engine_.keyring.member(), *place.alternative, "",
      [this, &place, absent, done = std::move(done)](const std::string& problem) {
        if (!problem.empty()) return done(Reception::none);
        const Request request =
            engine_.documented(*place.operation, absent ? nullptr : place.alternative,
                               engine_.keyring.member(), engine_.kept_object(*place.operation));
        const auto company = absent ? Outgoing::Company::plain : Outgoing::Company::valid;
        engine_.gate.send(
            engine_.outgoing(request, *place.operation, company, true),
            [this, &place, done](const Exchange& exchange, int) {
              engine_.learn(*place.operation, exchange, engine_.keyring.member());
              const ControlSet* set = engine_.controls(*place.operation, place.alternative);
              done(set == nullptr ? Reception::none : receive(set->controls, exchange));
            });
      });
}

}  // namespace keyward
