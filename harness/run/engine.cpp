// SPDX-License-Identifier: Apache-2.0
#include "harness/run/engine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "harness/model/shape.h"
#include "harness/run/issued_text.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/base64.h"

namespace keyward {
namespace {

constexpr double k_fresh_enough = 2.5;          // seconds a value must still live to be used
constexpr double k_replication = 1;             // seconds
constexpr double k_processing = 5;              // seconds; RFC 9110 section 15.3.3 promises none
constexpr std::size_t k_least_issued = 12;      // bytes; in a refusal, fewer are a word
constexpr std::size_t k_least_open = 8;         // bytes: the shortest piece that is ever hidden
constexpr std::size_t k_looked_through = 8192;  // bytes of a body, for words: more is not shown

// `exp` of a JWT, where the secret is one: seconds since 1970, else 0.
double jwt_expiry(std::string_view token) {
  const auto segments = split(token, '.');
  if (segments.size() != 3) return 0;
  const auto payload =
      decode_base64(segments[1], Base64Alphabet::url_safe, Base64Padding::forbidden);
  const auto json =
      payload ? parse_json(*payload) : std::expected<Json, JsonError>(std::unexpected(JsonError{}));
  const Json* expiry = json ? json->find("exp") : nullptr;
  return expiry == nullptr ? 0 : expiry->number().value_or(0);
}

double server_now(const Exchange& exchange) {
  const std::string* date = exchange.response->field("Date");
  const double at = date == nullptr ? -1 : parse_http_date(*date);
  return at > 0 ? at : exchange.started;
}

}  // namespace

Engine::Engine(const Spec& the_spec, const RunOptions& the_options,
               std::vector<Endpoint> the_endpoints, Keyring the_keyring, Redactor& the_redactor,
               Transport& the_transport, double rate, Progress& the_progress)
    : spec(the_spec),
      options(the_options),
      endpoints(std::move(the_endpoints)),
      keyring(std::move(the_keyring)),
      redactor(the_redactor),
      transport(the_transport),
      gate(the_transport, the_options, rate, the_progress),
      random(the_options.seed, "engine") {}

void Engine::turn_until(const std::function<bool()>& done) {
  // Asking may itself set something going, so only a loop that stays idle has nothing left to wait
  // for.
  for (int idle = 0; !done() && idle < 2; ++idle) {
    // Whoever has asked for the end does not wait for a target that has asked for a pause.
    if (interrupted() && gate.only_waits()) return gate.drop();
    if (transport.run_once(0.1)) idle = -1;
  }
}

int Engine::endpoint_index(const Operation& operation) const {
  const auto found = std::ranges::find(endpoints, operation.server, &Endpoint::server);
  return found == endpoints.end() ? -1 : static_cast<int>(found - endpoints.begin());
}

ControlSet* Engine::controls(const Operation& operation, const Alternative* alternative) {
  if (alternative == nullptr) return nullptr;
  const auto found = controls_.find({&operation, alternative->id()});
  return found == controls_.end() ? nullptr : found->second.get();
}

ControlSet* Engine::likely_controls(const Operation& operation, const Alternative* alternative) {
  ControlSet* exact = controls(operation, alternative);
  return exact != nullptr ? exact : controls(operation, first_alternative(operation));
}

ControlSet& Engine::make_controls(const Operation& operation, const Alternative& alternative) {
  auto& slot = controls_[{&operation, alternative.id()}];
  if (!slot) slot = std::make_unique<ControlSet>();
  slot->controls.operation = &operation;
  slot->controls.open = operation.anonymous_allowed();
  return *slot;
}

Lookup Engine::lookup(const Principal& who, std::string id, std::string chosen,
                      std::string canary) const {
  return [this, &who, id = std::move(id), chosen = std::move(chosen),
          canary = std::move(canary)](std::string_view name) -> std::string {
    if (name == "canary") return canary;
    if (name == "id") return id;
    if (name == "chosen") return chosen;
    if (name.starts_with("foreign.")) {
      const Principal* foreigner = keyring.foreigner();
      return foreigner == nullptr ? "" : keyring.value(foreigner->id, name.substr(8));
    }
    if (name.starts_with("member.")) return keyring.value(keyring.member().id, name.substr(7));
    const std::size_t dot = name.find('.');  // a half of a composite value: api_key.secret
    const Value* value = find_value(who, name.substr(0, dot));
    if (value == nullptr) return {};
    const std::string bytes = keyring.value(who.id, value->name);
    return dot == std::string_view::npos ? bytes : part_of(*value, name.substr(dot + 1), bytes);
  };
}

bool says_full(const ControlSet* controls, const Exchange& exchange) {
  if (!exchange.response) return false;
  const int status = exchange.response->status;
  const bool told_apart =
      controls == nullptr || !controls->absent || controls->absent->status != status;
  return told_apart && (status == 403 || status == 409 || status == 429);
}

void settle_body(Request& request, const Spec& spec, const Alternative* alternative) {
  if (request.field("Content-Type") != nullptr || alternative == nullptr) return;
  for (const std::string& id : alternative->schemes) {
    for (const Carrier& carrier : spec.scheme(id)->carriers) {
      if (carrier.slot == Slot::form)
        request.set_field("Content-Type", "application/x-www-form-urlencoded");
      if (carrier.slot == Slot::json) {
        request.set_field("Content-Type", "application/json");
        if (request.body.empty()) request.body = "{}";
      }
    }
  }
}

Request Engine::documented(const Operation& operation, const Alternative* alternative,
                           const Principal& who, const std::string& id,
                           const BodyChanges& changes) {
  Request request = assemble(operation, endpoint(operation), lookup(who, id), changes);
  if (alternative != nullptr) {
    for (const std::string& scheme_id : alternative->schemes) {
      const SecurityScheme& scheme = *spec.scheme(scheme_id);
      if (const auto credential = keyring.credential(scheme, who.id))
        place(request, scheme, *credential);
    }
    settle_body(request, spec, alternative);
  }
  return request;
}

Outgoing Engine::outgoing(const Request& request, const Operation& operation,
                          Outgoing::Company company, bool fresh) const {
  Outgoing out;
  out.server = endpoint_index(operation);
  out.about = operation.id;
  out.bytes = render(request);
  out.head = request.method == "HEAD";
  out.company = company;
  if (request.pause > 0) {
    out.pause = request.pause;
    out.pause_at = out.bytes.size() / 2;
  }
  out.half_close = request.half_close;
  out.connection =
      fresh || request.alone ? Outgoing::Connection::fresh : Outgoing::Connection::pooled;
  return out;
}

void Engine::Upkeep::done(const std::string& problem) {
  busy = false;
  for (const Ready& call : std::exchange(waiting, {})) call(problem);
}

std::vector<std::string> Engine::issued_values(const Principal& who,
                                               const Alternative& alternative) const {
  std::vector<std::string> values;
  for (const std::string& id : alternative.schemes) {
    for (const Carrier& carrier : spec.scheme(id)->carriers) {
      const Value* value = carrier.ignored ? nullptr : find_value(who, carrier.ref.value);
      if (value != nullptr && value->env.empty()) values.push_back(value->name);
    }
  }
  return values;
}

void Engine::with_values(const Principal& who, const Alternative& alternative,
                         std::string_view except_value, Ready ready) {
  std::vector<std::string> needed = issued_values(who, alternative);
  std::erase(needed, except_value);
  with_next_value(who, std::move(needed), std::move(ready));
}

void Engine::with_next_value(const Principal& who, std::vector<std::string> values, Ready ready) {
  while (!values.empty()) {
    const Held* held = keyring.held(who.id, values.back());
    const bool alive =
        held != nullptr && (held->expires == 0 || held->expires - transport.now() > k_fresh_enough);
    if (!alive) break;
    values.pop_back();
  }
  if (values.empty()) return ready("");
  const std::string value = values.back();
  values.pop_back();
  issue_value(who, value,
              [this, &who, values = std::move(values),
               ready = std::move(ready)](std::string problem) mutable {
                if (!problem.empty()) return ready(std::move(problem));
                with_next_value(who, std::move(values), std::move(ready));
              });
}

void Engine::issue_value(const Principal& who, const std::string& value, Ready ready) {
  const Operation* issuer = spec.issuer(value);
  Upkeep& upkeep = issuing_[{&who, issuer}];
  upkeep.waiting.push_back(std::move(ready));
  if (upkeep.busy) return;
  upkeep.busy = true;
  const auto finish = [&upkeep](const std::string& problem) { upkeep.done(problem); };
  const Alternative* alternative = issuer == nullptr ? nullptr : first_alternative(*issuer);
  if (alternative == nullptr || endpoint_index(*issuer) < 0)
    return finish("nothing issues the value " + value);
  const Request request = documented(*issuer, alternative, who, kept_object(*issuer));
  gate.send(outgoing(request, *issuer, Outgoing::Company::valid, false),
            [this, &who, value, issuer, finish](const Exchange& exchange, int) {
              const auto issued = learn(*issuer, exchange, who);
              if (!issued) {
                return finish(fmt::format(
                    "{} gave no {}: {}", issuer->id, value,
                    describe(exchange, exchange.response ? Reception::refused : Reception::none)));
              }
              when_in_effect([this, &who, issuer, issued = *issued, finish] {
                hold(*issuer, issued, who);
                finish("");
              });
            });
}

double Engine::grace_of_issued() const { return processes_ ? k_processing : k_replication; }

void Engine::when_in_effect(std::function<void()> then) {
  if (effect_ <= 0) return then();
  transport.after(effect_, std::move(then));
}

void Engine::hold(const Operation& issuer, const Issued& issued, const Principal& who) {
  const double expires = issued.lifetime > 0 ? transport.now() + issued.lifetime : 0;
  keyring.set(who.id, issuer.issues->value, issued.secret, expires);
  for (const auto& [name, bytes] : issued.also) keyring.set(who.id, name, bytes, expires);
}

bool Engine::renounce(const Principal& who, const Alternative& alternative) {
  const std::vector<std::string> values = issued_values(who, alternative);
  for (const std::string& value : values) keyring.forget(who.id, value);
  return !values.empty();
}

void Engine::forget_issued() {
  for (const Principal& who : spec.principals) {
    for (const Value& value : who.values) {
      if (value.env.empty()) keyring.forget(who.id, value.name);
    }
  }
}

bool Engine::takes_turns(const Operation& operation) const {
  if (sole_.empty()) return false;
  if (operation.issues && sole_.contains(operation.issues->value)) return true;
  if (sole_.contains(operation.revokes) || sole_.contains(operation.renews)) return true;
  const Operation* maker = operation.needs_created() ? spec.maker(operation) : nullptr;
  return maker != nullptr && sole_.contains(maker->issues->value);
}

void Engine::forget_turns() {
  for (const Operation& issuer : spec.operations) {
    if (!issuer.issues || !sole_.contains(issuer.issues->value)) continue;
    for (const Principal& who : spec.principals) {
      keyring.forget(who.id, issuer.issues->value);
      for (const auto& [name, place] : issuer.issues->also) keyring.forget(who.id, name);
    }
    kept_objects_[&issuer].id.clear();
  }
}

std::string Engine::kept_object(const Operation& operation) const {
  const auto kept = kept_objects_.find(spec.maker(operation));
  return kept == kept_objects_.end() ? std::string() : kept->second.id;
}

void Engine::with_kept_object(const Operation& operation, ObjectReady ready) {
  Upkeep& kept = kept_objects_[spec.maker(operation)];
  if (!kept.id.empty()) return ready("", kept.id);
  kept.waiting.emplace_back(
      [ready = std::move(ready), &kept](const std::string& problem) { ready(problem, kept.id); });
  if (kept.busy) return;
  kept.busy = true;
  with_new_object(operation, [&kept](const std::string& problem, const std::string& id) {
    kept.id = id;
    kept.done(problem);
  });
}

void Engine::with_new_object(const Operation& operation, const ObjectReady& ready) {
  const Operation* maker = spec.maker(operation);
  const Alternative* alternative = maker == nullptr ? nullptr : first_alternative(*maker);
  if (alternative == nullptr || endpoint_index(*maker) < 0)
    return ready("no operation makes the object that {id} names", "");
  const auto send = [this, maker, alternative, ready](const std::string& problem) {
    if (!problem.empty()) return ready(problem, "");
    gate.send(
        outgoing(documented(*maker, alternative, keyring.member(), ""), *maker,
                 Outgoing::Company::valid, false),
        [this, maker, ready](const Exchange& exchange, int) {
          const auto issued = learn(*maker, exchange, keyring.member());
          if (issued && !issued->id.empty())
            return when_in_effect([ready, id = issued->id] { ready("", id); });
          const auto reception = exchange.response ? Reception::refused : Reception::none;
          ready(fmt::format("{} made no object: {}", maker->id, describe(exchange, reception)), "");
        });
  };
  with_values(keyring.member(), *alternative, "", send);
}

std::optional<Issued> Engine::learn_refused(const Operation& operation, const Exchange& exchange,
                                            const Principal& who) {
  if (!operation.issues || !exchange.response) return std::nullopt;
  Issued issued;
  for (const std::string& place : operation.issues->at) {
    // A refusal's whole text is its message.
    if (place == "body" || !issued.secret.empty()) continue;
    issued.secret = text_at(place, *exchange.response, exchange.response->json());
  }
  const bool looks_issued =
      issued.secret.size() >= k_least_issued && issued.secret.find(' ') == std::string::npos;
  if (!looks_issued) return std::nullopt;
  keyring.hide(who.id, operation.issues->value, issued.secret);
  return issued;
}

std::optional<Issued> Engine::learn(const Operation& operation, const Exchange& exchange,
                                    const Principal& who) {
  if (!operation.issues) return std::nullopt;
  auto issued = read_issued(operation, exchange, who);
  hide_words(operation, exchange);
  if (!issued) return std::nullopt;
  if (!issued->id.empty()) made_.push_back({issued->id, &who, &operation, issued->secret});
  if (sole_.contains(operation.issues->value)) hold(operation, *issued, who);
  return issued;
}

std::optional<Issued> Engine::read_issued(const Operation& operation, const Exchange& exchange,
                                          const Principal& who) {
  if (!exchange.response || !documented_acceptance(operation, exchange.response->status))
    return std::nullopt;
  const Issues& issues = *operation.issues;
  const Json* json = exchange.response->json();
  Issued issued;
  for (const std::string& place : issues.at) {
    issued.secret = text_at(place, *exchange.response, json);
    if (!issued.secret.empty()) break;
  }
  if (issued.secret.empty()) return std::nullopt;
  if (exchange.response->status == 202) processes_ = true;
  const std::string_view label = &who == &keyring.member() ? "issued" : std::string_view(who.id);
  for (const auto& [name, place] : issues.also) {
    std::string bytes = text_at(place, *exchange.response, json);
    keyring.hide(label, name, bytes);
    issued.also.emplace_back(name, std::move(bytes));
  }
  if (json != nullptr && !issues.id.empty()) {
    if (const Json* id = at(*json, issues.id);
        id != nullptr && (id->is_string() || id->is_number()))
      issued.id = id->text;
  }
  if (json != nullptr && !issues.expires.empty()) {
    const Json* expires = at(*json, issues.expires);
    const double moment =
        expires != nullptr && expires->is_string() ? parse_rfc3339(expires->text) : -1;
    if (moment > 0) issued.lifetime = std::max(moment - server_now(exchange), 0.001);
  }
  if (json != nullptr && issues.lifetime && !issues.lifetime->reported.empty()) {
    const Json* seconds = at(*json, issues.lifetime->reported);
    if (seconds != nullptr)
      issued.lifetime = seconds->number().value_or(0) * issues.lifetime->unit_seconds;
  }
  if (issued.lifetime == 0) {
    if (const double expiry = jwt_expiry(issued.secret); expiry > 0)
      issued.lifetime = std::max(expiry - server_now(exchange), 0.001);
  }
  keyring.hide(label, issues.value, issued.secret);
  return issued;
}

std::vector<std::string> Engine::revealed(const Operation& operation, const Response& response) {
  std::vector<std::string> found;
  const Json* json = response.json();
  if (!operation.reveals || json == nullptr) return found;
  const std::string own = keyring.value(keyring.member().id, operation.reveals->value);
  for (const Json* value : select(*json, operation.reveals->at)) {
    if (!value->is_string() || !(value->text == own || looks_like(own, value->text))) continue;
    keyring.hide("revealed", operation.reveals->value, value->text);
    found.push_back(value->text);
  }
  return found;
}

// An issuing answer may hold its credential where nobody looks for it: where the document is wrong,
// twice, or in bytes that are no answer.
void Engine::hide_words(const Operation& operation, const Exchange& exchange) {
  const bool gives =
      !exchange.response || documented_acceptance(operation, exchange.response->status);
  if (!operation.issues || !gives) return;
  const Issues& issues = *operation.issues;
  std::vector<std::string> open;  // what is known, and no secret
  for (const Endpoint& each : endpoints) open.push_back(each.origin.host);
  for (const Operation& each : spec.operations) {
    for (const std::string_view segment : split(each.path, '/')) open.emplace_back(segment);
  }
  for (const Principal& principal : spec.principals) {
    for (const Value& value : principal.values) {
      if (value.is_public) open.push_back(keyring.value(principal.id, value.name));
    }
  }
  const auto hide_in = [&](std::string_view text) {
    std::string rest(text);
    for (const std::string& bytes : open) {
      // A shorter one stands in tokens by chance, and would part them.
      if (bytes.size() >= k_least_open) rest = replace_all(rest, bytes, " ");
    }
    for (const std::string_view word : random_words(rest))
      keyring.hide_lookalike(issues.value, word);
  };
  hide_in(exchange.detail);
  if (!exchange.response) return;
  const Response& response = *exchange.response;
  const Json* json = response.json();
  if (const Json* id = json == nullptr || issues.id.empty() ? nullptr : at(*json, issues.id);
      id != nullptr && (id->is_string() || id->is_number()))
    open.push_back(id->text);
  for (const HeaderField& field : response.fields) hide_in(field.value);
  std::string body = response.body.substr(0, k_looked_through);
  std::erase(body, '\0');  // UTF-16
  hide_in(body);
}

void Engine::hide_unlearned(const Operation& operation, const Exchange& exchange,
                            const Principal& who) {
  if (exchange.response) hide_documented(operation, *exchange.response, who);
  hide_words(operation, exchange);
}

void Engine::hide_documented(const Operation& operation, const Response& response,
                             const Principal& who) {
  const Json* json = response.json();
  const std::string_view giving = &who == &keyring.member() ? "issued" : std::string_view(who.id);
  const auto hide = [&](const std::string& name, const std::string& bytes) {
    if (documented_acceptance(operation, response.status)) {
      keyring.hide(giving, name, bytes);
    } else if (bytes.size() >= k_least_issued && !bytes.contains(' ')) {  // else words of a refusal
      keyring.hide_lookalike(name, bytes);
    }
  };
  if (operation.issues) {
    for (const std::string& place : operation.issues->at)
      hide(operation.issues->value, text_at(place, response, json));
    for (const auto& [name, place] : operation.issues->also)
      hide(name, text_at(place, response, json));
  }
  for (const Value& value : keyring.member().values) {
    const std::string own = keyring.value(keyring.member().id, value.name);
    if (value.is_public || own.size() < k_least_issued) continue;
    const bool jwt = matches_shape(k_jwt_shape, own);
    const auto look = [&](std::string_view text) {
      if (looks_like(own, text) || (jwt && matches_shape(k_jwt_shape, text)))
        keyring.hide_lookalike(value.name, text);
    };
    // Words: what may stand in such a secret.
    const ByteSet within = ByteSet(k_alphanumeric) | ByteSet(own) | ByteSet(jwt ? "-_" : "");
    const auto look_in = [&](std::string_view text) {
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = within.span(text, begin);
        look(text.substr(begin, end - begin));
        begin = end + 1;
      }
    };
    for (const HeaderField& field : response.fields) look_in(field.value);
    look_in(response.body);
    if (json == nullptr) continue;
    for (const Json* text : select(*json, "/**")) {
      if (text->is_string()) look(text->text);
    }
  }
}

