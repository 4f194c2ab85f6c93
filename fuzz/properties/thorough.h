// SPDX-License-Identifier: Apache-2.0
// Thorough: which inputs are asked everything. The standard's grammar, and a text built and parsed
// again for each property, cost ten times what a parser does; an engine that waits for them on
// every input finds less, not more. So, under an engine, everything is asked of
//
//   an input of a new shape    http://user@h/  is of the shape  a://a@a/  : runs of letters and
//                              digits are one letter; 16,384 shapes are remembered, by their hash
//   one in 32                  of all others, by the text's hash: always the same ones
//
// and of the rest whatever one call of the parser shows: a crash, a refusal's place, the steps, and
// what AddressSanitizer sees. A process that has just started knows no shape, so what is kept is
// asked everything when the next run begins with it, and a finding shows again when it is replayed.
// Without an engine every input is asked everything.
//
// Pumped (steps.h) is, too: one in 64 of those that have a new shape, one in 1024 of the others.
#pragma once

#include <cstdint>
#include <string_view>

namespace keyward::fuzz {

/// Whether this input is asked everything. Remembers its shape. To be called first, once an input.
[[nodiscard]] bool thorough(std::string_view text);

/// Whether the input that thorough() saw last is pumped.
[[nodiscard]] bool pumping();

/// Asks every input everything, or as an engine does; the build decides what it is at the start.
void ask_everything(bool always);
/// Forgets all shapes, as a new process.
void forget_shapes();

/// A fast hash of the text, for choices that must always be the same.
[[nodiscard]] std::uint64_t quick_hash(std::string_view text);

}  // namespace keyward::fuzz
