// SPDX-License-Identifier: Apache-2.0
#include "harness/target/respond.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/target/answer.h"
#include "harness/target/authenticate.h"
#include "harness/target/perform.h"
#include "harness/target/routes.h"

namespace keyward::target {
namespace {

constexpr std::string_view k_hooks = "/.keyward/hooks/";

// What makes a request one that a server must not interpret, or empty.
std::string_view flaw(const Request& request) {
  const auto hosts = request.all("Host");
  if (hosts.size() > 1 || (hosts.empty() && request.version > 10)) {
    return "one Host field is needed";  // RFC 9112 section 3.2
  }
  if (!hosts.empty() && hosts.front()->value.find_first_of(" \t@/,") != std::string::npos) {
    return "the Host field is malformed";
  }
  if (request.head.find("\r\n ") != std::string::npos ||
      request.head.find("\r\n\t") != std::string::npos) {
    return "folded field lines are not taken";  // RFC 9112 section 5.2
  }
  if (request.field("Content-Length") != nullptr && request.field("Transfer-Encoding") != nullptr) {
    return "two framings";  // RFC 9112 section 6.1
  }
  const HeaderField* coding = request.field("Transfer-Encoding");
  if (coding != nullptr && !same_name(coding->value, "chunked"))
    return "an unknown transfer coding";
  if (!request.fragment.empty()) return "a request target has no fragment";
  if (!request.userinfo.empty()) return "a request target has no userinfo";  // RFC 9110 4.2.4
  return {};
}

Answer perform_hook(State& state, std::string_view name) {
  const auto& hooks = state.spec.hooks;
  const auto hook =
      std::find_if(hooks.begin(), hooks.end(), [&](const Hook& h) { return h.id == name; });
  if (hook == hooks.end()) return problem(Kind::not_found, 404, "no such hook");
  Answer answer = problem(Kind::data, 200, "");
  answer.json = state.perform_hook(*hook);
  return answer;
}

void enter(Visit& visit, const Route& route) {
  visit.operation = route.operation;
  visit.in_path = route.in_path;
}

// Finds an operation behind the guard's back, where a defect opens a way.
bool bypassed(Visit& visit) {
  for (const Hooks* h : visit.hooks) {
    if (h->bypass == nullptr) continue;
    for (const Handled& handled : h->bypass(visit)) {
      const auto routes =
          find_routes(visit.spec(), visit.request.server, handled.method, handled.path);
      if (routes.empty()) continue;
      enter(visit, routes.front());
      return true;
    }
  }
  return false;
}

bool refused_all_the_same(const Visit& visit) {
  return std::any_of(visit.hooks.begin(), visit.hooks.end(),
                     [&](const Hooks* h) { return h->refuses != nullptr && h->refuses(visit); });
}

// Several operations may share a method and path and differ in what they take: the one that the
// request opens, else the first.
bool opens(Visit& visit, const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    enter(visit, route);
    if (authenticate(visit) && !refused_all_the_same(visit)) return true;
  }
  if (routes.size() > 1) {
    enter(visit, routes.front());
    (void)authenticate(visit);
  }
  return false;
}

// Conditional requests (RFC 9110 section 13.1.2), once the caller is known.
void validate(const Visit& visit, Answer& answer) {
  if (visit.request.method != "GET" && visit.request.method != "HEAD") return;
  if (answer.kind != Kind::data || answer.status != 200 || !answer.json) return;
  if (answer.field("ETag") == nullptr) {
    answer.set("ETag", fmt::format("W/\"{:016x}\"", stable_hash(dump(*answer.json))));
  }
  const std::string_view held = visit.request.value("If-None-Match");
  if (held.empty()) return;
  if (held != "*" && held.find(answer.field("ETag")->value) == std::string_view::npos) return;
  answer.status = 304;
  answer.json.reset();
  answer.remove("Content-Type");
}

}  // namespace

bool Visit::malformed() const {
  return std::any_of(candidates.begin(), candidates.end(),
                     [](const Candidate& c) { return c.malformed; });
}

bool Visit::may_reach(const Credential& record) const {
  if (state.organization(record.owner) == owner) return true;
  return std::any_of(hooks.begin(), hooks.end(), [&](const Hooks* h) {
    return h->reaches != nullptr && h->reaches(*this, record);
  });
}

void Responder::alter_head(std::string& head) const {
  for (const Hooks* h : hooks_) {
    if (h->head != nullptr) h->head(head);
  }
}

Answer Responder::answer(Visit& visit) {
  Request& request = visit.request;
  for (const Hooks* h : hooks_) {
    if (h->outright == nullptr) continue;
    if (auto made = h->outright(visit)) return *std::move(made);
  }
  const bool targeted = split_target(request);
  for (const Hooks* h : hooks_) {
    if (h->rewrite != nullptr) h->rewrite(visit);
  }
  if (const std::string_view what = flaw(request); !what.empty() || !targeted) {
    Answer refused = problem(Kind::bad_request, 400, targeted ? what : "the target is malformed");
    refused.close = true;
    return refused;
  }
  if (request.server == 0 && request.method == "POST" && request.path.starts_with(k_hooks)) {
    return perform_hook(state_, std::string_view(request.path).substr(k_hooks.size()));
  }
  if (bypassed(visit)) return perform(visit);
  const auto methods = methods_of(state_.spec, request.server, request.path);
  if (request.method == "OPTIONS" && (!methods.empty() || request.path == "*")) {
    return preflight(visit, methods);
  }
  if (methods.empty()) return problem(Kind::not_found, 404, "not found");
  const auto routes = find_routes(state_.spec, request.server, request.method, request.path);
  if (routes.empty()) return not_allowed(methods);
  return opens(visit, routes) ? perform(visit) : refusal(visit);
}

Reply Responder::finish(Visit& visit, Answer answer, bool keep_alive, std::string_view date) {
  validate(visit, answer);
  if (visit.request.field("Origin") != nullptr &&
      answer.field("Access-Control-Allow-Origin") == nullptr) {
    answer.set("Access-Control-Allow-Origin", "*");
  }
  if (!keep_alive) answer.close = true;
  for (const Hooks* h : hooks_) {
    if (h->answer != nullptr) h->answer(visit, answer);
  }
  if (Connection* connection = visit.request.connection) {
    ++connection->requests;
    if (visit.caller != nullptr) connection->caller = visit.caller;
    if (answer.kind == Kind::refusal) ++connection->refusals;
  }
  std::string bytes = render(answer, visit.request.method == "HEAD", visit.request.version, date);
  for (const Hooks* h : hooks_) {
    if (h->wire != nullptr) h->wire(visit, answer, bytes);
  }
  return {std::move(bytes), answer.close, answer.silent, answer.delay, answer.wants_open};
}

Reply Responder::respond(Request& request, bool keep_alive, std::string_view date) {
  Visit visit{.request = request, .state = state_, .hooks = hooks_};
  Answer made = answer(visit);
  return finish(visit, std::move(made), keep_alive, date);
}

Reply Responder::bad_request(Request& request, int status, std::string_view date) {
  Visit visit{.request = request, .state = state_, .hooks = hooks_};
  return finish(visit, problem(Kind::bad_request, status, "the request cannot be read"), false,
                date);
}

}  // namespace keyward::target
