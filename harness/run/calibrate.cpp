// SPDX-License-Identifier: Apache-2.0
#include "harness/run/calibrate.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr std::size_t k_kept_body = 65536;  // bytes of a control's answer that are kept

enum class Kind { valid, absent, twin, foreign };

// Calls an asynchronous step and turns the loop until it has called back.
std::string await(Engine& engine, const std::function<void(Engine::Ready)>& begin) {
  bool ready = false;
  std::string problem;
  begin([&](std::string text) {
    problem = std::move(text);
    ready = true;
  });
  engine.turn_until([&] { return ready; });
  return problem;
}

Exchange await_exchange(Engine& engine, Outgoing outgoing) {
  bool ready = false;
  Exchange answer;
  engine.gate.send(std::move(outgoing), [&](Exchange exchange, int) {
    answer = std::move(exchange);
    ready = true;
  });
  engine.turn_until([&] { return ready; });
  return answer;
}

// One request to each server, so that a dead target is told in a second and not in a thousand
// cases.
std::string sign_of_life(Engine& engine, const Endpoint& endpoint) {
  Request request;
  request.path = endpoint.base_path + "/";
  request.add_field("Host", endpoint.host_field);
  request.add_field("User-Agent", "keyward/" KEYWARD_VERSION);
  Operation anywhere;
  anywhere.server = endpoint.server;
  const Exchange exchange = await_exchange(engine, engine.outgoing(request, anywhere, false, true));
  switch (exchange.fault) {
    case TransportFault::none:
    case TransportFault::malformed:
    case TransportFault::closed:
    case TransportFault::closed_midway:
      return {};
    case TransportFault::timeout:
      return fmt::format("{}://{} does not answer within {:.0f} s.", endpoint.origin.scheme,
                         endpoint.host_field, engine.options.timeout);
    case TransportFault::resolve:
    case TransportFault::connect:
    case TransportFault::tls:
      break;
  }
  return fmt::format("{}://{} cannot be tested: {}{}.", endpoint.origin.scheme, endpoint.host_field,
                     name(exchange.fault),
                     exchange.detail.empty() ? "" : " (" + exchange.detail + ")");
}

// The object that the request names: its own where it destroys it, else the run's fixture. Returns
// a problem or nothing.
std::string provide_object(Engine& engine, const Operation& operation, std::string& id) {
  if (!operation.needs_created()) return {};
  const Operation* maker =
      operation.revokes.empty() ? nullptr : engine.spec.issuer(operation.revokes);
  const Alternative* alternative = maker == nullptr ? nullptr : first_alternative(*maker);
  if (alternative == nullptr) {
    const std::string problem =
        await(engine, [&](Engine::Ready ready) { engine.with_fixture(std::move(ready)); });
    id = engine.fixture_id();
    return problem;
  }
  std::string problem = await(engine, [&](Engine::Ready ready) {
    engine.with_values(false, *alternative, "", std::move(ready));
  });
  if (!problem.empty()) return problem;
  const Exchange made = await_exchange(
      engine,
      engine.outgoing(engine.documented(*maker, alternative, false, ""), *maker, true, false));
  const auto issued = engine.learn(*maker, made, false);
  if (!issued) return fmt::format("{} made no object", maker->id);
  id = issued->id;
  return {};
}

Request control_request(Engine& engine, const Operation& operation, const Alternative& alternative,
                        Kind kind, const std::string& id) {
  const bool bare = kind == Kind::absent || kind == Kind::twin;
  Request request =
      engine.documented(operation, bare ? nullptr : &alternative, kind == Kind::foreign, id);
  if (kind == Kind::twin) {
    for (const std::string& scheme_id : alternative.schemes) {
      const SecurityScheme& scheme = *engine.spec.scheme(scheme_id);
      const auto valid = engine.keyring.credential(scheme, engine.keyring.member().id);
      if (valid) place(request, scheme, engine.keyring.twin(scheme, *valid, engine.random));
    }
  }
  settle_body(request, engine.spec, &alternative);
  return request;
}

void keep(ControlSet& set, Kind kind, const Exchange& exchange) {
  if (kind == Kind::valid) learn_valid(set.controls, exchange);
  if (kind == Kind::absent) learn_absent(set.controls, exchange);
  if (kind == Kind::twin) learn_twin(set.controls, exchange);
  if (!exchange.response) return;
  Response copy = *exchange.response;
  if (copy.body.size() > k_kept_body) copy.body.resize(k_kept_body);
  if (kind == Kind::valid) set.valid = std::move(copy);
  if (kind == Kind::absent) set.absent = std::move(copy);
  if (kind == Kind::foreign) set.foreign_valid = std::move(copy);
}

