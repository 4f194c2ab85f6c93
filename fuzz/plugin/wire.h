// SPDX-License-Identifier: Apache-2.0
// Wire: questions and answers as lines of JSON, for parsers in another process.
//
//   ←  {"keyward_parser": 1, "name": "mine", "version": "1.0", "grammars": ["url"]}
//   →  {"id": 1, "grammar": "url", "input": "http://a@h/"}
//   ←  {"id": 1, "verdict": "accept", "fields": [["user", "raw", "a"], ["host", "raw", "h"]]}
//
// JSON has no bytes: a character from U+0000 to U+00FF stands for one. docs/plugins.md is the
// contract.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plugin/answer.h"
#include "harness/base/error.h"
#include "harness/json/json.h"

namespace keyward {

/// The first line of a parser.
struct Greeting {
  std::string name;
  std::string version;
  std::vector<Grammar> grammars;
};

/// Bytes as a JSON string, one character a byte; and back. A character above U+00FF fails.
[[nodiscard]] Json bytes_to_json(std::string_view bytes);
[[nodiscard]] Result<std::string> bytes_from_json(const Json& text);

/// What a .so says of itself; fails where its ABI is not ours or its name is none.
[[nodiscard]] Result<Greeting> greeting_of(const keyward_parser& parser);

[[nodiscard]] std::string render_greeting(const Greeting& greeting);
[[nodiscard]] Result<Greeting> read_greeting(std::string_view line);

struct Question {
  std::int64_t id = 0;
  Grammar grammar = Grammar::url;
  std::string input;
};

[[nodiscard]] std::string render_question(const Question& question);
[[nodiscard]] Result<Question> read_question(std::string_view line);

/// Accept, reject and abstain alone can be said; garbage is what read_answer() could not read.
[[nodiscard]] std::string render_answer(std::int64_t id, const Answer& answer);
[[nodiscard]] Result<Answer> read_answer(std::string_view line, const Question& question);

}  // namespace keyward
