// SPDX-License-Identifier: Apache-2.0
#include "fuzz/oracle/abnf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

namespace keyward::abnf {
namespace {

constexpr std::size_t k_no_end = std::numeric_limits<std::size_t>::max();

[[noreturn]] void give_up(std::string_view what, std::string_view where) {
  std::fprintf(stderr, "grammar: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(where.size()), where.data());
  std::abort();
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

/// A set of positions in the text.
class Positions {
 public:
  [[nodiscard]] bool contains(std::size_t at) const {
    return (words_[at / 64] >> at % 64 & 1) != 0;
  }
  [[nodiscard]] bool empty() const {
    std::uint64_t all = 0;
    for (const std::uint64_t word : words_) all |= word;
    return all == 0;
  }
  void add(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
  void add(const Positions& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  void remove(const Positions& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  }
  /// Calls `visit` for each position, in order, those that it adds behind the current one included.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t seen = 0, left; (left = words_[i] & ~seen) != 0;) {
        const auto bit = static_cast<unsigned>(std::countr_zero(left));
        seen |= left & (~left + 1);
        visit(i * 64 + bit);
      }
    }
  }

 private:
  std::array<std::uint64_t, k_limit / 64> words_{};
};

}  // namespace

/// Reads the right side of one rule into nodes.
class Reader {
 public:
  Reader(Grammar& grammar, std::string_view text) : grammar_(grammar), text_(text) {}

  std::size_t read() {
    const std::size_t root = alternation();
    if (at_ < text_.size()) give_up("what follows is no ABNF", text_.substr(at_));
    return root;
  }

 private:
  using Node = Grammar::Node;

  std::size_t add(Node node) {
    grammar_.nodes_.push_back(std::move(node));
    return grammar_.nodes_.size() - 1;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }

  std::size_t alternation() {
    Node choice{.kind = Node::Kind::choice, .parts = {concatenation()}};
    for (; peek() == '/'; choice.parts.push_back(concatenation())) ++at_;
    return choice.parts.size() == 1 ? choice.parts.front() : add(std::move(choice));
  }

  std::size_t concatenation() {
    Node sequence{.kind = Node::Kind::sequence};
    for (skip_blanks(); at_ < text_.size() && std::string_view("/)]").find(peek()) == k_no_end;
         skip_blanks()) {
      sequence.parts.push_back(repetition());
    }
    return sequence.parts.size() == 1 ? sequence.parts.front() : add(std::move(sequence));
  }

  std::size_t number(std::size_t otherwise) {
    const std::size_t end = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
    const std::string digits(text_.substr(at_, end - at_));
    at_ = end;
    return digits.empty() ? otherwise : static_cast<std::size_t>(std::stoul(digits));
  }

  std::size_t repetition() {
    if (peek() == '#') {
      ++at_;
      return list(element());
    }
    const std::size_t from = at_;
    std::size_t least = number(k_no_end);
    std::size_t most = least;
    if (peek() == '*') {
      ++at_;
      if (least == k_no_end) least = 0;
      most = number(k_no_end);
    } else if (from == at_) {
      return element();
    }
    return add({.kind = Node::Kind::repeat, .parts = {element()}, .least = least, .most = most});
  }

  std::size_t optional(std::size_t part) {
    return add({.kind = Node::Kind::repeat, .parts = {part}, .least = 0, .most = 1});
  }
  std::size_t reference(std::string_view name) {
    return add({.kind = Node::Kind::reference, .name = lower(name)});
  }

  /// `#element` is `[ element ] *( OWS "," OWS [ element ] )` (RFC 9110 section 5.6.1.2).
  std::size_t list(std::size_t part) {
    const std::size_t comma = add(byte_of(',', true));
    const std::size_t more =
        add({.kind = Node::Kind::sequence,
             .parts = {reference("OWS"), comma, reference("OWS"), optional(part)}});
    const std::size_t rest =
        add({.kind = Node::Kind::repeat, .parts = {more}, .least = 0, .most = k_no_end});
    return add({.kind = Node::Kind::sequence, .parts = {optional(part), rest}});
  }

  std::size_t bracketed(char close) {
    ++at_;
    const std::size_t inner = alternation();
    if (peek() != close) give_up("a bracket is not closed", text_);
    ++at_;
    return inner;
  }

  std::size_t element() {
    const char c = peek();
    if (c == '(') return bracketed(')');
    if (c == '[') return optional(bracketed(']'));
    if (c == '"') return quoted(false);
    if (text_.substr(at_).starts_with("%s\"")) return at_ += 2, quoted(true);
    if (text_.substr(at_).starts_with("%x")) return range();
    const std::size_t from = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '-') ++at_;
    if (from == at_) give_up("this is no element", text_.substr(at_));
    return reference(text_.substr(from, at_ - from));
  }

  static Node byte_of(char c, bool exact) {
    Node byte{.kind = Node::Kind::byte};
    byte.set.set(static_cast<unsigned char>(c));
    const bool any_case = !exact && std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (any_case) byte.set.set(static_cast<unsigned char>(c ^ 0x20));
    return byte;
  }

