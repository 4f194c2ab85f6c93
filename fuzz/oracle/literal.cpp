// SPDX-License-Identifier: Apache-2.0
#include "fuzz/oracle/literal.h"

#include <algorithm>

namespace keyward::literal {
namespace {

constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_digits = "0123456789ABCDEF";

int digit(char c) {
  if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  const std::size_t value = k_digits.find(c);
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

bool starts(const std::string& text, std::string_view start) { return text.starts_with(start); }

}  // namespace

std::string base64_bytes(std::string_view text) {
  std::string bits;
  for (char c : text) {
    if (c == '-') c = '+';  // the URL-safe alphabet has other signs for the last two values
    if (c == '_') c = '/';
    if (c == '=') break;
    const std::size_t value = k_base64.find(c);
    for (int bit = 5; bit >= 0; --bit) bits += (value >> bit & 1) != 0 ? '1' : '0';
  }
  std::string bytes;
  for (std::size_t at = 0; at + 8 <= bits.size(); at += 8) {
    int byte = 0;
    for (std::size_t i = at; i < at + 8; ++i) byte = byte * 2 + (bits[i] - '0');
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string percent_bytes(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const bool triplet =
        text.size() >= 3 && text[0] == '%' && digit(text[1]) >= 0 && digit(text[2]) >= 0;
    bytes += triplet ? static_cast<char>(digit(text[1]) * 16 + digit(text[2])) : text[0];
    text.remove_prefix(triplet ? 3 : 1);
  }
  return bytes;
}

std::string quoted_value(std::string_view between_quotes) {
  std::string value;
  bool escaped = false;
  for (const char c : between_quotes) {
    escaped = !escaped && c == '\\';
    if (!escaped) value += c;
  }
  return value;
}

std::vector<FormTuple> form_tuples(std::string_view text) {
  std::vector<FormTuple> tuples;
  for (const std::string& sequence : pieces(text, "&")) {
    if (sequence.empty()) continue;
    auto [name, value] = halves(sequence, '=').value_or(std::pair(sequence, std::string()));
    std::ranges::replace(name, '+', ' ');
    std::ranges::replace(value, '+', ' ');
    tuples.push_back({percent_bytes(name), percent_bytes(value)});
  }
  return tuples;
}

// ^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?
UrlParts url_parts(std::string_view text) {
  UrlParts parts;
  std::string rest(text);
  const auto take = [&rest](std::size_t count) {
    std::string taken = rest.substr(0, count);
    rest.erase(0, count);
    return taken;
  };
  const std::size_t delimiter = rest.find_first_of(":/?#");
  if (delimiter != std::string::npos && delimiter > 0 && rest[delimiter] == ':') {
    parts.scheme = take(delimiter);
    take(1);
  }
  if (starts(rest, "//")) {
    take(2);
    parts.authority = take(std::min(rest.find_first_of("/?#"), rest.size()));
  }
  parts.path = take(std::min(rest.find_first_of("?#"), rest.size()));
  if (starts(rest, "?")) {
    take(1);
    parts.query = take(std::min(rest.find('#'), rest.size()));
  }
  if (starts(rest, "#")) parts.fragment = rest.substr(1);
  return parts;
}

std::string recompose(const UrlParts& parts) {
  std::string result;
  if (parts.scheme) result += *parts.scheme + ":";
  if (parts.authority) result += "//" + *parts.authority;
  result += parts.path;
  if (parts.query) result += "?" + *parts.query;
  if (parts.fragment) result += "#" + *parts.fragment;
  return result;
}

std::string without_dot_segments(std::string_view path) {
  std::string input(path);
  std::string output;
  const auto drop_last = [&output] {
    const std::size_t slash = output.find_last_of('/');
    output.erase(slash == std::string::npos ? 0 : slash);
  };
  while (!input.empty()) {
    if (starts(input, "../")) {  // A
      input.replace(0, 3, "");
    } else if (starts(input, "./")) {
      input.replace(0, 2, "");
    } else if (starts(input, "/./")) {  // B
      input.replace(0, 3, "/");
    } else if (input == "/.") {
      input = "/";
    } else if (starts(input, "/../")) {  // C
      input.replace(0, 4, "/");
      drop_last();
    } else if (input == "/..") {
      input = "/";
      drop_last();
    } else if (input == "." || input == "..") {  // D
      input.clear();
    } else {  // E
      const std::size_t end = std::min(input.find('/', 1), input.size());
      output += input.substr(0, end);
      input.erase(0, end);
    }
  }
  return output;
}

UrlParts resolved(const UrlParts& base, const UrlParts& reference) {
  UrlParts target;
  if (reference.scheme) {
    target = reference;
    target.path = without_dot_segments(reference.path);
  } else if (reference.authority) {
    target = reference;
    target.path = without_dot_segments(reference.path);
    target.scheme = base.scheme;
  } else {
    if (reference.path.empty()) {
      target.path = base.path;
      target.query = reference.query ? reference.query : base.query;
    } else {
      if (starts(reference.path, "/")) {
        target.path = without_dot_segments(reference.path);
      } else if (base.authority && base.path.empty()) {  // section 5.2.3
        target.path = without_dot_segments("/" + reference.path);
      } else {
        const std::string kept = base.path.substr(0, base.path.find_last_of('/') + 1);
        target.path = without_dot_segments(kept + reference.path);
      }
      target.query = reference.query;
    }
    target.authority = base.authority;
    target.scheme = base.scheme;
  }
  target.fragment = reference.fragment;
  return target;
}

AuthorityParts authority_parts(std::string_view text) {
  AuthorityParts parts;
  std::string rest(text);
  if (const auto divided = halves(text, '@')) {  // neither half of the rule has another `@`
    parts.userinfo = divided->first;
    rest = divided->second;
  }
  const std::size_t bracket = rest.find(']');
  const std::size_t colon = rest.find(':', bracket == std::string::npos ? 0 : bracket);
  parts.host = rest.substr(0, colon);
  if (colon != std::string::npos) parts.port = rest.substr(colon + 1);
  return parts;
}

std::vector<std::string> pieces(std::string_view text, std::string_view separator) {
  std::vector<std::string> all;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos;) {
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  all.emplace_back(text);
  return all;
}

std::optional<std::pair<std::string, std::string>> halves(std::string_view text, char divider) {
  const std::size_t at = text.find(divider);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

std::string without_ows(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return std::string(text);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace keyward::literal
