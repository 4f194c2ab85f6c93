// SPDX-License-Identifier: Apache-2.0
// F8 protocol, second half: does a connection remember who was authenticated on it? Requests of one
// script ride one connection, and the exchanges show that they did: nothing is judged otherwise.
#include "harness/catalogue/families.h"
#include "harness/catalogue/scenario.h"

namespace keyward {
namespace {

constexpr std::string_view k_not_reused =
    "not applicable: the server closes the connection after an answer";

Step ride(const Use& use, Holding holding, std::string says) {
  Step step = call(*use.operation, use.alternative, std::move(says));
  step.holding = holding;
  step.same_connection = true;
  step.expect = holding == Holding::own ? Expect::accepted : Expect::judged;
  return step;
}

// The safe operations that need no object of their own, by each way of authenticating.
std::vector<Use> plain_uses(const Spec& spec) {
  std::vector<Use> uses;
  for (const Operation& operation : spec.operations) {
    if (operation.unsafe() || operation.needs_created() || operation.unstated_protection ||
        operation.anonymous_allowed())
      continue;
    for (const Alternative& alternative : operation.security) {
      if (!alternative.schemes.empty()) uses.push_back({&operation, &alternative});
    }
  }
  return uses;
}

Script script_of(const Use& use, std::string variant) {
  Script script;
  script.variant = std::move(variant);
  script.operation = use.operation;
  script.alternative = use.alternative;
  return script;
}

Step judged(Step step, Expect expect) {
  step.judged = true;
  step.expect = expect;
  return step;
}

void write_cached(const Spec& spec, std::vector<Script>& out) {
  for (const Use& use : plain_uses(spec)) {
    for (const bool twin : {false, true}) {
      Script script = script_of(use, twin ? "valid-then-wrong" : "valid-then-none");
      script.steps.push_back(ride(use, Holding::own, "the valid credential"));
      script.steps.push_back(
          judged(ride(use, twin ? Holding::twin : Holding::none,
                      twin ? "a wrong one on the same connection" : "none on the same connection"),
                 Expect::refused));
      out.push_back(std::move(script));
    }
  }
}

void write_negcached(const Spec& spec, std::vector<Script>& out) {
  for (const Use& use : plain_uses(spec)) {
    for (const bool twin : {false, true}) {
      Script script = script_of(use, twin ? "wrong-then-valid" : "none-then-valid");
      script.steps.push_back(ride(use, twin ? Holding::twin : Holding::none,
                                  twin ? "a wrong credential" : "no credential"));
      script.steps.push_back(judged(ride(use, Holding::own, "the valid one on the same connection"),
                                    Expect::accepted));
      out.push_back(std::move(script));
    }
  }
}

void write_pipelined(const Spec& spec, std::vector<Script>& out) {
  for (const Use& use : plain_uses(spec)) {
    for (const bool valid_first : {true, false}) {
      Script script = script_of(use, valid_first ? "valid-none" : "none-valid");
      Step step = ride(use, valid_first ? Holding::none : Holding::own,
                       valid_first ? "the valid credential and none, sent at once"
                                   : "none and the valid credential, sent at once");
      step.ahead = valid_first ? Holding::own : Holding::none;
      script.steps.push_back(judged(std::move(step), Expect::judged));
      out.push_back(std::move(script));
    }
  }
}

bool reused(const StepSeen& earlier, const StepSeen& later) {
  return later.exchange.response && later.exchange.position > 0 &&
         later.exchange.connection == earlier.exchange.connection;
}

std::string told(const StepSeen& seen) {
  const std::string status =
      seen.exchange.response ? std::to_string(seen.exchange.response->status) + ", " : "";
  return status + std::string(name(seen.reception)) + ", request " +
         std::to_string(seen.exchange.position + 1) + " of its connection";
}

Outcome judge_cached(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (!reused(trail.steps.front(), last)) return {Verdict::skipped, std::string(k_not_reused)};
  if (last.reception != Reception::accepted) return {Verdict::pass, told(last)};
  const bool leans =
      last.step->holding == Holding::twin ? trail.twin_refused : trail.absent_refused;
  return {leans ? Verdict::fail : Verdict::inconclusive, told(last)};
}

Outcome judge_negcached(const Trail& trail) {
  const StepSeen& last = trail.steps.back();
  if (!reused(trail.steps.front(), last)) return {Verdict::skipped, std::string(k_not_reused)};
  if (last.reception == Reception::refused) return {Verdict::fail, told(last)};
  return {let_in(last.reception) ? Verdict::pass : Verdict::inconclusive, told(last)};
}

Outcome judge_pipelined(const Trail& trail) {
  const StepSeen& seen = trail.steps.back();
  if (!seen.exchange.response || seen.earlier.size() != 1)
    return {Verdict::skipped, "not applicable: the server does not answer pipelined requests"};
  const bool valid_first = seen.step->ahead == Holding::own;
  const Reception valid = valid_first ? seen.earlier.front() : seen.reception;
  const Reception none = valid_first ? seen.reception : seen.earlier.front();
  const std::string actual =
      "with the credential " + std::string(name(valid)) + ", without " + std::string(name(none));
  if (none == Reception::accepted)
    return {trail.absent_refused ? Verdict::fail : Verdict::inconclusive, actual};
  return {let_in(valid) ? Verdict::pass : Verdict::inconclusive, actual};
}

constexpr Scenario k_rows[] = {
    {.id = "conn-cached",
     .family = Family::protocol,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::refused,
     .title = "A connection stays authenticated",
     .right = "Each request is authenticated by what it carries itself.",
     .why = "Behind a proxy, connections are shared: the next request on it is somebody else's.",
     .fix = "Keep nothing about the caller on the connection.",
     .sources = "RFC 9110 section 3.3; CWE-613",
     .write = write_cached,
     .judge = judge_cached},
    {.id = "conn-negcached",
     .family = Family::protocol,
     .level = Level::must,
     .document_gate = false,
     .severity = 4,
     .expect = Expect::accepted,
     .title = "After a refusal, a connection accepts nothing any more",
     .right = "A refusal is about one request; or the connection is closed with it.",
     .why = "Clients that answer a challenge on the same connection fail, and so does whoever "
            "shares a proxy with them.",
     .fix = "Keep nothing about a refusal on the connection, or close it.",
     .sources = "RFC 9110 section 3.3",
     .write = write_negcached,
     .judge = judge_negcached},
    {.id = "pipelined-mixup",
     .family = Family::protocol,
     .level = Level::must,
     .document_gate = false,
     .severity = 9,
     .expect = Expect::refused,
     .title = "A pipelined request is answered on another one's credential",
     .right = "Requests that arrive together are authenticated one by one, and answered in order.",
     .why = "Proxies put requests of several clients behind each other.",
     .fix = "Bind what is known about the caller to the request.",
     .sources = "RFC 9112 section 9.3.2; CWE-488",
     .write = write_pipelined,
     .judge = judge_pipelined},
};

}  // namespace

std::span<const Scenario> connection_rows() { return k_rows; }

}  // namespace keyward
