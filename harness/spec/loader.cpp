// SPDX-License-Identifier: Apache-2.0
#include "harness/spec/loader.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "harness/base/text.h"
#include "harness/spec/draft.h"

namespace keyward {
namespace {

// A spec of a large API is some 50 kB; what is a thousand times that is not a spec.
constexpr std::uintmax_t k_max_size = 1U << 20U;

struct Section {
  std::string_view key;
  bool required;
  void (*read)(const Yaml&, Draft&);
};

constexpr std::array<Section, 16> k_sections = {{
    {"info", true, read_info},
    {"documents", false, read_documents},
    {"servers", true, read_servers},
    {"principals", true, read_principals},
    {"securitySchemes", true, read_schemes},
    {"security", false,
     [](const Yaml& node, Draft& draft) { draft.security = read_security(node, draft); }},
    {"accepted", false,
     [](const Yaml& node, Draft& draft) {
       draft.accepted = read_answers(node, "'accepted'", draft);
     }},
    {"rejected", false,
     [](const Yaml& node, Draft& draft) {
       draft.rejected = read_answers(node, "'rejected'", draft);
     }},
    {"operations", true, read_operations},
    {"hooks", false, read_hooks},
    {"rotations", false, read_rotations},
    {"cases", false, read_cases},
    {"requirements", false, read_requirements},
    {"samples", false, read_samples},
    {"limits", false, read_limits},
    {"knownDeviations", false, read_known_deviations},
}};

void read_document(const Yaml& root, Draft& draft) {
  Fields fields(root, "a spec", draft.problems);
  if (fields.require("keyward") != nullptr) static_cast<void>(fields.integer("keyward", 1, 1));
  for (const Section& section : k_sections) {
    const Yaml* node = section.required ? fields.require(section.key) : fields.find(section.key);
    if (node == nullptr) continue;
    const bool empty = (node->is_map() || node->is_list()) && node->items.empty();
    if (empty)
      draft.problems.error(node->place, fmt::format("{} is empty", in_quotes(section.key)));
    section.read(*node, draft);
  }
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), digest.data(), &size);
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

Result<std::string> read_file(const std::filesystem::path& path) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::spec, std::string(why), path.string());
  };
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) return refuse("there is no such file");
  if (std::filesystem::is_directory(status)) return refuse("this is a folder, not a spec");
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse("this file cannot be read");
  std::string text(k_max_size + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > k_max_size) return refuse("larger than 1 MiB: this is no spec");
  return text;
}

}  // namespace

ReadSpec read_spec(std::string_view source, std::string path) {
  Draft draft;
  draft.spec.path = std::move(path);
  draft.spec.digest = sha256(source);
  const std::optional<Yaml> root = parse_yaml(source, draft.problems);
  if (root && root->kind == Yaml::Kind::empty) {
    draft.problems.error({}, "this file is empty: a spec starts with 'keyward: 1'");
  } else if (root) {
    read_document(*root, draft);
    if (!draft.problems.has_error()) check_draft(draft);
  }
  // Half a spec leaves more unsaid than its documents do.
  if (!draft.problems.has_error()) note_unsaid(draft);
  return {std::move(draft.spec), std::move(draft.problems).sorted(source)};
}

Result<Spec> load_spec(const std::filesystem::path& path) {
  KEYWARD_TRY(const std::string source, read_file(path));
  ReadSpec read = read_spec(source, path.string());
  const auto errors = std::ranges::count(read.problems, true, &Problem::error);
  if (errors == 0) return std::move(read.spec);
  const auto first = std::ranges::find(read.problems, true, &Problem::error);
  const std::string where = render(first->place, path.string());
  std::string message = render(*first, path.string()).substr(where.size() + 2);
  if (errors > 1) {
    message += fmt::format("\n({} more: keyward lint {})", errors - 1, path.string());
  }
  return fail(ErrorKind::spec, std::move(message), where);
}

std::vector<Problem> lint_spec(const std::filesystem::path& path) {
  const Result<std::string> source = read_file(path);
  if (!source) return {{.place = {}, .message = source.error().message}};
  return read_spec(*source, path.string()).problems;
}

}  // namespace keyward
