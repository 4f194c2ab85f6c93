// SPDX-License-Identifier: Apache-2.0
// Visit: one request on its way through the target, and the stages at which a planted defect or an
// unusual habit may step in.
//
//   head ─► rewrite ─► bypass ─► extraction ─► match ─► alive ─► refuses ─► reach ─► answer ─► wire
//   bytes   parsed     routing   candidates    compare  expiry   false      whose    fields,  bytes
//                                                                refusal    data     body
//
// A right target runs with no stage filled. A fault fills one or two, and is otherwise right.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/json/json.h"
#include "harness/model/exchange.h"
#include "harness/model/spec.h"
#include "harness/target/request.h"
#include "harness/target/state.h"

namespace keyward::target {

/// The carrier of the secret: the last one, or Basic's user-id where the password is ignored.
[[nodiscard]] inline const Carrier& secret_carrier(const SecurityScheme& scheme) {
  return scheme.carriers.back().ignored ? scheme.carriers.front() : scheme.carriers.back();
}

/// One credential as a request presents it in one slot.
struct Candidate {
  const SecurityScheme* scheme = nullptr;
  Slot slot = Slot::header;  ///< of its secret
  std::string name;          ///< field, parameter or member, as sent; empty: no documented place
  std::string raw;           ///< as sent, before any decoding
  std::vector<std::string> values;  ///< decoded, one a carrier of the scheme
  bool malformed = false;           ///< not of the slot's grammar
  bool any_user = false;            ///< found without a user-id, by a defect
  bool forged = false;              ///< taken as proven, by a defect
  Credential* proves = nullptr;     ///< the living credential it equals, or null

  [[nodiscard]] std::string_view secret() const {
    if (values.empty()) return {};
    const bool first = scheme != nullptr && &secret_carrier(*scheme) == &scheme->carriers.front();
    return first ? values.front() : values.back();
  }
};

enum class Kind {
  data,       ///< what the operation is for
  refusal,    ///< of the credentials
  preflight,  ///< OPTIONS
  not_found,
  not_allowed,  ///< 405
  invalid,      ///< the credentials were right, the rest was not: 409, 415, 422 …
  bad_request   ///< not HTTP as it should be
};

struct Answer {
  Kind kind = Kind::data;
  int status = 200;
  std::vector<HeaderField> fields;
  std::optional<Json> json;  ///< where the body is JSON
  std::string body;          ///< where it is not
  bool pretty = false, chunked = false;
  bool close = false;       ///< end the connection after it
  bool silent = false;      ///< never answer
  bool wants_open = false;  ///< not sent to a client that has closed its direction
  double delay = 0;         ///< seconds before it is sent

  [[nodiscard]] const HeaderField* field(std::string_view name) const;
  void set(std::string_view name, std::string_view value);  ///< replaces all of that name
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);
};

struct Hooks;

struct Visit {
  Request& request;
  State& state;
  const std::vector<const Hooks*>& hooks;

  const Operation* operation = nullptr;
  std::vector<std::pair<std::string, std::string>> in_path = {};  ///< placeholder, value
  std::vector<Candidate> candidates = {};
  bool repeated = false;         ///< a documented slot is filled twice
  bool mixed = false;            ///< two slots disagree
  Candidate* used = nullptr;     ///< the candidate that opened
  Credential* caller = nullptr;  ///< whose credential opened; null: nobody's
  bool overstepped = false;      ///< it is right, and does not suffice for this operation
  std::size_t owner = 0;         ///< organization whose data is answered

  [[nodiscard]] const Spec& spec() const { return state.spec; }
  [[nodiscard]] bool malformed() const;  ///< a credential is there, and not of its grammar
  /// Whether the caller may act on what belongs to `record`'s organization.
  [[nodiscard]] bool may_reach(const Credential& record) const;
};

/// A method and path as the handler sees them, where the guard sees others.
struct Handled {
  std::string method, path;
};

/// One presented secret beside what it is compared with.
struct Given {
  std::string_view value;
  const Candidate& candidate;
};

/// The stages; all optional.
struct Hooks {
  void (*head)(std::string& head) = nullptr;
  /// An answer before anything is looked at or done.
  std::optional<Answer> (*outright)(Visit&) = nullptr;
  void (*rewrite)(Visit&) = nullptr;
  /// Requests that reach a handler past the guard; the first that names an operation is taken.
  std::vector<Handled> (*bypass)(const Visit&) = nullptr;
  /// Schemes that the operation does not document, and takes all the same.
  bool (*also_takes)(const Visit&, const SecurityScheme&) = nullptr;
  std::string (*token68)(std::string_view) = nullptr;  ///< of Basic, before it is decoded
  void (*extracted)(Visit&) = nullptr;
  bool (*equal)(const Given&, std::string_view held) = nullptr;  ///< secret by secret
  bool (*admits)(const Visit&, const Candidate&, const Credential&) = nullptr;
  std::optional<bool> (*alive)(const Visit&, const Candidate&, Credential&) = nullptr;
  void (*matched)(Visit&) = nullptr;
  bool (*suffices)(const Visit&) = nullptr;  ///< one credential of those that go together
  bool (*mixes)(const Visit&) = nullptr;     ///< they may be anybody's; the last says whose data
  bool (*refuses)(const Visit&) = nullptr;   ///< a valid request, all the same
  bool (*permits)(const Visit&) = nullptr;   ///< what the caller is documented not to be let do
  std::optional<std::size_t> (*whose)(const Visit&) = nullptr;        ///< organization of the data
  bool (*reaches)(const Visit&, const Credential& record) = nullptr;  ///< of another organization
  bool (*finds_dead)(const Visit&, const Credential& record) = nullptr;  ///< expired or revoked
  /// Seconds, 0 for never, where a right server would refuse or read otherwise; null: absent.
  std::optional<double> (*reads_lifetime)(const Json* asked) = nullptr;
  void (*wrote)(Visit&, Credential& record, const Json& body) = nullptr;  ///< issued or renewed
  void (*answer)(const Visit&, Answer&) = nullptr;
  void (*wire)(const Visit&, Answer&, std::string& bytes) = nullptr;
};

}  // namespace keyward::target
