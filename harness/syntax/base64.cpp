// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/syntax/scan.h"

namespace keyward {
namespace {

struct Alphabet {
  std::string_view characters;
  ByteSet members;
  std::array<std::uint8_t, 256> values{};

  constexpr explicit Alphabet(std::string_view all) : characters(all), members(all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      values[static_cast<unsigned char>(all[i])] = static_cast<std::uint8_t>(i);
    }
  }
  [[nodiscard]] unsigned value(char c) const { return values[static_cast<unsigned char>(c)]; }
};

constexpr Alphabet k_standard{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};
constexpr Alphabet k_url_safe{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"};

const Alphabet& table(Base64Alphabet alphabet) {
  return alphabet == Base64Alphabet::standard ? k_standard : k_url_safe;
}

/// The refusal that everything behind the data deserves: padding that the rule does not want, the
/// wrong amount of it, or something that is no padding.
std::optional<SyntaxError> check_padding(std::string_view text, std::size_t data_end,
                                         const Alphabet& alphabet, Base64Padding rule) {
  const std::size_t end = k_equals_sign.span(text, data_end);
  const std::size_t written = end - data_end;
  if (end < text.size()) {
    const bool data = written > 0 && alphabet.members.contains(text[end]);
    return SyntaxError{data ? Reason::data_after_padding : Reason::invalid_base64_character, end};
  }
  if (data_end % 4 == 1) return SyntaxError{Reason::incomplete_base64, data_end};
  if (written > 0 && rule == Base64Padding::forbidden) {
    return SyntaxError{Reason::unexpected_padding, data_end};
  }
  const std::size_t wanted = (4 - data_end % 4) % 4;
  if (written > wanted) return SyntaxError{Reason::excess_padding, data_end + wanted};
  const bool may_be_absent = rule != Base64Padding::required && written == 0;
  if (written < wanted && !may_be_absent) return SyntaxError{Reason::missing_padding, end};
  return std::nullopt;
}

}  // namespace

Parsed<std::string> decode_base64(std::string_view text, Base64Alphabet alphabet,
                                  Base64Padding padding) {
  const Alphabet& letters = table(alphabet);
  const std::size_t data_end = letters.members.span(text);
  if (const auto error = check_padding(text, data_end, letters, padding)) {
    return std::unexpected(*error);
  }
  std::string bytes;
  bytes.reserve(data_end / 4 * 3 + 2);
  unsigned pending = 0;  // bits that have been read and do not fill a byte yet
  unsigned count = 0;
  for (char c : text.substr(0, data_end)) {
    pending = (pending << 6 | letters.value(c)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(pending >> count & 0xFF);
  }
  if ((pending & ((1U << count) - 1)) != 0) return refuse(Reason::non_zero_pad_bits, data_end - 1);
  return bytes;
}

std::string encode_base64(std::string_view bytes, Base64Alphabet alphabet, bool padded) {
  const std::string_view letters = table(alphabet).characters;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  unsigned pending = 0;
  unsigned count = 0;
  for (char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += letters[pending >> count & 0x3F];
    }
  }
  if (count > 0) text += letters[pending << (6 - count) & 0x3F];
  while (padded && text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace keyward
