// SPDX-License-Identifier: Apache-2.0
#include "harness/spec/problem.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/syntax/utf8.h"

namespace keyward {
namespace {

std::string_view line_of(std::string_view source, int line) {
  for (int i = 1; i < line; ++i) {
    const auto end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  return source.substr(0, source.find_first_of("\r\n"));
}

// What a spec holds must not steer the terminal; a tab counts as one column.
std::string printable(std::string_view line) {
  std::string out(line);
  const bool utf8 = is_utf8(line);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
    if (byte >= 0x80 && !utf8) c = '?';
  }
  return out;
}

}  // namespace

constexpr std::size_t k_shown = 120;  // bytes of a line, around its place

// The line with a caret below; of a long one what is around the place.
std::string pointed_at(std::string_view line, int column) {
  const std::string text = printable(line);
  auto at = static_cast<std::size_t>(std::max(column, 1)) - 1;
  std::size_t begin = 0;
  if (text.size() > k_shown && at > k_shown / 2)
    begin = std::min(at, text.size()) - std::min(k_shown / 2, std::min(at, text.size()));
  const auto inside = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  while (begin > 0 && inside(begin)) --begin;
  std::size_t end = std::min(text.size(), begin + k_shown);
  while (inside(end)) ++end;
  return fmt::format("\n    {}\n    {:>{}}", text.substr(begin, end - begin), '^', at - begin + 1);
}

std::string render(Place place, std::string_view path) {
  return place.line == 0 ? std::string(path)
                         : fmt::format("{}:{}:{}", path, place.line, place.column);
}

std::string render(const Problem& problem, std::string_view path) {
  std::string out = fmt::format("{}: {}{}", render(problem.place, path),
                                problem.error ? "" : "warning: ", problem.message);
  if (problem.place.line != 0) {
    out += pointed_at(problem.line, problem.place.column);
  }
  return out;
}

void Problems::append(Problems&& other) {
  for (Problem& problem : other.all_) add(std::move(problem));
}

bool Problems::has_error() const {
  return std::ranges::any_of(all_, [](const Problem& problem) { return problem.error; });
}

std::vector<Problem> Problems::sorted(std::string_view source) && {
  std::ranges::stable_sort(all_, [](const Problem& a, const Problem& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  for (Problem& problem : all_) problem.line = line_of(source, problem.place.line);
  return std::move(all_);
}

std::string in_quotes(std::string_view word) { return "'" + escape(word) + "'"; }

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = closest(word, candidates);
  return near.empty() || near == word ? "" : fmt::format("; did you mean {}?", in_quotes(near));
}

}  // namespace keyward
