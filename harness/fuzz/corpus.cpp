// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/corpus.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "harness/base/text.h"
#include "harness/journal/files.h"

namespace keyward {
namespace {

constexpr std::string_view k_reproducers = "/reproducers";
constexpr std::uintmax_t k_largest = 1U << 20U;  // bytes of a file that may be an input

std::string file_name(std::string_view case_id) {
  return replace_all(case_id, "/", "--") + ".json";
}

std::optional<FuzzInput> load_input(const std::filesystem::path& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none) ||
      std::filesystem::file_size(path, none) > k_largest)
    return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return read_input(text.str());
}

}  // namespace

std::vector<FuzzInput> load_corpus(const std::string& dir) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(dir, none))
    files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<FuzzInput> inputs;
  for (const auto& file : files) {
    if (auto input = load_input(file)) inputs.push_back(*std::move(input));
  }
  return inputs;
}

Status keep_input(const std::string& dir, const std::string& name, const FuzzInput& input) {
  std::error_code failure;
  const bool made = std::filesystem::create_directories(dir, failure);
  if (failure) return std::unexpected(file_error("create", dir, failure.value()));
  if (made) std::filesystem::permissions(dir, std::filesystem::perms::owner_all, failure);
  const std::string path = dir + "/" + name;
  KEYWARD_TRY(const Descriptor file, open_file(path, O_WRONLY | O_CREAT | O_TRUNC));
  const std::string line = write_input(input) + "\n";
  if (::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return std::unexpected(file_error("write", path, errno));
  return {};
}

Status keep_reproducer(const std::string& dir, std::string_view case_id, const FuzzInput& input) {
  return keep_input(dir + std::string(k_reproducers), file_name(case_id), input);
}

std::optional<FuzzInput> load_reproducer(const std::string& dir, std::string_view case_id) {
  return load_input(dir + std::string(k_reproducers) + "/" + file_name(case_id));
}

}  // namespace keyward
