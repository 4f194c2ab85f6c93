// SPDX-License-Identifier: Apache-2.0
// Check: a property of every exchange (no 5xx, no secret echoed, challenge well formed …), judged
// beside the mutation that made the exchange. A check becomes one case an operation and scheme:
// operation/scheme/response/check.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/secret.h"
#include "harness/catalogue/known.h"
#include "harness/model/exchange.h"
#include "harness/model/spec.h"
#include "harness/model/verdict.h"

namespace keyward {

/// One exchange, seen with what was known about its request.
struct Observation {
  const Spec& spec;
  const Operation& operation;
  const Alternative& alternative;  ///< the schemes the request was about; may be anonymous
  const Exchange& exchange;
  Reception reception;
  std::string_view method;  ///< as sent
  bool documented_request;  ///< the operation's own method and path: documented answers apply
  bool tls = false;         ///< over https
  bool well_formed;         ///< the request obeys the grammar (a malformed one may be answered 400)
  /// It carries right credentials, and is meant to be accepted: a refusal is about something else.
  bool rightful = false;
  /// Its secret has characters that a right one has not: a firewall may have answered.
  bool suspicious = false;
  /// The secrets this very request carried, mutated ones included; public values are none.
  std::span<const Secret> sent;
  std::string_view actor = {};              ///< the principal in whose name it was sent
  std::span<const KnownSecret> known = {};  ///< what the principals hold, and no answer shows
  /// The answer to a request without a credential, where known: what it says, it says to anybody.
  const Response* absent = nullptr;
  const Response* valid = nullptr;  ///< the answer to the right credential, where known
  /// The case is asked again, since its answer is a failure, or there was none: only then is that
  /// more than an accident.
  bool unconfirmed = false;
  std::span<const std::string> peers;  ///< tokens issued earlier in this run, for uniqueness
  const AnswerRule* rule =
      nullptr;  ///< for documented-* and accepted-* checks: the rule to compare with
};

/// Whether a check had something to look at, and what it saw.
struct Look {
  enum class Result : std::uint8_t { not_applicable, fine, breach } result = Result::not_applicable;
  std::string actual = {};
  std::optional<Level> level = {};  ///< where it differs from the check's
  /// Who gets the same answer again sees the same, whatever the request, as long as the principals
  /// hold the same secrets.
  bool by_answer = false;
};

/// One row. What a row does not say has the value that most rows have.
struct Check {
  std::string_view id;
  Level level = Level::should;
  bool document_gate = false;
  int severity = 0;
  std::string_view title, right, why, fix, sources;
  /// Rules of which list this check compares with: neither, `rejected` or `accepted`.
  enum class Rules { none, rejected, accepted } rules = Rules::none;
  /// Looks at the answer (Date apart) and at the request's kind, and at nothing else of the
  /// exchange: an answer that was seen before needs no second look (as by_answer).
  bool of_answer = false;
  Look (*look)(const Observation&) = nullptr;
};

[[nodiscard]] std::span<const Check> all_checks();
[[nodiscard]] const Check* find_check(std::string_view id);
/// Whether a rule of the spec has anything this check compares (a status, a content type …).
[[nodiscard]] bool concerns(const Check& check, const AnswerRule& rule);

}  // namespace keyward
