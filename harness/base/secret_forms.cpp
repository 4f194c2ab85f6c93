// SPDX-License-Identifier: Apache-2.0
#include "harness/base/secret_forms.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "harness/base/coded.h"
#include "harness/base/squeezed.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

constexpr std::size_t k_long = 128;  // bytes: of a token no short piece is worth its forms
constexpr std::size_t k_shortest = 8;

using Forms = std::vector<SecretForm>;

bool only_ascii(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What a reader gets who takes UTF-8 for ISO-8859-1: each byte becomes a character of its own.
std::string misread(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) out += static_cast<char>(0xC0 | (byte >> 6U));
    out += byte >= 0x80 ? static_cast<char>(0x80 | (byte & 0x3FU)) : c;
  }
  return out;
}

// And the reverse, the user-pass of a client that sends ISO-8859-1; empty where that cannot say it.
std::string narrowed(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) {
      out += bytes[i];
    } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < bytes.size()) {
      out += static_cast<char>((byte << 6U) | (static_cast<unsigned char>(bytes[++i]) & 0x3FU));
    } else {
      return {};
    }
  }
  return out;
}

// Groups of so many bits as characters of an alphabet, the last filled up with zeros.
std::string in_groups(std::string_view bytes, unsigned bits, std::string_view alphabet) {
  std::string out;
  std::uint32_t held = 0;
  unsigned count = 0;
  const std::uint32_t mask = (1U << bits) - 1;
  for (const char c : bytes) {
    held = (held << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= bits; count -= bits) out += alphabet[(held >> (count - bits)) & mask];
  }
  if (count > 0) out += alphabet[(held << (bits - count)) & mask];
  return out;
}

// Behind some bytes of something else (`user-id:`) the same bytes give other characters. Those that
// the neighbours have a share in are left out.
void add_groups(Forms& forms, std::string_view bytes, unsigned bits, std::string_view alphabet) {
  const std::size_t alignments = bits == 6 ? 3 : 5;  // bytes of a whole number of groups
  for (std::size_t before = 0; before < alignments; ++before) {
    const std::size_t first = (8 * before + bits - 1) / bits;
    const std::string coded = in_groups(std::string(before, '\0').append(bytes), bits, alphabet);
    forms.push_back({coded.substr(first), 8 * (before + bytes.size()) / bits - first});
  }
}

constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void add_base64(Forms& forms, std::string_view bytes) {
  const std::size_t begun = forms.size();
  add_groups(forms, bytes, 6, k_base64);
  for (std::size_t i = begun, end = forms.size(); i < end; ++i) {
    forms[i].text.append((3 - (i - begun + bytes.size()) % 3) % 3, '=');
    std::string url = replace_all(replace_all(forms[i].text, "+", "-"), "/", "_");
    if (url != forms[i].text) forms.push_back({std::move(url), forms[i].own});
  }
}

// RFC 4648 sections 6 and 7, and Crockford's.
void add_base32(Forms& forms, std::string_view bytes) {
  for (const std::string_view alphabet :
       {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV",
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ"})
    add_groups(forms, bytes, 5, alphabet);
}

// Of POSIX; zero is a space or a grave accent.
void add_uuencode(Forms& forms, std::string_view bytes) {
  std::string alphabet;
  for (char c = ' '; c < ' ' + 64; ++c) alphabet += c;
  for (const char zero : {' ', '`'}) {
    alphabet.front() = zero;
    add_groups(forms, bytes, 6, alphabet);
  }
}

// Four bytes as five digits, from where a group of four begins; of the last one digit more than it
// has bytes. Ascii85 as in PDF (`z` is left out), that of RFC 1924 in groups, and ZeroMQ's.
void add_base85(Forms& forms, std::string_view bytes) {
  constexpr std::size_t k_group = 4;
  std::string ascii85;
  for (char c = '!'; c <= 'u'; ++c) ascii85 += c;
  for (const std::string_view alphabet :
       {std::string_view(ascii85),
        std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "!#$%&()*+-;<=>?@^_`{|}~"),
        std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         ".-:+=^!/*?&<>()[]{}@%$#")}) {
    for (std::size_t skipped = 0; skipped < k_group && skipped < bytes.size(); ++skipped) {
      std::string text;
      for (std::size_t at = skipped; at < bytes.size(); at += k_group) {
        const std::string_view group = bytes.substr(at, k_group);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < k_group; ++i)
          value = (value << 8U) | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        std::array<char, k_group + 1> digits{};
        for (std::size_t i = digits.size(); i-- > 0; value /= 85) digits[i] = alphabet[value % 85];
        text.append(digits.data(), group.size() + 1);
      }
      const std::size_t own = (bytes.size() - skipped) / k_group * (k_group + 1);
      if (own >= k_shortest) forms.push_back({std::move(text), own});
    }
  }
}

// The bytes as one number, Bitcoin's alphabet.
void add_base58(Forms& forms, std::string_view bytes) {
  constexpr std::string_view k_alphabet =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::vector<std::uint32_t> digits;  // the least first
  for (const char c : bytes) {
    std::uint32_t carry = static_cast<unsigned char>(c);
    for (std::uint32_t& digit : digits) {
      carry += digit << 8U;
      digit = carry % 58;
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) digits.push_back(carry % 58);
  }
  std::string text;
  for (const std::uint32_t digit : digits) text.insert(text.begin(), k_alphabet[digit]);
  forms.push_back({text, text.size()});
}

// Anybody reads these: backwards, and ROT13.
void add_ciphers(Forms& forms, std::string_view bytes) {
  forms.push_back({std::string(bytes.rbegin(), bytes.rend()), bytes.size()});
  const std::string lower = to_lower(bytes);
  std::string turned = lower;
  for (char& c : turned) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
  }
  if (turned != lower) forms.push_back({std::move(turned), bytes.size()});
}

}  // namespace

std::vector<SecretForm> forms_of(std::string_view secret, Codes codes) {
  const std::size_t size = secret.size();
  Forms forms = {{std::string(secret), size}};
  if (secret.contains(' ')) forms.push_back({replace_all(secret, " ", "+"), size});
  // What readers of codes find needs fewer forms, and of a long token no short piece is worth one.
  const bool is_read = size >= k_shortest_text && only_ascii(secret);
  if (!is_read || size < k_long) forms.push_back({hex(secret), 2 * size});
  if (std::string squeezed = squeeze(secret).text;
      squeezed.size() >= k_shortest && squeezed.size() < size)
    forms.push_back({squeezed, squeezed.size()});
  if (size >= k_shortest) add_ciphers(forms, secret);
  if (is_read && size >= k_long) return forms;
  add_base64(forms, secret);
  if (codes == Codes::all && size >= k_shortest) {
    add_uuencode(forms, secret);
    add_base85(forms, secret);
    add_base58(forms, secret);
  }
  if (is_read) return forms;
  if (size >= k_shortest) add_base32(forms, secret);
  // Base64 of the base64: a log line in a token, a token in a header that is dumped.
  std::string inner = in_groups(secret, 6, k_base64);
  inner.resize(8 * size / 6);
  add_base64(forms, inner);
  return forms;
}

std::vector<std::string> charsets_of(std::string_view bytes) {
  std::vector<std::string> charsets = {std::string(bytes)};
  if (only_ascii(bytes)) return charsets;
  charsets.push_back(misread(bytes));
  if (std::string narrow = narrowed(bytes); !narrow.empty()) charsets.push_back(std::move(narrow));
  return charsets;
}

}  // namespace keyward
