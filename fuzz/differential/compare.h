// SPDX-License-Identifier: Apache-2.0
// Compare: two answers to one input, and how much it matters that they differ.
//
//   http://foo@evil.example:80@good.example/
//     boost_url   user foo                    host evil.example
//     libcurl     user foo@evil.example       host good.example
//                                             ^ boost_url-libcurl-url-host-host
//
// Raw texts are decoded once, hosts, ports and paths brought to a normal form, before two values
// are called different. Of one pair, only differences of the worst class count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plugin/answer.h"

namespace keyward {

/// From what matters least to what matters most.
enum class DifferenceClass {
  spelling,     ///< the same, once decoded and brought to normal form
  empty,        ///< absent for one, empty for the other
  verdict,      ///< one accepts, the other refuses
  part,         ///< another scheme, path, query, fragment, method, target or challenge
  port,         ///< the same host, another port
  credentials,  ///< another user, password, token or field of a query
  host,         ///< another host
  conduct,      ///< a crash, a hang or garbage
};
[[nodiscard]] std::string_view name(DifferenceClass kind);
[[nodiscard]] std::optional<DifferenceClass> find_difference_class(std::string_view name);
/// One sentence: what it means for authentication, and why it is where it is in the order.
[[nodiscard]] std::string_view meaning(DifferenceClass kind);

/// `a` comes before `b` in the alphabet; conduct is of `a` alone.
struct Difference {
  std::string a, b;
  Grammar grammar = Grammar::url;
  DifferenceClass kind = DifferenceClass::spelling;
  std::string field;  ///< of a verdict: who accepts; of conduct: crash, hang or garbage

  /// `A-B-grammar-class-field`: equal for what has one cause, as far as can be told.
  [[nodiscard]] std::string signature() const;
  [[nodiscard]] bool is_of(std::string_view parser) const { return a == parser || b == parser; }
};

struct NamedAnswer {
  std::string_view parser;
  const Answer* answer;
};

/// How the two differ; empty where they agree or one abstains.
[[nodiscard]] std::vector<Difference> compare(Grammar grammar, NamedAnswer one, NamedAnswer other);

/// The field as a text for people: `-` where absent, `?` where the parser has no notion of it.
/// Fields that were given several times are joined by `, `.
[[nodiscard]] std::string shown_field(const Answer& answer, std::string_view field);

}  // namespace keyward