// valid, valid, absent, twin, and the foreign principal's where its data will be compared.
void learn(Engine& engine, const Operation& operation, const Alternative& alternative) {
  ControlSet& set = engine.make_controls(operation, alternative);
  std::vector<Kind> kinds(k_valid_samples, Kind::valid);
  kinds.insert(kinds.end(), {Kind::absent, Kind::twin});
  if (!operation.tenant_data.empty() && engine.keyring.foreigner() != nullptr)
    kinds.push_back(Kind::foreign);
  for (const Kind kind : kinds) {
    if (kind != Kind::valid && !set.controls.valid_ok) return;
    std::string id;
    std::string problem = await(engine, [&](Engine::Ready ready) {
      engine.with_values(kind == Kind::foreign, alternative, "", std::move(ready));
    });
    if (problem.empty()) problem = provide_object(engine, operation, id);
    if (!problem.empty()) {
      set.controls.valid_ok = false;
      set.controls.problem = set.controls.valid_text = problem;
      return;
    }
    const bool credentialed = kind == Kind::valid || kind == Kind::foreign;
    const Request request = control_request(engine, operation, alternative, kind, id);
    const Exchange exchange = await_exchange(
        engine,
        engine.outgoing(request, operation, credentialed, !credentialed && !request.body.empty()));
    engine.learn(operation, exchange, kind == Kind::foreign);
    if (exchange.response) engine.revealed(operation, *exchange.response);
    keep(set, kind, exchange);
    if (kind == Kind::valid && set.controls.valid_ok && !operation.revokes.empty())
      engine.removed(id);
  }
}

// A document may show a token alone where RFC 9110 section 11.4 wants an auth-scheme before it, and
// the server may hold with the RFC. Then the run goes on with `Bearer`, and the difference is
// reported for what it is.
void try_bearer(Engine& engine, const Operation& operation, const Alternative& alternative) {
  ControlSet* set = engine.controls(operation, &alternative);
  if (set == nullptr || set->controls.valid_ok || !set->controls.problem.empty() ||
      alternative.schemes.size() != 1)
    return;
  const SecurityScheme& scheme = *engine.spec.scheme(alternative.schemes.front());
  const bool bare = scheme.type == SchemeType::api_key &&
                    scheme.carriers.front().slot == Slot::header &&
                    equals_ignoring_case(scheme.carriers.front().name, "Authorization");
  if (!bare || !engine.keyring.dress_of(scheme.id).empty()) return;
  engine.keyring.dress(scheme.id, "Bearer ");
  const Controls before = set->controls;
  set->controls = Controls{.operation = &operation};
  learn(engine, operation, alternative);
  if (set->controls.valid_ok) return;
  engine.keyring.dress(scheme.id, "");
  set->controls = before;
}

std::set<std::string> values_of(const Spec& spec, const Alternative& alternative) {
  std::set<std::string> values;
  for (const std::string& id : alternative.schemes) {
    for (const Carrier& carrier : spec.scheme(id)->carriers) {
      if (!carrier.ignored) values.insert(carrier.ref.value);
    }
  }
  return values;
}

template <class Visit>
void each_control(Engine& engine, Visit&& visit) {
  for (const Operation& operation : engine.spec.operations) {
    for (const Alternative& alternative : operation.security) {
      if (ControlSet* set = engine.controls(operation, &alternative))
        visit(operation, alternative, set->controls);
    }
  }
}

// Says what is wrong with the controls, and whether it is the key or the server: a value that opens
// one place is right.
void name_problems(Engine& engine, Calibration& result) {
  std::set<std::string> proven;
  each_control(engine, [&](const Operation&, const Alternative& alternative, Controls& controls) {
    if (controls.valid_ok) proven.merge(values_of(engine.spec, alternative));
  });
  const auto first = [&](std::string sentence) {
    if (result.problem.empty()) result.problem = std::move(sentence);
  };
  each_control(
      engine, [&](const Operation& operation, const Alternative& alternative, Controls& controls) {
        if (controls.valid_ok) {
          result.usable = true;
          if (controls.absent_accepted && !operation.unstated_protection) {
            first(fmt::format(
                "{} is open: it answers without any credential as it does with the right one.",
                operation.id));
          }
          return;
        }
        if (!controls.problem.empty()) {
          first(fmt::format("{} by {} cannot be judged: {}.", operation.id, alternative.id(),
                            controls.problem));
          return;
        }
        controls.right_key = std::ranges::includes(proven, values_of(engine.spec, alternative));
        controls.problem = fmt::format("the valid credential is not accepted on {} by {}: {}{}",
                                       operation.id, alternative.id(), controls.valid_text,
                                       controls.right_key ? ", though it opens other places" : "");
        if (!controls.right_key) {
          first(
              fmt::format("The credential from the environment is not accepted on {} by {}: {}. "
                          "Wrong key, or wrong target?",
                          operation.id, alternative.id(), controls.valid_text));
        }
      });
}

}  // namespace

Calibration calibrate(Engine& engine) {
  Calibration result;
  for (const Endpoint& endpoint : engine.endpoints) {
    result.problem = sign_of_life(engine, endpoint);
    if (!result.problem.empty()) return result;
  }
  // All of them first: with the keys in place, the runner knows which operations can be judged at
  // all.
  for (const Operation& operation : engine.spec.operations) {
    if (engine.endpoint_index(operation) < 0) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty() || engine.interrupted()) continue;
      learn(engine, operation, alternative);
      try_bearer(engine, operation, alternative);
    }
  }
  name_problems(engine, result);
  each_control(engine,
               [&](const Operation& operation, const Alternative& alternative, Controls& controls) {
                 result.controls.push_back({.operation = operation.id,
                                            .scheme = alternative.id(),
                                            .valid = controls.valid_text,
                                            .absent = controls.absent_text,
                                            .twin = controls.twin_text,
                                            .usable = controls.usable(),
                                            .problem = controls.problem});
               });
  return result;
}

}  // namespace keyward
