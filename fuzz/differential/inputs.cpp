// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/inputs.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>
#include <utility>

#include "harness/base/text.h"
#include "harness/base/unescape.h"
#include "harness/spec/reader.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

std::string as_is(const std::string& text) { return text; }
std::string authority_url(const std::string& text) { return "http://" + text + "/"; }
std::string authorization_head(const std::string& text) {
  return request_head("Authorization: " + text);
}
std::string field_head(const std::string& text) { return request_head(text); }
std::string target_head(const std::string& text) {  // text is METHOD SP TARGET
  return text + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

// Which vector file is asked of which grammar, and how its inputs become one.
struct Use {
  std::string_view file;
  Grammar grammar;
  std::string (*make)(const std::string&);
};
constexpr std::array k_uses = {
    Use{"url", Grammar::url, as_is},
    Use{"http-url", Grammar::url, as_is},
    Use{"authority", Grammar::url, authority_url},
    Use{"form", Grammar::query, as_is},
    Use{"form-strict", Grammar::query, as_is},
    Use{"credentials", Grammar::authorization, as_is},
    Use{"basic-credentials", Grammar::authorization, as_is},
    Use{"bearer", Grammar::authorization, as_is},
    Use{"challenge", Grammar::challenge, as_is},
    Use{"request-target", Grammar::request, target_head},
    Use{"credentials", Grammar::request, authorization_head},
    Use{"basic-credentials", Grammar::request, authorization_head},
    Use{"field-line", Grammar::request, field_head},
};

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::usage, "cannot be read", path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A relative reference means nothing without a base, and not every parser takes one.
bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || !k_alpha.contains(text[0])) return false;
  return (k_alnum | ByteSet("+-.")).span(text) == colon;
}

std::string unescaped(const std::string& text) {
  Unescaped bytes;
  return unescape(text, bytes, "\\") ? bytes.text : text;
}

Result<std::vector<Input>> read_folder(const fs::path& folder, Grammar grammar) {
  std::vector<Input> inputs;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    if (!entry.is_regular_file(code)) continue;
    KEYWARD_TRY(std::string text, read_file(entry.path()));
    inputs.push_back({grammar, std::move(text), entry.path().filename().string()});
  }
  std::ranges::sort(inputs, {}, &Input::source);
  return inputs;
}

}  // namespace

std::string request_head(std::string_view field_line) {
  return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(field_line) + "\r\n\r\n";
}

Result<std::vector<Input>> read_vectors(const fs::path& folder) {
  std::vector<Input> inputs;
  std::set<std::pair<Grammar, std::string>> seen;
  for (const Use& use : k_uses) {
    const fs::path path = folder / (std::string(use.file) + ".yaml");
    KEYWARD_TRY(const std::string source, read_file(path));
    Problems problems;
    const auto root = parse_yaml(source, problems);
    const Yaml* const rows = root ? root->find("rows") : nullptr;
    if (problems.has_error() || rows == nullptr || !rows->is_list())
      return fail(ErrorKind::spec, "no vectors: a list 'rows' is missing", path.string());
    for (const Yaml& row : rows->items) {
      const Yaml* const id = row.find("id");
      const Yaml* const text = row.find("input");
      if (id == nullptr || text == nullptr)
        return fail(ErrorKind::spec, "a vector needs 'id' and 'input'",
                    render(row.place, path.string()));
      std::string input = use.make(unescaped(text->text));
      if (use.grammar == Grammar::url && !has_scheme(input)) continue;
      if (seen.emplace(use.grammar, input).second)
        inputs.push_back({use.grammar, std::move(input), std::string(use.file) + "/" + id->text});
    }
  }
  return inputs;
}

Result<std::vector<Input>> read_found(const fs::path& file) {
  KEYWARD_TRY(const std::string source, read_file(file));
  Problems problems;
  const auto root = parse_yaml(source, problems);
  const Yaml* const rows = root ? root->find("inputs") : nullptr;
  if (problems.has_error() || rows == nullptr || !rows->is_list())
    return fail(ErrorKind::spec, "a list 'inputs' is missing", file.string());
  std::vector<Input> inputs;
  for (const Yaml& row : rows->items) {
    const Yaml* const id = row.find("id");
    const Yaml* const text = row.find("input");
    const Yaml* const word = row.find("grammar");
    const auto grammar = word == nullptr ? std::nullopt : find_grammar(word->text);
    if (id == nullptr || text == nullptr || !grammar)
      return fail(ErrorKind::spec, "a row needs 'id', 'grammar' and 'input'",
                  render(row.place, file.string()));
    inputs.push_back({*grammar, unescaped(text->text), "found/" + id->text});
  }
  return inputs;
}

Result<std::vector<Input>> read_list(const fs::path& file, Grammar grammar) {
  std::error_code code;
  if (fs::is_directory(file, code)) return read_folder(file, grammar);
  KEYWARD_TRY(const std::string source, read_file(file));
  std::vector<Input> inputs;
  std::size_t number = 0;
  for (std::string_view line : split(source, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    inputs.push_back(
        {grammar, std::string(line), file.filename().string() + ":" + std::to_string(number)});
  }
  return inputs;
}

Result<std::vector<Input>> read_headers(const fs::path& file) {
  KEYWARD_TRY(std::vector<Input> inputs, read_list(file, Grammar::authorization));
  for (Input& input : inputs) {
    const std::size_t colon = input.text.find(':');
    const std::string_view field = std::string_view(input.text).substr(0, colon);
    if (equals_ignoring_case(field, "WWW-Authenticate")) {
      input.grammar = Grammar::challenge;
    } else if (!equals_ignoring_case(field, "Authorization") || colon == std::string::npos) {
      return fail(ErrorKind::usage, "neither 'Authorization: ...' nor 'WWW-Authenticate: ...'",
                  input.source);
    }
    input.text = std::string(trim_ows(std::string_view(input.text).substr(colon + 1)));
  }
  return inputs;
}

}  // namespace keyward
