// SPDX-License-Identifier: Apache-2.0
// Scenario: a row of the catalogue that needs more than one request: a credential is issued, used,
// expires, is revoked, rotated, or tried by the wrong party. A scenario writes scripts; a script is
// data that the runner plays:
//
//   issue ──> use (accepted) ──> wait until expiry + margin ──> use (must be refused)
//
// Which scripts exist follows from the roles in the spec: issues, revokes, renews, rotations,
// tenantData.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/catalogue/mutation.h"
#include "harness/json/json.h"

namespace keyward {

/// Seconds around an expiry in which no verdict is given: clock granularity, round trip (oracle
/// code C).
inline constexpr double k_clock_margin = 2.0;

/// Whose credential a step carries.
enum class Holding {
  own,        ///< the party's, as it stands
  issued,     ///< what this script's last capturing step was given
  issued_id,  ///< what that is called: public, and no secret
  chosen,     ///< a secret this script made up (mass assignment)
  reset,      ///< what the reset hook printed, before it is in force
  previous,   ///< the value before the reset
  revealed,   ///< what a `reveals` answer of this script showed
  twin,       ///< a random secret of the same shape
  none,
};

/// The moment a step is tied to.
enum class Anchor { none, created, expiry, revoked };

struct Step {
  enum class Kind { send, hook } kind = Kind::send;
  std::string says;  ///< for the plan and the report: "use it 2 s after it expired"
  const Operation* operation = nullptr;
  const Alternative* alternative = nullptr;  ///< null: no credential
  std::string hook;                          ///< for Kind::hook
  const Principal* actor = nullptr;          ///< who acts; null: the principal that cases use
  const Principal* about = nullptr;          ///< whose names the request states; null: the actor's
  std::string_view method;  ///< in place of the operation's; empty: the operation's
  std::string (*respell)(std::string_view) = nullptr;  ///< what `holding` stands for is changed so
  Holding holding = Holding::own;
  std::string held_value;  ///< which value `holding` stands for: api_key
  std::vector<std::pair<std::string, Json>>
      set;                        ///< members of the request JSON to overwrite, by pointer
  std::vector<std::string> drop;  ///< members to leave out, by pointer
  std::vector<std::pair<std::string, std::string>> query, headers;  ///< additional, in wire form
  bool own_object = false;  ///< {id} is the id of what this script issued, else the run's fixture
  bool captures = false;    ///< the answer issues a credential: remember it
  bool captures_refused = false;  ///< even a refusal, where it has what looks like one
  Anchor anchor = Anchor::none;
  double offset = 0;            ///< not before anchor + offset, seconds
  double latest = 0;            ///< if not 0: a step that ends after anchor + latest proves nothing
  int burst = 0;                ///< if not 0: so many at once, in the background
  bool brings_cookies = false;  ///< that answers to the issued credential have set
  bool same_connection = false;  ///< rides the connection of this script
  bool probes_limit = false;     ///< 429 is an answer to it, not a word to wait
  std::optional<Holding> ahead;  ///< a request that holds this is sent ahead in the same write
  double poll_for =
      0;  ///< if not 0: repeat every half second until refused four times running, at most so long
  bool told = false;    ///< a finding shows this request; where no step is, what is judged
  bool judged = false;  ///< else it is set-up: it must be accepted, or the case is inconclusive
  Expect expect = Expect::accepted;
  const Mutation* mutation = nullptr;  ///< changes the request; null: as documented
  std::string_view variant;
  std::optional<Base>
      base;  ///< what it carries before `mutation`, where that differs from the row's

  [[nodiscard]] Base base_or_row() const {
    return base ? *base : mutation != nullptr ? mutation->base : Base::valid;
  }
  /// None of the schemes' credentials is placed before `mutation` builds.
  [[nodiscard]] bool bare() const {
    return mutation != nullptr && base_or_row() == Base::absent &&
           mutation->scope == Scope::operation;
  }
};

/// One step as it went.
struct StepSeen {
  const Step* step = nullptr;
  Exchange exchange;  ///< the last one, where it was repeated
  Reception reception = Reception::none;
  double accepted_for =
      -1;  ///< polling: seconds from the first request to the last acceptance; -1: never accepted
  bool late = false;               ///< it ended after `latest`
  std::vector<Reception> earlier;  ///< of the answer to what was sent ahead
  int burst_accepted = 0;          ///< of a burst: how many were accepted,
  int burst_refused = 0;           ///< and how many refused
};

/// What a scenario's judge may look at.
struct Trail {
  std::span<const StepSeen> steps;
  std::string issued_id, issued_secret, chosen_secret;
  std::string canary;           ///< what `{canary}` stood for in this script
  double natural_end = 0;       ///< seconds from its revocation to its own expiry; 0: unknown
  std::string foreign_secret;   ///< what the operation `reveals`, of the foreign principal
  bool absent_refused = false;  ///< the judged operation's absent control was refused
  bool twin_refused = false;    ///< and its twin control
  const Response* member_control =
      nullptr;  ///< valid answers of both parties to the judged operation, where known
  const Response* foreign_control = nullptr;
};

struct Script {
  std::string variant;                   ///< after the dot of the case id; may be empty
  const Operation* operation = nullptr;  ///< under which the case is listed
  const Alternative* alternative = nullptr;
  std::vector<Step> steps;
  bool needs_foreign = false;
  double patience = 0;         ///< if not 0: after so many seconds it is judged by what it has
  bool exclusive = false;      ///< changes what everything else leans on: runs alone, at the end
  bool apart = false;          ///< is about how much comes at once: runs while nothing else does
  std::optional<Level> level;  ///< where it differs from the row's
  std::string unavailable;     ///< why it cannot run with this spec; empty: it can

