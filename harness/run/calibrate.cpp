// SPDX-License-Identifier: Apache-2.0
#include "harness/run/calibrate.h"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "harness/run/lesson.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

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

// What may help, by what the TLS library says.
std::string_view remedy(std::string_view detail) {
  if (detail.contains("wrong version number")) return " Does it speak plain http there?";
  if (detail.contains("ertificate"))
    return " --cacert FILE names the authority that it trusts; --insecure trusts any.";
  return {};
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
  const Exchange exchange =
      await_exchange(engine, engine.outgoing(request, anywhere, Outgoing::Company::plain, true));
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
  return fmt::format("{}://{} cannot be tested: {}{}.{}", endpoint.origin.scheme,
                     endpoint.host_field, name(exchange.fault),
                     exchange.detail.empty() ? "" : " (" + exchange.detail + ")",
                     remedy(exchange.detail));
}

// Learns the controls of one operation and scheme, and waits until that is done.
void learn(Engine& engine, const Operation& operation, const Alternative& alternative) {
  bool done = false;
  std::make_shared<Lesson>(engine, operation, alternative, [&] { done = true; })->start();
  engine.turn_until([&] { return done; });
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
  set->controls = Controls{.operation = &operation, .open = operation.anonymous_allowed()};
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

// A place where the held value of that name has opened something that changes nothing.
const Alternative* proven_use(Engine& engine, const std::string& value, const Operation*& where) {
  for (const Operation& operation : engine.spec.operations) {
    if (operation.unsafe() || operation.needs_created()) continue;
    for (const Alternative& alternative : operation.security) {
      const ControlSet* set = engine.controls(operation, &alternative);
      const bool opens = set != nullptr && set->controls.valid_ok && !set->controls.absent_accepted;
      if (!opens || !values_of(engine.spec, alternative).contains(value)) continue;
      where = &operation;
      return &alternative;
    }
  }
  return nullptr;
}

// Many APIs keep one session a user: a log-in ends the one before. Whether this one does shows when
// a second credential is issued, and the first is tried again.
void find_turns(Engine& engine) {
  const Principal& member = engine.keyring.member();
  for (const Operation& issuer : engine.spec.operations) {
    if (!issuer.issues || engine.endpoint_index(issuer) < 0) continue;
    const std::string& name = issuer.issues->value;
    const Value* value = find_value(member, name);
    const Alternative* way = first_alternative(issuer);
    const Operation* place = nullptr;
    const Alternative* use = proven_use(engine, name, place);
    if (value == nullptr || !value->env.empty() || way == nullptr || use == nullptr ||
        engine.spec.issuer(name) != &issuer)
      continue;
    const auto opens = [&] {
      bool held = false, ready = false;
      engine.with_values(member, *use, "", [&](const std::string& problem) {
        held = problem.empty();
        ready = true;
      });
      engine.turn_until([&] { return ready; });
      if (!held) return Reception::none;
      const Request request = engine.documented(*place, use, member, "");
      const Exchange exchange =
          await_exchange(engine, engine.outgoing(request, *place, Outgoing::Company::valid, false));
      return receive(engine.controls(*place, use)->controls, exchange);
    };
    const Exchange again =
        await_exchange(engine, engine.outgoing(engine.documented(issuer, way, member, ""), issuer,
                                               Outgoing::Company::valid, false));
    const auto second = engine.learn(issuer, again, member);
    if (!second) continue;
    if (opens() == Reception::refused) {
      engine.hold(issuer, *second, member);
      if (let_in(opens())) engine.issues_one_at_a_time(name);
    } else {
      engine.discard({second->id});
    }
  }
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

// Whether what these values opened at first is still open to them: wrong ones may have locked it.
bool still_open(Engine& engine, const std::set<std::string>& values) {
  return std::ranges::all_of(values, [&](const std::string& value) {
    const Operation* place = nullptr;
    const Alternative* use = proven_use(engine, value, place);
    if (use == nullptr) return true;
    const Request request = engine.documented(*place, use, engine.keyring.member(), "");
    const Exchange exchange =
        await_exchange(engine, engine.outgoing(request, *place, Outgoing::Company::valid, true));
    return receive(engine.controls(*place, use)->controls, exchange) != Reception::refused;
  });
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
          if (controls.absent_accepted && !operation.unstated_protection && !controls.open) {
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
        const std::set<std::string> values = values_of(engine.spec, alternative);
        controls.right_key = std::ranges::includes(proven, values);
        if (controls.right_key && !still_open(engine, values)) {
          controls.right_key = false;
          controls.problem = fmt::format(
              "the valid credential stopped working during the controls, on {} by {}: {} (locked "
              "out?)",
              operation.id, alternative.id(), controls.valid_text);
          return first(
              "The valid credential stopped working during the controls; where wrong "
              "ones lock it out, say how many it bears: limits: { wrongAttempts } in "
              "the spec.");
        }
        controls.problem = fmt::format("the valid credential is not accepted on {} by {}: {}{}",
                                       operation.id, alternative.id(), controls.valid_text,
                                       controls.right_key ? ", though it opens other places" : "");
        if (!controls.right_key) {
          const bool issued = std::ranges::any_of(
              values_of(engine.spec, alternative), [&](const std::string& name) {
                const Value* value = find_value(engine.keyring.member(), name);
                return value != nullptr && value->env.empty();
              });
          first(fmt::format("The credential {} is not accepted on {} by {}: {}. {}",
                            issued ? "that the API itself issued" : "from the environment",
                            operation.id, alternative.id(), controls.valid_text,
                            engine.options.transport.http2
                                ? "Wrong key, wrong target, or one without HTTP/2?"
                                : "Wrong key, or wrong target?"));
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
  // all. The first use of each scheme goes ahead: what it finds out about the scheme holds for the
  // others, which learn side by side.
  std::set<std::string> tried;
  std::size_t under_way = 0;
  // What issues comes last, so that it is known whether it ends what was issued before.
  for (const bool issuing : {false, true}) {
    for (const Operation& operation : engine.spec.operations) {
      if (engine.endpoint_index(operation) < 0 || operation.ends_own() ||
          operation.issues.has_value() != issuing)
        continue;
      for (const Alternative& alternative : operation.security) {
        if (alternative.schemes.empty() || !tried.insert(alternative.id()).second) continue;
        learn(engine, operation, alternative);
        try_bearer(engine, operation, alternative);
      }
    }
    if (!issuing) find_turns(engine);
  }
  for (const Operation& operation : engine.spec.operations) {
    if (engine.endpoint_index(operation) < 0 || operation.ends_own()) continue;
    for (const Alternative& alternative : operation.security) {
      if (alternative.schemes.empty() || engine.controls(operation, &alternative) != nullptr)
        continue;
      if (engine.one_at_a_time()) {
        learn(engine, operation, alternative);
        continue;
      }
      ++under_way;
      std::make_shared<Lesson>(engine, operation, alternative, [&] { --under_way; })->start();
    }
  }
  engine.turn_until([&] { return under_way == 0; });
  each_control(engine, [&](const Operation& operation, const Alternative& alternative, Controls&) {
    try_bearer(engine, operation, alternative);
  });
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
