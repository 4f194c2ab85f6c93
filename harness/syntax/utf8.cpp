// SPDX-License-Identifier: Apache-2.0
// The rows are RFC 3629 section 4's grammar: a lead byte fixes the length and narrows the second
// byte; outside that narrow range the sequence would be overlong, a surrogate or too large.
#include "harness/syntax/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace keyward {
namespace {

struct Lead {
  std::uint8_t first, last;  // lead bytes of this row
  std::uint8_t continuations;
  std::uint8_t low, high;  // what the second byte may be
  Reason otherwise;        // what a continuation byte outside that range means
};

constexpr std::array k_leads{
    Lead{0xC2, 0xDF, 1, 0x80, 0xBF, Reason::missing_continuation},
    Lead{0xE0, 0xE0, 2, 0xA0, 0xBF, Reason::overlong_encoding},
    Lead{0xE1, 0xEC, 2, 0x80, 0xBF, Reason::missing_continuation},
    Lead{0xED, 0xED, 2, 0x80, 0x9F, Reason::surrogate_code_point},
    Lead{0xEE, 0xEF, 2, 0x80, 0xBF, Reason::missing_continuation},
    Lead{0xF0, 0xF0, 3, 0x90, 0xBF, Reason::overlong_encoding},
    Lead{0xF1, 0xF3, 3, 0x80, 0xBF, Reason::missing_continuation},
    Lead{0xF4, 0xF4, 3, 0x80, 0x8F, Reason::code_point_out_of_range},
};

const Lead* find_lead(unsigned byte) {
  for (const Lead& lead : k_leads) {
    if (byte >= lead.first && byte <= lead.last) return &lead;
  }
  return nullptr;
}

Reason reason_for_lead(unsigned byte) {
  if (byte == 0xC0 || byte == 0xC1) return Reason::overlong_encoding;
  if (byte >= 0xF5 && byte <= 0xF7) return Reason::code_point_out_of_range;
  return Reason::invalid_lead_byte;
}

bool is_continuation(unsigned byte) { return (byte & 0xC0U) == 0x80; }

}  // namespace

Parsed<void> check_utf8(std::string_view bytes) {
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (std::size_t at = 0; at < bytes.size();) {
    if (byte_at(at) < 0x80) {
      ++at;
      continue;
    }
    const Lead* lead = find_lead(byte_at(at));
    if (lead == nullptr) return refuse(reason_for_lead(byte_at(at)), at);
    for (std::size_t i = 1; i <= lead->continuations; ++i) {
      if (at + i >= bytes.size() || !is_continuation(byte_at(at + i))) {
        return refuse(Reason::missing_continuation, at);
      }
      const bool narrowed = i == 1 && (byte_at(at + 1) < lead->low || byte_at(at + 1) > lead->high);
      if (narrowed) return refuse(lead->otherwise, at);
    }
    at += 1U + lead->continuations;
  }
  return {};
}

}  // namespace keyward
