// SPDX-License-Identifier: Apache-2.0
// Input: what a live fuzzer sends, said as changes to a documented request. No byte of a credential
// stands in it: an input may lie in a file, and works with another secret of the same kind.
//
//   {"operation":"listForms","alternative":"apiKeyHeader","scheme":"apiKeyHeader","base":"valid",
//    "changes":[{"in":"secret","do":"insert","at":-1,"text":"\\x00"}]}
//
// The layers of a credential, the inner ones first; a change acts on the text of its layer, and
// what lies outside is encoded from it:
//
//   user-id ┐
//   secret  ┴ user-pass ─ base64 ┐
//   secret ─ percent, JSON ──────┴ wire ─ field line, or piece of a query or form ─ request target
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/catalogue/mutation.h"

namespace keyward {

enum class Layer { user_id, secret, user_pass, wire, field, piece, target };
inline constexpr std::size_t k_layers = 7;

enum class Deed {
  insert,    ///< `text`
  repeat,    ///< `text`, `length` times over
  remove,    ///< `length` bytes
  replace,   ///< `length` bytes by `text`
  copy,      ///< `length` bytes once more, behind themselves
  swap,      ///< the byte with the one `length` further on
  flip,      ///< the case of the letters among `length` bytes
  percent,   ///< `length` bytes as %XX
  overlong,  ///< one ASCII byte as two octets of overlong UTF-8, percent-encoded
  unicode,   ///< one byte as %uXXXX
  widen,     ///< one printable byte as the character of full width that looks like it
  turn,      ///< what stands before the first `:` or `=`, and what behind it, change places
  again,     ///< the whole field or piece once more, with a twin's secret: before (at 0) or behind
};

/// One change. `at` counts from the beginning of the text, or from its end where it is negative: -1
/// is behind the last byte.
struct Change {
  Layer layer = Layer::secret;
  Deed deed = Deed::insert;
  int at = 0;
  int length = 1;
  std::string text = {};

  bool operator==(const Change&) const = default;
};

struct FuzzInput {
  std::string operation, alternative, scheme;  ///< ids of the spec; of the alternative, its id()
  Base base = Base::valid;
  std::vector<Change> changes;

  bool operator==(const FuzzInput&) const = default;
};

/// The text with the change made to it; total: what lies outside the text is brought into it.
void make_change(const Change& change, std::string& text);
/// How many bytes a change takes out, and puts in, together; at least 1.
[[nodiscard]] std::size_t cost(const Change& change);
[[nodiscard]] std::size_t cost(const FuzzInput& input);

/// One line of JSON, and back; nothing where it is no input.
[[nodiscard]] std::string write_input(const FuzzInput& input);
[[nodiscard]] std::optional<FuzzInput> read_input(std::string_view line);

/// "secret: insert \x00 at the end": for reports.
[[nodiscard]] std::string describe(const Change& change);
[[nodiscard]] std::string_view name(Layer layer);
[[nodiscard]] std::string_view name(Deed deed);
[[nodiscard]] std::string_view name(Base base);

}  // namespace keyward
