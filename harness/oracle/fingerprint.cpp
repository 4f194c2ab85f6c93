// SPDX-License-Identifier: Apache-2.0
#include "harness/oracle/fingerprint.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "harness/base/random.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

constexpr std::size_t k_longest_value = 64;    // longer texts vary too much to be a mark
constexpr std::size_t k_most_features = 4096;  // a body of any size costs bounded memory

void walk(const Json& value, std::uint64_t path, Fingerprint& print) {
  if (print.structure.size() + print.values.size() > k_most_features) return;
  switch (value.type) {
    case Json::Type::object:
      print.structure.push_back(stable_hash("object", path));
      for (const auto& [key, member] : value.members)
        walk(member, stable_hash(key, stable_hash("/", path)), print);
      return;
    case Json::Type::array:
      print.structure.push_back(stable_hash("array", path));
      for (const Json& item : value.items) walk(item, stable_hash("/*", path), print);
      return;
    case Json::Type::boolean:
      print.structure.push_back(stable_hash(value.boolean ? "true" : "false", path));
      return;
    case Json::Type::null:
    case Json::Type::number:
    case Json::Type::string:
      // A member that may be null is the same member when it is not.
      print.structure.push_back(stable_hash("scalar", path));
      if (value.type != Json::Type::null && value.text.size() <= k_longest_value) {
        print.values.push_back(stable_hash(value.text, stable_hash("=", path)));
      }
      return;
  }
}

bool word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

void words(std::string_view text, Features& values) {
  std::size_t i = 0;
  while (i < text.size() && values.size() < k_most_features) {
    while (i < text.size() && !word_byte(text[i])) ++i;
    const std::size_t start = i;
    while (i < text.size() && word_byte(text[i])) ++i;
    if (i > start) values.push_back(stable_hash(text.substr(start, i - start)));
  }
}

void tidy(Features& features) {
  std::ranges::sort(features);
  const auto [first, last] = std::ranges::unique(features);
  features.erase(first, last);
}

}  // namespace

Fingerprint fingerprint(const Response& response) {
  Fingerprint print;
  print.status = response.status;
  print.empty = response.body.empty();
  print.body_hash = stable_hash(response.body);
  if (print.empty) return print;
  const char first =
      response.body[std::min(response.body.find_first_not_of(" \t\r\n"), response.body.size() - 1)];
  // Only what can be JSON is parsed; a bare word or number is told by its words.
  if (first == '{' || first == '[' || first == '"') {
    if (const auto json = parse_json(response.body)) {
      walk(*json, stable_hash(""), print);
      tidy(print.structure);
      tidy(print.values);
      return print;
    }
  }
  print.structure.push_back(stable_hash(response.media_type(), stable_hash("text")));
  words(response.body, print.values);
  tidy(print.values);
  return print;
}

Features intersect(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_intersection(a, b, std::back_inserter(out));
  return out;
}

Features unite(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_union(a, b, std::back_inserter(out));
  return out;
}

Features subtract(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_difference(a, b, std::back_inserter(out));
  return out;
}

double share(const Features& seen, const Features& wanted) {
  if (wanted.empty()) return 0;
  return static_cast<double>(intersect(seen, wanted).size()) / static_cast<double>(wanted.size());
}

}  // namespace keyward
