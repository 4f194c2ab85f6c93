// SPDX-License-Identifier: Apache-2.0
// Every parser against its vectors (tests/vectors/*.yaml), and the URL parser against the WHATWG's.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "tests/vectors/vector_parsers.h"

namespace keyward::vectors {
namespace {

const std::filesystem::path k_folder = std::filesystem::path(KEYWARD_SOURCE_DIR) / "tests/vectors";
constexpr std::string_view k_differences = "url-whatwg-differences.yaml";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Every vector file in the order of their names, or what is wrong with the first bad one.
Loaded<std::vector<File>> load_all() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(k_folder)) {
    const bool vectors = entry.path().extension() == ".yaml";
    if (vectors && entry.path().filename() != k_differences) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<File> files;
  for (const auto& path : paths) {
    Loaded<File> file = load_text(read_file(path), path.stem().string());
    if (!file) return std::unexpected(file.error());
    files.push_back(*std::move(file));
  }
  return files;
}

const Loaded<std::vector<File>>& all_files() {
  static const Loaded<std::vector<File>> files = load_all();
  return files;
}

/// A copy with nothing behind its last byte, so that AddressSanitizer sees a read beyond it.
class ExactCopy {
 public:
  explicit ExactCopy(std::string_view bytes)
      : size_(bytes.size()), bytes_(std::make_unique_for_overwrite<char[]>(size_)) {
    std::ranges::copy(bytes, bytes_.get());
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

std::string show(const Outcome& outcome) {
  if (!outcome) {
    return text(name(outcome.error().reason)) + " at " + std::to_string(outcome.error().offset);
  }
  std::string line;
  for (const auto& [field, values] : *outcome) {
    line += field + ":";
    for (const std::string& value : values) line += " [" + escape(value) + "]";
    line += "  ";
  }
  return line;
}

struct Case {
  std::string parser;
  Row row;
};

void PrintTo(const Case& vector, std::ostream* out) {
  *out << vector.parser << "/" << vector.row.id;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  if (!all_files()) return cases;  // the test Files.Load says why
  for (const File& file : *all_files()) {
    for (const Row& row : file.rows) cases.push_back({file.parser, row});
  }
  return cases;
}

class Vector : public testing::TestWithParam<Case> {};

TEST_P(Vector, Holds) {
  const auto& [parser_name, row] = GetParam();
  const NamedParser* parser = find_parser(parser_name);
  ASSERT_NE(parser, nullptr) << parser_name;
  const ExactCopy input(row.input);
  const Outcome outcome = parser->parse(input.view());
  ASSERT_EQ(outcome.has_value(), row.valid) << show(outcome);
  if (row.valid) {
    EXPECT_TRUE(*outcome == row.fields)
        << "expected " << show(row.fields) << "\nactual   " << show(outcome);
  } else {
    EXPECT_EQ(name(outcome.error().reason), row.reason);
    EXPECT_EQ(outcome.error().offset, row.offset);
  }
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string id = info.param.parser + "__" + info.param.row.id;
  std::ranges::replace(id, '-', '_');
  return id;
}

INSTANTIATE_TEST_SUITE_P(All, Vector, testing::ValuesIn(all_cases()), case_name);

TEST(Files, Load) { ASSERT_TRUE(all_files().has_value()) << all_files().error(); }

TEST(Files, HoldAtLeast450Rows) { EXPECT_GE(all_cases().size(), 450U); }

TEST(Files, CoverEveryParserBothWays) {
  std::set<std::string> accepted, refused;
  for (const Case& vector : all_cases()) {
    (vector.row.valid ? accepted : refused).insert(vector.parser);
  }
  // What these do cannot fail, or fails only where their input is no URL.
  const std::set<std::string> total = {"form", "dot-segments", "same-origin", "url-resolve"};
  for (const NamedParser& parser : k_parsers) {
    EXPECT_TRUE(accepted.contains(text(parser.name))) << parser.name;
    EXPECT_NE(refused.contains(text(parser.name)), total.contains(text(parser.name)))
        << parser.name;
  }
}

TEST(Files, CoverEveryReason) {
  std::set<std::string> seen;
  for (const Case& vector : all_cases()) seen.insert(vector.row.reason);
  for (int i = 0; i <= static_cast<int>(Reason::code_point_out_of_range); ++i) {
    const std::string reason = text(name(static_cast<Reason>(i)));
    EXPECT_NE(reason, "unknown-reason") << i;
    EXPECT_TRUE(seen.contains(reason)) << reason;
  }
}

std::string error_of(const std::string& yaml) {
  const Loaded<File> file = load_text(yaml, "x");
  return file ? "loaded" : file.error();
}

TEST(Loader, RefusesWhatIsNoVector) {
  const std::string head = "parser: token\nrows:\n";
  const std::string row =
      "- {id: a, input: a, result: valid, expect: {value: a}, clause: c, why: w}\n";
  EXPECT_EQ(error_of(head + row), "loaded");
  EXPECT_EQ(error_of("parser: token\nrows: []\n"), "x: no rows");
  EXPECT_EQ(error_of(head + row + row), "x/a: repeated id");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = row;
    changed.replace(changed.find(from), from.size(), to);
    return error_of(head + changed);
  };
  EXPECT_NE(with("why: w", "why: w, note: n").find("unknown"), std::string::npos);
  EXPECT_NE(with(", why: w", "").find("missing"), std::string::npos);
  EXPECT_NE(with(", clause: c", "").find("missing"), std::string::npos);
  EXPECT_NE(with("why: w", "why: w, id: b").find("repeated"), std::string::npos);
  EXPECT_EQ(with("clause: c", "clause: ''"), "x/a: empty clause");
  EXPECT_EQ(with("valid", "acceptable"), "x/a: result acceptable");
  EXPECT_EQ(with("id: a", "id: A b"), "x/A b: the id is no slug");
  EXPECT_EQ(with("input: a", "input: '\\q'"), "x/a: unknown escape in '\\q'");
  EXPECT_EQ(with("input: a", "input: '\\x4'"), "x/a: unknown escape in '\\x4'");
  EXPECT_NE(with("valid", "invalid").find("unknown, missing"), std::string::npos);
}

// --- the WHATWG's URL vectors, where they stand beside the checkout ---------------------------

/// User, password and host as both standards would compare them: triplets decoded, ASCII lowered.
std::string identity(std::string_view user, std::string_view password, std::string_view host) {
  const auto decoded = [](std::string_view part) {
    return decode_percent(part).value_or(std::string(part));
  };
  std::string lower = decoded(host);
  std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
  return decoded(user) + " : " + decoded(password) + " @ " + lower;
}

std::string member(const Json& row, std::string_view key) {
  const Json* value = row.find(key);
  return value != nullptr && value->is_string() ? value->text : std::string();
}

/// What our parser makes of the row's input, resolved against its base; nothing if it refuses.
std::optional<std::string> our_identity(const Json& row) {
  std::string target = member(row, "input");
  const Parsed<Url> reference = parse_url(target);
  if (!reference) return std::nullopt;
  if (!reference->scheme) {
    const std::string base_text = member(row, "base");
    const Parsed<Url> base = parse_url(base_text);
    if (!base || !base->scheme) return std::nullopt;
    target = resolve(*base, *reference);
  }
  const Parsed<Url> url = parse_url(target);
  if (!url) return "resolving made what does not parse: " + target;
  const Authority authority = url->authority.value_or(Authority{});
  return identity(authority.user, authority.password.value_or(""), authority.host);
}

struct Comparison {
  std::size_t compared = 0;
  std::map<std::string, std::string> differing;  // `input` or `input (base)` -> both readings
};

Comparison compare_with(const Json& rows) {
  Comparison result;
  for (const Json& row : rows.items) {
    if (!row.is_object() || row.find("failure") != nullptr) continue;
    const std::optional<std::string> ours = our_identity(row);
    if (!ours) continue;
    ++result.compared;
    const std::string theirs =
        identity(member(row, "username"), member(row, "password"), member(row, "hostname"));
    if (*ours == theirs) continue;
    const std::string base = member(row, "base");
    const std::string key = member(row, "input") + (base.empty() ? "" : " (" + base + ")");
    result.differing[key] = "ours " + *ours + ", theirs " + theirs;
  }
  return result;
}

/// The reviewed list, classes with a reason each; every input once.
std::set<std::string> load_differences() {
  std::set<std::string> inputs;
  for (const YAML::Node& row : YAML::LoadFile(k_folder / k_differences)["differences"]) {
    const auto keys = check_keys(row, {"class", "why", "inputs"}, "differences");
    EXPECT_TRUE(keys.has_value()) << keys.error();
    EXPECT_TRUE(is_slug(row["class"].Scalar()));
    EXPECT_FALSE(row["why"].Scalar().empty());
    for (const YAML::Node& node : row["inputs"]) {
      const Loaded<std::string> input = unescape(node.Scalar());
      EXPECT_TRUE(input && inputs.insert(*input).second) << node.Scalar();
    }
  }
  return inputs;
}

TEST(Whatwg, DiffersOnlyWhereReviewed) {
  const std::set<std::string> reviewed = load_differences();
  EXPECT_FALSE(reviewed.empty());
  const auto path =
      std::filesystem::path(KEYWARD_SOURCE_DIR) / "../shared/vectors/urltestdata.json";
  if (!std::filesystem::exists(path)) {
    std::cout << "urltestdata.json does not stand beside the checkout: nothing compared with the "
                 "WHATWG's vectors, our own stand alone\n";
    return;
  }
  const auto rows = parse_json(read_file(path));
  ASSERT_TRUE(rows.has_value()) << rows.error().message << " at " << rows.error().offset;
  const Comparison result = compare_with(*rows);
  EXPECT_GT(result.compared, 100U);
  for (const auto& [input, readings] : result.differing) {
    EXPECT_TRUE(reviewed.contains(input)) << "not reviewed: " << input << ": " << readings;
  }
  for (const std::string& input : reviewed) {
    EXPECT_TRUE(result.differing.contains(input)) << "no difference any more: " << input;
  }
  std::cout << result.compared << " URLs compared, " << reviewed.size()
            << " reviewed differences\n";
}

}  // namespace
}  // namespace keyward::vectors
