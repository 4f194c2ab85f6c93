// SPDX-License-Identifier: Apache-2.0
// Faults of encoding: percent, plus and character encodings read too often, or in the wrong place.
#include <algorithm>
#include <cctype>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

bool is_hex_at(std::string_view text, std::size_t i) {
  return i < text.size() && std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
}

unsigned hex_value(std::string_view digits) {
  return static_cast<unsigned>(std::stoul(std::string(digits), nullptr, 16));
}

// %u0041 and the overlong C1 81 as the ASCII character they stand for.
std::string fold_overlong(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool escape =
        text.substr(i).starts_with("%u00") && is_hex_at(text, i + 4) && is_hex_at(text, i + 5);
    if (escape) {
      out += static_cast<char>(hex_value(text.substr(i + 4, 2)));
      i += 5;
    } else if ((c == 0xC0 || c == 0xC1) && i + 1 < text.size()) {
      out +=
          static_cast<char>(((c & 0x1FU) << 6U) | (static_cast<unsigned char>(text[++i]) & 0x3FU));
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_bad_percent(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (!is_hex_at(text, i + 1) || !is_hex_at(text, i + 2)) return true;
  }
  return false;
}

// A value that may hold a plus sign or a space, as its shape says.
bool has_plus_or_space(const Spec& spec) {
  Random random(1);
  for (const Principal& principal : spec.principals) {
    for (const Value& value : principal.values) {
      if (!value.shape.empty() &&
          random_of_shape(value.shape, random).find_first_of("+ ") != std::string::npos) {
        return has_urlencoded(spec);
      }
    }
  }
  return false;
}

constexpr Defect k_rows[] = {
    {"double-decode",
     "values of queries and forms are percent-decoded twice",
     "double-decode",
     has_urlencoded,
     {.equal =
          [](const Given& given, std::string_view held) {
            return urlencoded(given.candidate.slot) && percent_decode(given.value) == held;
          }}},
    {"header-pct-decode",
     "field values are percent-decoded",
     "header-pct-decode",
     has_header,
     {.equal =
          [](const Given& given, std::string_view held) {
            return given.candidate.slot == Slot::header && percent_decode(given.value) == held;
          }}},
    {"plus-space",
     "a plus sign in a query or form stays a plus sign",
     "plus-space",
     has_plus_or_space,
     {.equal =
          [](const Given& given, std::string_view held) {
            return urlencoded(given.candidate.slot) &&
                   percent_decode(given.candidate.raw, false) == held;
          }}},
    {"pct-overlong",
     "%u0041 and overlong UTF-8 are folded to ASCII",
     "pct-overlong",
     anywhere,
     {.equal = [](const Given& given,
                  std::string_view held) { return fold_overlong(given.value) == held; }}},
    {"invalid-pct-500",
     "a percent sign without two digits is a server error",
     "invalid-pct-500",
     has_urlencoded,
     {.answer =
          [](const Visit& v, Answer& a) {
            const bool form = v.request.media_type() == "application/x-www-form-urlencoded";
            if (has_bad_percent(v.request.raw_query) || (form && has_bad_percent(v.request.body))) {
              a.status = 500;
            }
          }}},
};

}  // namespace

std::span<const Defect> encoding_faults() { return k_rows; }

}  // namespace keyward::target
