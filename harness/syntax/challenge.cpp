// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/challenge.h"

#include <utility>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

/// Room for the challenges of a value, and for the parameters of one; more of them are rare.
constexpr std::size_t k_usual = 4;

bool at_element_end(std::string_view text, std::size_t at) {
  return at == text.size() || text[at] == ',';
}

/// Reads one field value, element by element. A challenge is open while parameters may follow it:
/// it has at least one space behind its scheme, and no token68.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Parsed<std::vector<Challenge>> read() {
    if (const auto error = find_surrounding_whitespace(text_)) return std::unexpected(*error);
    std::size_t at = 0;
    while (at < text_.size()) {
      if (text_[at] != ',') {
        const Parsed<std::size_t> end = read_element(at);
        if (!end) return std::unexpected(end.error());
        at = skip_ows(text_, *end);
        if (!at_element_end(text_, at)) return refuse(Reason::expected_comma, at);
        if (at == text_.size()) break;
      }
      at = skip_ows(text_, at + 1);
    }
    for (const Challenge& challenge : challenges_) {
      if (const auto error = find_duplicate(challenge.params, text_))
        return std::unexpected(*error);
    }
    return std::move(challenges_);
  }

 private:
  /// Reads what stands between two commas; returns where it ends.
  Parsed<std::size_t> read_element(std::size_t at) {
    const std::size_t end = token_end(text_, at);
    if (end == at) return refuse(Reason::expected_token, at);
    const std::size_t next = skip_ows(text_, end);
    if (has_at(text_, next, '=')) {
      if (open_) return read_param(at);
      const bool after_token68 = !challenges_.empty() && challenges_.back().token68.has_value();
      return refuse(
          after_token68 ? Reason::parameter_after_token68 : Reason::parameter_without_scheme, at);
    }
    if (challenges_.empty()) challenges_.reserve(k_usual);
    challenges_.push_back({.scheme = slice(text_, at, end), .token68 = {}, .params = {}});
    open_ = has_at(text_, end, ' ');
    if (at_element_end(text_, next)) return next;
    if (!open_) return refuse(Reason::expected_space, end);
    return read_token68_or_param(k_space.span(text_, end));
  }

  Parsed<std::size_t> read_token68_or_param(std::size_t at) {
    const std::size_t end = token68_end(text_, at);
    if (end == at || !at_element_end(text_, skip_ows(text_, end))) return read_param(at);
    challenges_.back().token68 = slice(text_, at, end);
    open_ = false;
    return end;
  }

  Parsed<std::size_t> read_param(std::size_t at) {
    const Parsed<ScannedParam> scanned = scan_param(text_, at);
    if (!scanned) return std::unexpected(scanned.error());
    std::vector<AuthParam>& params = challenges_.back().params;
    if (params.empty()) params.reserve(k_usual);
    params.push_back(scanned->param);
    return scanned->end;
  }

  std::string_view text_;
  std::vector<Challenge> challenges_;
  bool open_ = false;
};

}  // namespace

const AuthParam* Challenge::find_param(std::string_view name) const {
  return keyward::find_param(params, name);
}

Parsed<std::vector<Challenge>> parse_challenges(std::string_view field_value) {
  return Reader(field_value).read();
}

std::string render_challenge(const Challenge& challenge) {
  return render_credentials({challenge.scheme, challenge.token68, challenge.params});
}

std::string render_challenges(std::span<const Challenge> challenges) {
  std::string text;
  std::string_view separator;
  for (const Challenge& challenge : challenges) {
    text += separator;
    text += render_challenge(challenge);
    separator = ", ";
  }
  return text;
}

}  // namespace keyward