void Engine::removed(const std::string& id) {
  for (auto& [maker, kept] : kept_objects_) {
    if (kept.id == id) kept.id.clear();
  }
  std::erase_if(made_, [&](const Made& made) {
    if (made.id != id) return false;
    const std::string& value = made.issuer->issues->value;
    if (sole_.contains(value) && keyring.value(made.maker->id, value) == made.secret)
      keyring.forget(made.maker->id, value);
    return true;
  });
}

void Engine::remove_object(const Made& made) {
  const auto remover = std::ranges::find_if(spec.operations, [&](const Operation& o) {
    return !o.revokes.empty() && o.needs_created() && made.issuer->issues->gives(o.revokes) &&
           endpoint_index(o) >= 0;
  });
  const Alternative* alternative =
      remover == spec.operations.end() ? nullptr : first_alternative(*remover);
  if (alternative == nullptr) return;
  ++removing_;
  gate.send(outgoing(documented(*remover, alternative, *made.maker, made.id), *remover,
                     Outgoing::Company::valid, false),
            [this](const Exchange&, int) {
              if (--removing_ == 0 && all_removed_) all_removed_();
            });
}

void Engine::discard(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto made = std::ranges::find(made_, id, &Made::id);
    if (made == made_.end()) continue;
    remove_object(*made);
    removed(id);
  }
}

void Engine::clean_up(std::function<void()> done) {
  const std::vector<Made> left = std::exchange(made_, {});
  for (const Made& made : left) remove_object(made);
  if (removing_ == 0) return done();
  all_removed_ = std::move(done);
}

std::vector<NamedSecret> Engine::named_secrets() const {
  std::vector<NamedSecret> named;
  for (const Principal& principal : spec.principals) {
    for (const Value& value : principal.values) {
      const std::string bytes = keyring.value(principal.id, value.name);
      if (bytes.empty()) continue;
      named.push_back({bytes,
                       value.env.empty() ? to_upper(principal.id + "_" + value.name) : value.env,
                       value.is_public});
    }
  }
  return named;
}

}  // namespace keyward
