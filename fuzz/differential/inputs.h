// SPDX-License-Identifier: Apache-2.0
// Inputs: what all parsers are asked, from the vectors of the product's own parsers and from lists.
//
//   authority.yaml   a@b@c                →  url            http://a@b@c/
//   credentials.yaml Basic YTpi           →  authorization  Basic YTpi
//                                         →  request        GET / … Authorization: Basic YTpi …
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/plugin/answer.h"
#include "harness/base/error.h"

namespace keyward {

struct Input {
  Grammar grammar = Grammar::url;
  std::string text;
  std::string source;  ///< `authority/two-at-signs`, `urls.txt:3`
};

/// The vector files of that folder that have inputs for a grammar, each input once. What the
/// rows expect plays no part here.
[[nodiscard]] Result<std::vector<Input>> read_vectors(const std::filesystem::path& folder);

/// Rows `{id, grammar, input}` of a file such as found.yaml, with the vectors' escapes.
[[nodiscard]] Result<std::vector<Input>> read_found(const std::filesystem::path& file);

/// A line an input, as it is; empty lines are passed over. Of a folder, a file an input.
[[nodiscard]] Result<std::vector<Input>> read_list(const std::filesystem::path& file,
                                                   Grammar grammar);

/// Lines `Authorization: …` and `WWW-Authenticate: …`.
[[nodiscard]] Result<std::vector<Input>> read_headers(const std::filesystem::path& file);

/// A request head with this field line.
[[nodiscard]] std::string request_head(std::string_view field_line);

}  // namespace keyward
