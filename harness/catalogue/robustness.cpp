// SPDX-License-Identifier: Apache-2.0
// F12 robustness, first part: what size and pace do to authentication. What takes several requests
// is in guessing.cpp; the checks server-error, hang and broken-response look at every answer.
#include <string>

#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"

namespace keyward {
namespace {

constexpr std::string_view k_lengths[] = {"5k", "15k"};
constexpr std::size_t k_huge = 48 * 1024;
constexpr double k_pause = 0.15;  // seconds: longer than any delayed acknowledgement

Skip long_secret(Edit& e) {
  e.put(e.random.text(k_alphanumeric, e.variant == "5k" ? 5000 : 15000));
  return std::nullopt;
}

Skip huge_field(Edit& e) {
  e.request.add_field("X-Keyward-Padding", std::string(k_huge, 'k'));
  return std::nullopt;
}

// A server may close on whoever sends so much; it may not fail.
Outcome judge_huge(const Evidence& evidence) {
  if (evidence.exchange.fault == TransportFault::timeout) return *no_answer(evidence);
  if (!evidence.exchange.response) return {Verdict::pass, seen(evidence)};
  const int status = evidence.exchange.response->status;
  const bool failed = status == 500;
  return {failed ? Verdict::fail : Verdict::pass, seen(evidence)};
}

// Some servers pass over an empty line between two requests, and over none before the first.
Skip empty_line(Edit& e) {
  e.request.alone = true;
  e.request.method.insert(0, "\r\n");
  return std::nullopt;
}

Skip in_two_pieces(Edit& e) {
  e.request.pause = k_pause;
  return std::nullopt;
}

Skip half_closed(Edit& e) {
  if (e.context.tls) return "half of a TLS connection cannot be closed";
  e.request.half_close = true;
  return std::nullopt;
}

Outcome judge_half_closed(const Evidence& evidence) {
  if (evidence.exchange.fault == TransportFault::timeout) return *no_answer(evidence);
  return {let_in(evidence.reception) ? Verdict::pass : Verdict::fail, seen(evidence)};
}

constexpr Mutation k_rows[] = {
    {.id = "long-credential",
     .family = Family::robustness,
     .severity = 5,
     .base = Base::twin,
     .title = "A very long credential is accepted",
     .right = "Thousands of bytes are refused like any wrong credential, or answered 400, 413, 414 "
              "or 431.",
     .why = "Where a limit cuts, compares or overflows, length opens what content does not.",
     .fix = "Limit the length first, and refuse what exceeds it.",
     .sources = "CWE-400; CWE-1333; RFC 6585 section 5",
     .variants = k_lengths,
     .build = long_secret},
    {.id = "huge-header",
     .family = Family::robustness,
     .level = Level::should,
     .severity = 3,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A very long field makes the server fail",
     .right = "It is answered 431 or 400, or taken.",
     .why = "A failure that anybody can bring about is an outage that anybody can bring about.",
     .fix = "Set a limit for field lines, and answer 431 beyond it.",
     .sources = "RFC 6585 section 5; CWE-770",
     .build = huge_field,
     .judge = judge_huge},
};

constexpr Mutation k_equivalents[] = {
    {.id = "empty-line-before",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "An empty line before the request is not passed over",
     .right = "A server that waits for a request line passes over an empty line.",
     .why = "Old clients send one after a body.",
     .fix = "Use a server that follows RFC 9112.",
     .sources = "RFC 9112 section 2.2",
     .build = empty_line},
    {.id = "slow-request",
     .family = Family::equivalence,
     .level = Level::should,
     .severity = 4,
     .expect = Expect::accepted,
     .scope = Scope::operation,
     .title = "A request that arrives in two pieces is refused",
     .right = "Where the bytes of a request are parted on their way means nothing.",
     .why = "Slow clients and small packets fail now and then, and nobody knows why.",
     .fix = "Read until the request is complete.",
     .sources = "RFC 9112 section 2.2",
     .build = in_two_pieces},
    {.id = "half-closed",
     .family = Family::equivalence,
     .level = Level::info,
     .severity = 1,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A client that closed its direction gets no answer",
     .right = "A request that came in whole is answered, whether or not another can follow.",
     .why = "Simple clients close their direction behind the last request.",
     .fix = "Answer what was received before closing.",
     .sources = "RFC 9112 section 9.6",
     .build = half_closed,
     .judge = judge_half_closed},
};

}  // namespace

std::span<const Mutation> robustness_rows() { return k_rows; }
std::span<const Mutation> pace_equivalence_rows() { return k_equivalents; }

}  // namespace keyward
