// SPDX-License-Identifier: Apache-2.0
#include "harness/model/shape.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

struct Piece {
  std::string alphabet;
  std::size_t count = 1;
};

constexpr std::size_t k_max_count = 4096;

// Reads [a-z0-9], \] escapes included, from just after the bracket; advances past the closing one.
bool read_class(std::string_view shape, std::size_t& i, std::string& alphabet) {
  while (i < shape.size() && shape[i] != ']') {
    if (shape[i] == '\\' && ++i >= shape.size()) return false;
    const auto first = static_cast<unsigned char>(shape[i++]);
    unsigned char last = first;
    if (i + 1 < shape.size() && shape[i] == '-' && shape[i + 1] != ']') {
      last = static_cast<unsigned char>(shape[i + 1]);
      i += 2;
    }
    if (last < first) return false;
    for (unsigned c = first; c <= last; ++c) alphabet += static_cast<char>(c);
  }
  return i < shape.size() && !alphabet.empty() && ++i > 0;
}

bool read_count(std::string_view shape, std::size_t& i, std::size_t& count) {
  if (i >= shape.size() || shape[i] != '{') return true;
  const std::size_t end = shape.find('}', i);
  if (end == std::string_view::npos) return false;
  const char* last = shape.data() + end;
  const auto [stop, ec] = std::from_chars(shape.data() + i + 1, last, count);
  if (ec != std::errc{} || stop != last || count == 0 || count > k_max_count) return false;
  i = end + 1;
  return true;
}

// The pieces, or the offset at which reading stopped.
std::optional<std::size_t> read(std::string_view shape, std::vector<Piece>& pieces) {
  std::size_t i = 0;
  if (shape.empty()) return 0;
  while (i < shape.size()) {
    const std::size_t start = i;
    Piece piece;
    const char c = shape[i++];
    if (c == '[') {
      if (!read_class(shape, i, piece.alphabet)) return start;
    } else if (c == '\\') {
      if (i >= shape.size()) return start;
      piece.alphabet = shape[i++];
    } else if (c == '{' || c == '}' || c == ']') {
      return start;
    } else {
      piece.alphabet = c;
    }
    if (!read_count(shape, i, piece.count)) return i;
    pieces.push_back(std::move(piece));
  }
  return std::nullopt;
}

bool all_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

// The one alphabet that a whole text is made of, where it is long enough to tell: digits, or hex.
std::string_view alphabet_of(std::string_view text) {
  constexpr std::size_t k_telling = 8;
  for (const std::string_view alphabet :
       {k_digits, k_lower_hex, std::string_view("0123456789ABCDEF")}) {
    if (text.size() >= k_telling && all_of(text, alphabet)) return alphabet;
  }
  return {};
}

// What a single character is drawn from: its own kind.
std::string_view alphabet_of(char c) {
  for (const std::string_view alphabet : {k_digits, k_lower, k_upper}) {
    if (alphabet.contains(c)) return alphabet;
  }
  return {};
}

// {"alg":"HS256"}, and the beginning of an object: what every token begins with.
constexpr std::string_view k_jwt_header = "eyJhbGciOiJIUzI1NiJ9.";
constexpr std::string_view k_jwt_payload = "eyJzdWIiOi";
constexpr std::size_t k_jwt_claims = 30;
constexpr std::size_t k_jwt_signature = 43;  // 32 octets

std::string random_jwt(Random& random) {
  std::string out(k_jwt_header);
  out += k_jwt_payload;
  out += random.text(k_alphanumeric, k_jwt_claims) + '.';
  return out += random.text(k_alphanumeric, k_jwt_signature);
}

bool is_jwt(std::string_view text) {
  constexpr ByteSet k_base64url = ByteSet(k_alphanumeric) | ByteSet("-_");
  int segments = 1;
  std::size_t length = 0;
  for (const char c : text) {
    if (c == '.') {
      if (length == 0) return false;
      ++segments;
      length = 0;
    } else if (!k_base64url.contains(c)) {
      return false;
    } else {
      ++length;
    }
  }
  return segments == 3 && length > 0;
}

}  // namespace

std::optional<std::size_t> shape_error(std::string_view shape) {
  std::vector<Piece> pieces;
  return read(shape, pieces);
}

bool matches_shape(std::string_view shape, std::string_view text) {
  if (shape == k_jwt_shape) return is_jwt(text);
  std::vector<Piece> pieces;
  if (read(shape, pieces)) return false;
  for (const Piece& piece : pieces) {
    if (text.size() < piece.count || !all_of(text.substr(0, piece.count), piece.alphabet))
      return false;
    text.remove_prefix(piece.count);
  }
  return text.empty();
}

std::string random_of_shape(std::string_view shape, Random& random) {
  if (shape == k_jwt_shape) return random_jwt(random);
  std::vector<Piece> pieces;
  if (read(shape, pieces)) return {};
  std::string out;
  for (const Piece& piece : pieces) out += random.text(piece.alphabet, piece.count);
  return out;
}

std::string random_like(std::string_view secret, Random& random, std::string_view other) {
  const std::string_view whole = alphabet_of(secret);
  std::string out(secret);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view alphabet = whole.empty() ? alphabet_of(out[i]) : whole;
    if (alphabet.empty()) continue;
    while (out[i] == secret[i] || (i < other.size() && out[i] == other[i]))
      out[i] = random.pick(alphabet);
  }
  return out;
}

bool looks_like(std::string_view secret, std::string_view text) {
  if (secret.size() != text.size() || secret.empty()) return false;
  if (const std::string_view whole = alphabet_of(secret); !whole.empty())
    return all_of(text, whole);
  // Letters and digits mix freely in a token; its punctuation stands still.
  return std::ranges::equal(secret, text, [](char a, char b) {
    return k_alphanumeric.contains(a) ? k_alphanumeric.contains(b) : a == b;
  });
}

}  // namespace keyward
