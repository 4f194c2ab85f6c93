// SPDX-License-Identifier: Apache-2.0
// Secrets as others write them, for the tests of the redactor.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "harness/base/random.h"
#include "harness/base/redactor.h"
#include "harness/json/json.h"

namespace keyward::testing {

inline constexpr std::string_view k_label = "«member.api_key»";

inline Redactor hiding(std::string_view bytes, std::string_view label = "member.api_key") {
  Redactor redactor;
  redactor.add(label, bytes);
  return redactor;
}

inline std::string base64(std::string_view bytes, bool url = false) {
  const std::string_view alphabet =
      url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += alphabet[(bits >> (count - 6)) & 0x3FU];
  }
  if (count > 0) out += alphabet[(bits << (6 - count)) & 0x3FU];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

inline std::string without_padding(std::string text) {
  while (text.ends_with('=')) text.pop_back();
  return text;
}

inline std::string each_byte(std::string_view bytes, const char* format) {
  std::string out;
  for (const char c : bytes) {
    char spelled[16];
    std::snprintf(spelled, sizeof spelled, format, static_cast<unsigned char>(c));
    out += spelled;
  }
  return out;
}

inline std::string percent_minimal(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (k_alphanumeric.contains(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += each_byte(std::string(1, c), "%%%02X");
    }
  }
  return out;
}

inline std::string json_escaped(std::string_view bytes) {
  std::string out;
  append_escaped(out, bytes);
  return out;
}

inline std::string html_escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

// Every second byte in another spelling: what no list of whole encodings would hold.
inline std::string mixed(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::string byte(1, bytes[i]);
    const char* const formats[] = {"%%%02x", "%%%02X", "&#%d;", "&#x%X;", "\\x%02x"};
    out +=
        i % 2 == 0 || static_cast<unsigned char>(bytes[i]) >= 0x80
            ? each_byte(byte, formats[static_cast<unsigned char>(bytes[i]) >= 0x80 ? 0 : i / 2 % 5])
            : byte;
  }
  return out;
}

}  // namespace keyward::testing
