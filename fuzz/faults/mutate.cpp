// SPDX-License-Identifier: Apache-2.0
#include "fuzz/faults/mutate.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "harness/syntax/ascii.h"

namespace keyward::faults {
namespace {

constexpr std::size_t k_longest = 500;

/// The bytes of `"a\x41\""`, between its quotes.
std::string word_of(std::string_view line) {
  std::string word;
  const std::size_t open = line.find('"');
  for (std::size_t at = open + 1; at + 1 < line.size(); ++at) {
    if (line[at] != '\\') {
      word += line[at];
    } else if (line[at + 1] == 'x') {
      word += static_cast<char>(hex_value(line[at + 2]) * 16 + hex_value(line[at + 3]));
      at += 3;
    } else {
      word += line[++at];
    }
  }
  return word;
}

}  // namespace

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Material read_material(const fs::path& folder, const fs::path& dictionary) {
  Material material;
  for (const fs::path& path : files_in(folder)) material.seeds.push_back(read_file(path));
  std::ifstream lines(dictionary);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('"') && !line.starts_with('#')) material.words.push_back(word_of(line));
  }
  return material;
}

std::string Mutator::seed() {
  if (material_.seeds.empty()) return {};
  return material_.seeds[random_.below(material_.seeds.size())];
}

std::string Mutator::next() {
  std::string text = seed();
  // Few changes mostly: each one more halves the chance that the rest still parses.
  do {
    change(text);
  } while (random_.below(2) == 0);
  text.resize(std::min(text.size(), k_longest));
  return text;
}

void Mutator::change(std::string& text) {
  const std::size_t at = random_.below(text.size() + 1);
  const std::size_t length = random_.below(text.size() - at + 1);
  const auto any = [&] { return static_cast<char>(random_.next()); };
  switch (random_.below(9)) {
    case 0:
      text.insert(at, 1, any());
      break;
    case 1:
      if (at < text.size()) text[at] = any();
      break;
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1U << random_.below(8)));
      break;
    case 3:
      text.erase(at, length);
      break;
    case 4:
      text.insert(random_.below(text.size() + 1), text.substr(at, length));
      break;
    case 5: {  // one byte that is there goes somewhere else
      if (at < text.size()) text.insert(random_.below(text.size() + 1), 1, text[at]);
      break;
    }
    case 6: {
      const std::string other = seed();
      const std::size_t from = random_.below(other.size() + 1);
      text.replace(at, length, other, from, other.size() - from);
      break;
    }
    case 7: {  // long runs
      const std::string piece = text.substr(at, std::min<std::size_t>(length, 8));
      for (std::uint64_t i = random_.below(32); i > 0; --i) text.insert(at, piece);
      break;
    }
    default:
      if (!material_.words.empty()) {
        text.insert(at, material_.words[random_.below(material_.words.size())]);
      }
  }
}

}  // namespace keyward::faults
