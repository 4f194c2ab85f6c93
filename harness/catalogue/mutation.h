// SPDX-License-Identifier: Apache-2.0
// Mutation: a row of the catalogue. It says how a valid request is changed and what must then
// happen.
//
//   request without credential ──base──> with the valid one, a twin, … ──build──> the request that
//   is sent
//
// Rows live in one file a family (presence.cpp, compare.cpp, …). Adding one costs a row here and a
// fault in harness/target. Ids are slugs for ever; facts and sources stand in each row, once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/model/depth.h"
#include "harness/model/exchange.h"
#include "harness/model/spec.h"
#include "harness/model/verdict.h"

namespace keyward {

class Edit;
struct Evidence;

enum class Family {
  control,
  presence,
  compare,
  encoding,
  basic,
  bearer,
  cookie,
  jwt,
  placement,
  conflict,
  method_path,
  protocol,
  lifecycle,
  authz,
  response,
  robustness,
  equivalence,
  own
};

/// What the request carries before `build` changes it.
enum class Base {
  valid,   ///< the documented credential in its documented place
  absent,  ///< none of the schemes' credentials
  twin,    ///< a random secret of the same shape
};

/// What must happen.
enum class Expect {
  refused,   ///< not accepted (harness/oracle/reception.h); a server failure proves nothing
  accepted,  ///< accepted: a refusal is a false refusal
  judged,    ///< `judge` decides
};

/// How often a row is planned.
enum class Scope {
  scheme,     ///< for each operation and scheme whose carriers match `slots`
  operation,  ///< once an operation (its first scheme)
};

/// Bits of Slot: the carriers a row applies to.
using Slots = std::uint16_t;
[[nodiscard]] constexpr Slots slot_bit(Slot slot) {
  return static_cast<Slots>(1U << static_cast<unsigned>(slot));
}
inline constexpr Slots k_header = slot_bit(Slot::header);
inline constexpr Slots k_query = slot_bit(Slot::query);
inline constexpr Slots k_cookie = slot_bit(Slot::cookie);
inline constexpr Slots k_form = slot_bit(Slot::form);
inline constexpr Slots k_json = slot_bit(Slot::json);
inline constexpr Slots k_basic = slot_bit(Slot::basic_user_id) | slot_bit(Slot::basic_password);
inline constexpr Slots k_bearer = slot_bit(Slot::bearer);
inline constexpr Slots k_urlencoded = k_query | k_form;
inline constexpr Slots k_any_slot = 0xFF;

/// Why a case cannot be built here (no letters to swap, no second principal …), or nothing: it was
/// built.
using Skip = std::optional<std::string>;

/// What a judge function found.
struct Outcome {
  Verdict verdict = Verdict::pass;
  std::string actual;               ///< what was seen, for the report
  std::optional<Level> level = {};  ///< where it differs from the row's
};

/// One row. What a row does not say has the value that most rows have.
struct Mutation {
  std::string_view id;  ///< slug
  Family family;
  Level level = Level::must;
  bool document_gate =
      false;         ///< code D: without a document or RFC MUST behind it, one level lower
  int severity = 0;  ///< 0 … 10, as in the field's records
  Base base = Base::valid;
  Expect expect = Expect::refused;
  Scope scope = Scope::scheme;
  Slots slots = k_any_slot;
  bool jwt = false;            ///< is about a secret that is a JSON Web Token
  bool needs_foreign = false;  ///< places something of the optional foreign principal's
  std::string_view title;  ///< the fault, as the title of a finding: "An empty secret is accepted"
  std::string_view right;  ///< what a right server does
  std::string_view why;    ///< why it matters
  std::string_view fix;    ///< what would mend it
  std::string_view sources;  ///< clauses, weakness ids, known cases that were read
  std::span<const std::string_view> variants = {};  ///< empty: one case without variant
  Skip (*build)(Edit&) = nullptr;
  Outcome (*judge)(const Evidence&) = nullptr;
  Depth from = Depth::standard;  ///< the first depth at which it is planned
  /// Goes round authentication: at exhaustive depth with a wrong and with a foreign credential,
  /// too.
  bool bypass = false;
  /// Puts the credential of another scheme beside it, whose id is the variant: at exhaustive depth
  /// each that the operation documents. Without a variant the first for the same value.
  bool pairs = false;
  /// Is about schemes that go together: planned for alternatives of several alone.
  bool combined = false;
  /// Is itself the absent or twin control: judged without leaning on that control.
  bool is_control = false;
};

/// What a judge function may look at: the judged answer and its controls.
struct Evidence {
  const Mutation& mutation;
  const Operation& operation;
  std::string_view variant;
  const Exchange& exchange;  ///< the judged exchange
  Reception reception;
  const Response* valid;               ///< answer to the valid control; null: none
  const Response* absent;              ///< answer to the absent control; null: none
  std::span<const std::string> marks;  ///< canaries that Edit::mark() placed in the request
};

/// All rows of one-request families, in stable order.
[[nodiscard]] std::span<const Mutation* const> all_mutations();
[[nodiscard]] const Mutation* find_mutation(std::string_view id);
[[nodiscard]] std::string_view name(Family family);

}  // namespace keyward
