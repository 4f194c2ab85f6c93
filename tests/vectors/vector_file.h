// SPDX-License-Identifier: Apache-2.0
// The parsers' vectors: rows of YAML, read strictly. Only an input may be malformed, never its row.
//
//   parser: cookie
//   rows:
//     - id: nul                          a slug, once in its file
//       input: 'a=\x00'                  own escapes: \xHH \r \n \t \\ ; single quotes in YAML
//       result: invalid                  or valid; there is no third word
//       expect: {reason: …, offset: 2}   or, where valid, every field that the parser fills
//       clause: RFC 6265 section 4.1.1
//       why: NUL
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "harness/syntax/ascii.h"

namespace keyward::vectors {

/// What a parser filled, by field. A field that is absent does not occur; a list has its elements.
using Fields = std::map<std::string, std::vector<std::string>>;

struct Row {
  std::string id;
  std::string input;
  bool valid = false;
  Fields fields;       // where valid
  std::string reason;  // where invalid
  std::size_t offset = 0;
};

struct File {
  std::string name;
  std::string parser;
  std::vector<Row> rows;
};

template <class T>
using Loaded = std::expected<T, std::string>;

/// Resolves our escapes; any other backslash is an error.
inline Loaded<std::string> unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
      continue;
    }
    const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
    static constexpr std::string_view k_letters = "rnt\\";
    if (const std::size_t letter = k_letters.find(kind); letter != std::string_view::npos) {
      bytes += std::string_view("\r\n\t\\")[letter];
      at += 1;
    } else if (kind == 'x' && at + 3 < text.size() && hex_value(text[at + 2]) >= 0 &&
               hex_value(text[at + 3]) >= 0) {
      bytes += static_cast<char>(hex_value(text[at + 2]) * 16 + hex_value(text[at + 3]));
      at += 3;
    } else {
      return std::unexpected("unknown escape in '" + std::string(text) + "'");
    }
  }
  return bytes;
}

/// Refuses a mapping that has another key, lacks one, or has one twice.
inline Loaded<void> check_keys(const YAML::Node& map, std::vector<std::string> wanted,
                               const std::string& where) {
  if (!map.IsMap()) return std::unexpected(where + ": not a mapping");
  std::vector<std::string> keys;
  for (const auto& entry : map) keys.push_back(entry.first.as<std::string>());
  std::ranges::sort(keys);
  std::ranges::sort(wanted);
  if (keys == wanted) return {};
  std::string found;
  for (const std::string& key : keys) found += " " + key;
  return std::unexpected(where + ": unknown, missing or repeated key, found:" + found);
}

inline Loaded<Fields> load_fields(const YAML::Node& expect, const std::string& where) {
  Fields fields;
  if (!expect.IsMap()) return std::unexpected(where + ": expect is not a mapping");
  for (const auto& entry : expect) {
    std::vector<std::string> values;
    std::vector<YAML::Node> nodes;
    if (!entry.second.IsSequence()) nodes.push_back(entry.second);
    if (entry.second.IsSequence()) {
      for (const auto& node : entry.second) nodes.push_back(node);
    }
    for (const YAML::Node& node : nodes) {
      Loaded<std::string> value = unescape(node.as<std::string>());
      if (!value) return std::unexpected(where + ": " + value.error());
      values.push_back(*value);
    }
    if (!fields.emplace(entry.first.as<std::string>(), values).second) {
      return std::unexpected(where + ": repeated field");
    }
  }
  return fields;
}

inline bool is_slug(std::string_view text) {
  static constexpr ByteSet k_slug = ByteSet::range('a', 'z') | k_digit | ByteSet("-");
  return !text.empty() && k_slug.span(text) == text.size();
}

inline Loaded<Row> load_row(const YAML::Node& node, const std::string& file) {
  if (const auto keys =
          check_keys(node, {"id", "input", "result", "expect", "clause", "why"}, file);
      !keys) {
    return std::unexpected(keys.error());
  }
  Row row{.id = node["id"].as<std::string>()};
  const std::string where = file + "/" + row.id;
  if (!is_slug(row.id)) return std::unexpected(where + ": the id is no slug");
  Loaded<std::string> input = unescape(node["input"].as<std::string>());
  if (!input) return std::unexpected(where + ": " + input.error());
  row.input = *input;
  for (const char* key : {"clause", "why"}) {
    if (!node[key].IsScalar() || node[key].Scalar().empty()) {
      return std::unexpected(where + ": empty " + key);
    }
  }
  const auto result = node["result"].as<std::string>();
  row.valid = result == "valid";
  if (!row.valid && result != "invalid") return std::unexpected(where + ": result " + result);
  if (row.valid) {
    Loaded<Fields> fields = load_fields(node["expect"], where);
    if (!fields) return std::unexpected(fields.error());
    row.fields = *fields;
    return row;
  }
  if (const auto keys = check_keys(node["expect"], {"reason", "offset"}, where); !keys) {
    return std::unexpected(keys.error());
  }
  row.reason = node["expect"]["reason"].as<std::string>();
  row.offset = node["expect"]["offset"].as<std::size_t>();
  return row;
}

/// Reads the text of a vector file. YAML's own errors become ours here, once.
inline Loaded<File> load_text(const std::string& text, const std::string& name) try {
  const YAML::Node root = YAML::Load(text);
  if (const auto keys = check_keys(root, {"parser", "rows"}, name); !keys) {
    return std::unexpected(keys.error());
  }
  File file{name, root["parser"].as<std::string>(), {}};
  std::set<std::string> ids;
  for (const YAML::Node& node : root["rows"]) {
    Loaded<Row> row = load_row(node, name);
    if (!row) return std::unexpected(row.error());
    if (!ids.insert(row->id).second) return std::unexpected(name + "/" + row->id + ": repeated id");
    file.rows.push_back(*row);
  }
  if (file.rows.empty()) return std::unexpected(name + ": no rows");
  return file;
} catch (const YAML::Exception& error) {
  return std::unexpected(name + ": " + error.what());
}

}  // namespace keyward::vectors
