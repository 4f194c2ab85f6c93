// SPDX-License-Identifier: Apache-2.0
// Coded: bytes that a text holds in base64, base32 or hexadecimal, whatever they are in turn.
//
//   k=WlhLZQ… and so on   →   ZXKe…     each group of characters remembers where it stood
//
// Neither where a code begins nor what it holds is known, so each run of its characters is read
// from each of them that may begin a group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/base/unescape.h"

namespace keyward {

enum class Code : std::uint8_t { base64, base32, base32hex, crockford, hexadecimal };
inline constexpr Code k_other_codes[] = {Code::base32, Code::base32hex, Code::crockford,
                                         Code::hexadecimal};  ///< than base64
inline constexpr std::size_t k_shortest_text = 12;            // bytes of a line that are no chance

/// Codes, as a set.
class CodeSet {
 public:
  void add(Code code) { bits_ |= 1U << static_cast<unsigned>(code); }
  [[nodiscard]] bool has(Code code) const {
    return (bits_ >> static_cast<unsigned>(code) & 1U) != 0;
  }

 private:
  unsigned bits_ = 0;
};

/// The runs of such characters in a text that are long enough to be read; both alphabets of base64,
/// and what is broken into lines, count. The text must outlive it.
class Coded {
 public:
  Coded(std::string_view text, Code code);
  /// Of another code than base64, whose alphabet holds each other's: looks into its runs alone.
  Coded(const Coded& base64, Code code);

  [[nodiscard]] bool empty() const { return runs_.empty(); }
  /// Of base64: the codes that its runs may be of, by one look at each of their characters: of most
  /// texts, none. With one that is not in the set, read() finds nothing.
  [[nodiscard]] CodeSet may_be() const;
  /// Where groups may begin: behind 0 characters up to this.
  [[nodiscard]] unsigned alignments() const;
  /// The bytes of the runs, if the first group begins behind `skip` characters, with a line feed
  /// after each; false where there are none. Of a run in one line that is what may be ASCII so: of
  /// a secret of other bytes each code is a spelling. Linear in the text's size.
  [[nodiscard]] bool read(unsigned skip, Unescaped& out) const;

 private:
  struct Run {  // from its first character, how many there are, and where it ends
    std::size_t begin, size, end;
  };

  void look(std::size_t begin, std::size_t end);
  void decode_text(const Run& run, unsigned skip, Unescaped& out) const;
  void decode(TextRange part, unsigned skip, Unescaped& out) const;

  std::string_view text_;
  Code code_;
  std::vector<Run> runs_;
};

/// Whether such bytes may be text in turn, or chance has made them.
[[nodiscard]] bool may_be_text(std::string_view decoded);

}  // namespace keyward
