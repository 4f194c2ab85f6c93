// SPDX-License-Identifier: Apache-2.0
// Answer: what one parser says of one input, in the form in which answers are compared.
//
//   http://a%40b:@h/     user      raw "a%40b"     decoded: not said
//                        password  raw ""          empty, which is not absent
//                        port                      absent
//
// Grammars and fields are those of docs/plugins.md.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plugin/keyward_parser.h"

namespace keyward {

enum class Grammar { url, query, authorization, challenge, request };
inline constexpr std::array k_grammars = {Grammar::url, Grammar::query, Grammar::authorization,
                                          Grammar::challenge, Grammar::request};

[[nodiscard]] std::string_view name(Grammar grammar);
[[nodiscard]] std::optional<Grammar> find_grammar(std::string_view name);

/// The names that a parser may give in this grammar, in the order in which they are shown.
[[nodiscard]] std::span<const std::string_view> field_names(Grammar grammar);
/// Whether fields may repeat, and their order means something: query and challenge.
[[nodiscard]] bool is_list(Grammar grammar);

/// One field that a parser gave.
struct AnswerField {
  std::string name;
  keyward_form form = KEYWARD_RAW;
  std::string value;

  bool operator==(const AnswerField&) const = default;
};

/// `accept` and `reject` are answers; what follows `abstain` is how a parser failed to answer.
enum class AnswerKind { accept, reject, abstain, crash, hang, garbage };
[[nodiscard]] std::string_view name(AnswerKind kind);

struct Answer {
  AnswerKind kind = AnswerKind::abstain;
  std::vector<AnswerField> fields;  ///< where accepted, in the order given
  std::string detail;               ///< of a crash, hang or garbage: what was seen

  /// The first field of that name, or null: absent, unless it is said to be unknown.
  [[nodiscard]] const AnswerField* find(std::string_view field) const;
  bool operator==(const Answer&) const = default;
};

/// Asks a parser in this process, at the mercy of its bugs. A field name that the grammar does
/// not have makes the answer garbage.
[[nodiscard]] Answer ask(const keyward_parser& parser, Grammar grammar, std::string_view input);

/// The function of that grammar, or null.
[[nodiscard]] keyward_parse function_of(const keyward_parser& parser, Grammar grammar);

}  // namespace keyward