  /// A string in quotes: its letters have any case unless `exact` (RFC 7405).
  std::size_t quoted(bool exact) {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == k_no_end) give_up("a quote is not closed", text_);
    Node sequence{.kind = Node::Kind::sequence};
    for (const char c : text_.substr(at_ + 1, end - at_ - 1)) {
      sequence.parts.push_back(add(byte_of(c, exact)));
    }
    at_ = end + 1;
    return add(std::move(sequence));
  }

  unsigned hexadecimal() {
    const std::size_t from = std::exchange(at_, at_ + 2);
    return static_cast<unsigned>(std::stoul(std::string(text_.substr(from, 2)), nullptr, 16));
  }

  /// %x41 or %x41-5A.
  std::size_t range() {
    at_ += 2;
    const unsigned first = hexadecimal();
    unsigned last = first;
    if (peek() == '-') {
      ++at_;
      last = hexadecimal();
    }
    Node byte{.kind = Node::Kind::byte};
    for (unsigned value = first; value <= last; ++value) byte.set.set(value);
    return add(std::move(byte));
  }

  Grammar& grammar_;
  std::string_view text_;
  std::size_t at_ = 0;
};

Grammar::Grammar(std::string_view rules) {
  std::vector<std::pair<std::string, std::string>> sides;
  for (std::size_t at = 0; at < rules.size();) {
    const std::size_t end = std::min(rules.find('\n', at), rules.size());
    const std::string_view line = rules.substr(at, end - at);
    at = end + 1;
    if (line.empty() || line.front() == ';') continue;
    if (line.front() == ' ') {
      if (sides.empty()) give_up("this goes on with no rule", line);
      (sides.back().second += ' ') += line;
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == k_no_end) give_up("this is no rule", line);
    const std::size_t name_end = line.find(' ');
    sides.emplace_back(lower(line.substr(0, std::min(name_end, equals))), line.substr(equals + 1));
  }
  for (const auto& [name, side] : sides) {
    if (!rules_.emplace(name, Reader(*this, side).read()).second) give_up("defined twice", name);
  }
  for (Node& node : nodes_) {
    if (node.kind == Node::Kind::reference) node.parts = {rule(node.name)};
  }
  for (const auto& [name, root] : rules_) fold(root);
}

std::size_t Grammar::rule(std::string_view name) const {
  const auto found = rules_.find(lower(name));
  if (found == rules_.end()) give_up("no such rule", name);
  return found->second;
}

/// Makes what matches one byte, however many rules say it, one table.
void Grammar::fold(std::size_t index) {
  Node& node = nodes_[index];
  const bool alone = node.kind == Node::Kind::choice || node.parts.size() == 1;
  bool one_byte = node.kind != Node::Kind::repeat && node.kind != Node::Kind::byte && alone;
  std::bitset<256> set;
  for (const std::size_t part : node.parts) {
    fold(part);
    one_byte = one_byte && nodes_[part].kind == Node::Kind::byte;
    set |= nodes_[part].set;
  }
  if (one_byte) node = {.kind = Node::Kind::byte, .set = set};
}

class Grammar::Matcher {
 public:
  Matcher(const Grammar& grammar, std::string_view text) : grammar_(grammar), text_(text) {}

  /// Where `node` can end if it starts at one of `from`.
  [[nodiscard]] Positions ends(std::size_t index, const Positions& from) const {
    const Node& node = grammar_.nodes_[index];
    switch (node.kind) {
      case Node::Kind::byte:
        return step(node.set, from);
      case Node::Kind::reference:
        return ends(node.parts.front(), from);
      case Node::Kind::repeat:
        return repeat(node, from);
      case Node::Kind::choice: {
        Positions to;
        for (const std::size_t part : node.parts) to.add(ends(part, from));
        return to;
      }
      case Node::Kind::sequence:
        break;
    }
    Positions to = from;
    for (const std::size_t part : node.parts) {
      if (to.empty()) break;
      to = ends(part, to);
    }
    return to;
  }

 private:
  [[nodiscard]] bool has_byte(const std::bitset<256>& set, std::size_t at) const {
    return at < text_.size() && set[static_cast<unsigned char>(text_[at])];
  }

  [[nodiscard]] Positions step(const std::bitset<256>& set, const Positions& from) const {
    Positions to;
    from.for_each([&](std::size_t at) {
      if (has_byte(set, at)) to.add(at + 1);
    });
    return to;
  }

  [[nodiscard]] Positions repeat(const Node& node, const Positions& from) const {
    const std::size_t part = node.parts.front();
    Positions fresh = from;
    for (std::size_t i = 0; i < node.least; ++i) fresh = ends(part, fresh);
    Positions all = fresh;
    if (grammar_.nodes_[part].kind == Node::Kind::byte && node.most == k_no_end) {
      all.for_each([&](std::size_t at) {
        if (has_byte(grammar_.nodes_[part].set, at)) all.add(at + 1);
      });
      return all;
    }
    for (std::size_t i = node.least; i < node.most && !fresh.empty(); ++i) {
      fresh = ends(part, fresh);
      fresh.remove(all);
      all.add(fresh);
    }
    return all;
  }

  const Grammar& grammar_;
  std::string_view text_;
};

bool Grammar::matches(std::size_t rule, std::string_view text) const {
  if (text.size() >= k_limit) give_up("a text is too long", text.substr(0, 40));
  Positions start;
  start.add(0);
  return Matcher(*this, text).ends(rule, start).contains(text.size());
}

}  // namespace keyward::abnf