  /// Whether a finding shows this step of it.
  [[nodiscard]] bool tells(const Step& step) const {
    return std::ranges::any_of(steps, &Step::told) ? step.told : step.judged;
  }
};

struct Scenario {
  std::string_view id;
  Family family;
  Level level;
  bool document_gate;
  int severity;
  Expect expect;
  std::string_view title, right, why, fix, sources;
  void (*write)(const Spec&, std::vector<Script>&);  ///< null: nothing at standard depth
  Outcome (*judge)(const Trail&) = nullptr;  ///< null: every judged step must be as it expects
  void (*more)(const Spec&, std::vector<Script>&) = nullptr;  ///< what exhaustive depth adds
  /// The same, for one operation at a time: there may be many.
  void (*each)(const Spec&, const Operation&, std::vector<Script>&) = nullptr;
  /// Fails as well where a wrong credential was accepted in one attempt of another case, and
  /// refused in the next.
  bool hears_disagreements = false;
  /// Sends many wrong credentials on purpose, which is not done unasked (--probe-limits).
  bool on_request = false;
};

[[nodiscard]] std::span<const Scenario> connection_rows();
[[nodiscard]] std::span<const Scenario> expiry_rows();
[[nodiscard]] std::span<const Scenario> revocation_rows();
[[nodiscard]] std::span<const Scenario> tenancy_rows();
[[nodiscard]] std::span<const Scenario> object_rows();
[[nodiscard]] std::span<const Scenario> assignment_rows();
[[nodiscard]] std::span<const Scenario> guessing_rows();
[[nodiscard]] std::span<const Scenario> crossing_rows();
[[nodiscard]] std::span<const Scenario> privilege_rows();
[[nodiscard]] std::span<const Scenario> effect_rows();
[[nodiscard]] std::span<const Scenario> head_rows();
[[nodiscard]] std::span<const Scenario> naming_rows();
/// All of them, in stable order.
[[nodiscard]] std::vector<const Scenario*> all_scenarios();
[[nodiscard]] const Scenario* find_scenario(std::string_view id);

// --- what scenarios share ---

/// An operation with one scheme that carries a value: a place where that value opens something.
struct Use {
  const Operation* operation;
  const Alternative* alternative;
  [[nodiscard]] std::string variant() const;  ///< "listForms-apiKeyHeader"
};

/// Whether the alternative is one scheme that carries the value and nothing else.
[[nodiscard]] bool carries_only(const Spec& spec, const Alternative& alternative,
                                std::string_view value);
/// Every place where the value alone opens something and goes on living, safe operations first.
[[nodiscard]] std::vector<Use> uses_of(const Spec& spec, std::string_view value);
/// The first alternative of an operation that carries a credential, or null.
[[nodiscard]] const Alternative* first_alternative(const Operation& operation);
/// Pointer of the placeholder in the operation's JSON template ("{lifetime}" →
/// /authorization/timeout); empty: none.
[[nodiscard]] std::string placeholder_pointer(const Operation& operation,
                                              std::string_view placeholder);

/// The documented request, by one way of authenticating (null: none).
[[nodiscard]] Step call(const Operation& operation, const Alternative* alternative,
                        std::string says);
[[nodiscard]] Step issue_step(const Operation& issuer);
[[nodiscard]] Step issue_step(const Operation& issuer, const Json& lifetime);
[[nodiscard]] Step issue_step_without_lifetime(const Operation& issuer);
[[nodiscard]] Step use_step(const Use& use, std::string_view value, Expect expect, bool judged,
                            std::string says);

}  // namespace keyward
