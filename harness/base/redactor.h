// SPDX-License-Identifier: Apache-2.0
// Redactor: the one sink that every output goes through. It finds secrets by value, in whatever
// spelling, and writes their labels instead.
//
//   GET /forms?token=aBcDeF%31%32…   →   GET /forms?token=«member.api_key»
//
// Known spellings are the bytes themselves, backwards, in ROT13, hexadecimal, base64 and base32 at
// each of their alignments, and base64 of base64. Text is searched as it stands, again with bytes
// that it spells out one by one (5a:71, [90,113], UTF-16 …: spelled.h), with what its base64 and
// hexadecimal hold (coded.h), without what separates single characters (squeezed.h) or chunks of a
// body (unchunk.h), and all of that again as a URL, JSON or HTML reader would decode it (%41,
// \u0041, &#65;, and these nested in each other), so no list of encodings can miss a mixture.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/secret.h"

namespace keyward {

/// Replaces secrets by `«label»`. Any piece of 8 bytes and more of any spelling counts, ASCII case
/// ignored: what is left of a truncated, extended or case-swapped credential is hidden as well.
/// Of secrets of fewer than 16 bytes, what a changed byte leaves are shorter pieces: those of 8 and
/// more are found with two bytes changed, added or left out, those of 6 and 7 with one, those of 4
/// and 5 as a whole. Shorter ones are not, for they would blank everything. May be shared by
/// threads.
class Redactor {
 public:
  static constexpr std::size_t k_shortest_secret = 4;  ///< bytes

  Redactor();
  ~Redactor();
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;

  /// From now on hides these bytes. Add halves of a composite, and the base64 of
  /// `user-id:password`, as secrets of their own; do not add public values.
  void add(const Secret& secret) { add(secret.label(), secret.expose()); }
  void add(std::string_view label, std::string_view bytes);
  /// The same of what only looks like a secret, and of which no other spelling is expected.
  void add_as_written(std::string_view label, std::string_view bytes);

  [[nodiscard]] std::string clean(std::string_view text) const;
  /// Appends the cleaned text. What is replaced never begins or ends within an escape such as
  /// \u0041 or &quot;, so a text that was well formed stays so.
  void clean_into(std::string& out, std::string_view text) const;

  /// How many secrets are hidden.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace keyward
