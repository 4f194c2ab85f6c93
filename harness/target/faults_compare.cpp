// SPDX-License-Identifier: Apache-2.0
// Faults of comparison: the presented secret is not compared whole, byte for byte. They act on the
// secret of every slot; for Basic, on the password.
#include <algorithm>
#include <array>
#include <cctype>

#include <openssl/sha.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

template <std::size_t Count>
bool agrees_in_first(const Given& given, std::string_view held) {
  return held.size() >= Count && given.value.substr(0, Count) == held.substr(0, Count);
}

// `held` where nothing is documented about it is letters and digits.
bool some_secret(const Spec& spec, bool (*holds)(std::string_view)) {
  Random random(1);
  for (const Principal& principal : spec.principals) {
    for (const Value& value : principal.values) {
      if (value.is_public) continue;
      const std::string like = value.shape.empty() ? "aZ" : random_of_shape(value.shape, random);
      if (holds(like)) return true;
    }
  }
  return false;
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

struct Fold {
  std::string_view from, to;
};
constexpr Fold k_folds[] = {{"\u212A", "K"}, {"\u0131", "i"}, {"\u017F", "s"}, {"\uFB01", "fi"}};

// U+FF01 to U+FF5E are U+0021 to U+007E in full width.
std::string narrow(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\xEF' && i + 2 < text.size() &&
        (text[i + 1] == '\xBC' || text[i + 1] == '\xBD')) {
      const unsigned low = static_cast<unsigned char>(text[i + 2]) & 0x3FU;
      out += static_cast<char>((text[i + 1] == '\xBC' ? low : low + 0x40U) + 0x20U);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool equal_folded(const Given& given, std::string_view held) {
  std::string folded = narrow(given.value);
  for (const Fold& fold : k_folds) folded = replace_all(folded, fold.from, fold.to);
  return folded != given.value && to_lower(folded) == to_lower(held);
}

std::string without(std::string_view text, bool (*drop)(unsigned char)) {
  std::string out;
  for (const char c : text) {
    if (!drop(static_cast<unsigned char>(c))) out += c;
  }
  return out;
}

std::string without_invisible(std::string_view text) {
  std::string out(text);
  for (const std::string_view bytes : {"\u200B", "\uFEFF", "\u00AD"}) {
    out = replace_all(out, bytes, "");
  }
  return without(out, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool equal_as_number(const Given& given, std::string_view held) {
  std::string_view text = given.value;
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.ends_with(".0") || text.ends_with("e0")) text.remove_suffix(2);
  while (text.size() > held.size() && text.starts_with('0')) text.remove_prefix(1);
  return text == held;
}

std::string sorted(std::string_view text) {
  std::string out(text);
  std::sort(out.begin(), out.end());
  return out;
}

bool equal_without_separators(const Given& given, std::string_view held) {
  const auto separator = [](unsigned char c) { return c == '-' || c == '_' || c == '.'; };
  return without(given.value, separator) == without(held, separator);
}

bool equals_digest(const Given& given, std::string_view held) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(held.data()), held.size(), digest.data());
  return given.value == hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

constexpr Defect k_rows[] = {
    {"prefix-n",
     "only the first 16 octets are compared",
     "prefix-n",
     anywhere,
     {.equal = agrees_in_first<16>}},
    {"prefix-n-1",
     "only the first octet is compared",
     "prefix-n",
     anywhere,
     {.equal = agrees_in_first<1>}},
    {"prefix-n-4",
     "only the first 4 octets are compared",
     "prefix-n",
     anywhere,
     {.equal = agrees_in_first<4>}},
    {"prefix-n-8",
     "only the first 8 octets are compared",
     "prefix-n",
     anywhere,
     {.equal = agrees_in_first<8>}},
    {"truncated-input",
     "as many octets are compared as were sent",
     "truncated-input",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            return !given.value.empty() && held.starts_with(given.value);
          }}},
    {"reordered",
     "the characters are compared, and not their order",
     "reordered",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return sorted(given.value) == sorted(held); }}},
    {"separator-ignored",
     "hyphens, underscores and dots are dropped before the comparison",
     "separator-ignored",
     anywhere,
     {.equal = equal_without_separators}},
    {"digest-accepted",
     "the SHA-256 of the secret is accepted for it",
     "digest-accepted",
     anywhere,
     {.equal = equals_digest}},
    {"suffix-ignored",
     "octets after the right secret are ignored",
     "suffix-ignored",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return given.value.starts_with(held); }}},
    {"separator-tail",
     "what follows a semicolon, a slash or a space is dropped",
     "separator-tail",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            return given.value.substr(0, given.value.find_first_of("; /#")) == held;
          }}},
    {"casefold-half",
     "the case of the secret's first half is ignored",
     "casefold casefold-hex",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            const std::size_t half = held.size() / 2;
            return to_lower(given.value.substr(0, half)) == to_lower(held.substr(0, half)) &&
                   given.value.substr(std::min(half, given.value.size())) == held.substr(half);
          }}},
    {"long-truncation",
     "what is longer than 72 octets is cut before it is compared",
     "long-truncation",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            const bool cut = given.value.size() > 255 && given.value.starts_with(held);
            return cut || (held.size() > 72 && agrees_in_first<72>(given, held));
          }}},
    {"substring",
     "a text that contains the secret is accepted",
     "substring",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            return given.value.find(held) != std::string_view::npos;
          }}},
    {"casefold",
     "the case of letters is ignored",
     "casefold casefold-hex",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return to_lower(given.value) == to_lower(held); }}},
    {"casefold-hex",
     "the case of hexadecimal digits is ignored",
     "casefold-hex",
     [](const Spec& spec) { return some_secret(spec, is_hex); },
     {.equal =
          [](const Given& given, std::string_view held) {
            return is_hex(held) && to_lower(given.value) == to_lower(held);
          }}},
    {"one-char-off", "one octet may differ", "one-char-off", anywhere, {.equal = one_byte_off}},
    {"unicode-nfkc",
     "characters that look alike are folded",
     "unicode-nfkc",
     anywhere,
     {.equal = equal_folded}},
    {"whitespace-trim",
     "white space is taken out of the secret",
     "whitespace-trim",
     anywhere,
     {.equal =
          [](const Given& given, std::string_view held) {
            return without(given.value, [](unsigned char c) { return std::isspace(c) != 0; }) ==
                   held;
          }}},
    {"nul-truncate",
     "a NUL ends the secret",
     "nul-truncate",
     [](const Spec& spec) { return has_urlencoded(spec) || has_basic(spec); },
     {.equal =
          [](const Given& given, std::string_view held) {
            return given.value.substr(0, given.value.find('\0')) == held;
          }}},
    {"control-strip",
     "control and zero-width characters are taken out of the secret",
     "control-strip",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return without_invisible(given.value) == held; }}},
    {"numeric-loose",
     "the secret is compared as a number",
     "numeric-loose",
     [](const Spec& spec) { return some_secret(spec, is_number); },
     {.equal = equal_as_number}},
    {"checksum-only",
     "any secret of the right look is accepted",
     "checksum-only",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return looks_like(held, given.value); }}},
};

}  // namespace

std::span<const Defect> compare_faults() { return k_rows; }

}  // namespace keyward::target
