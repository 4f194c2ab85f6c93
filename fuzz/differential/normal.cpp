// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/normal.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include "harness/base/text.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/form.h"
#include "harness/syntax/url.h"

namespace keyward {
namespace {

// Triplets to bytes; a `%` that starts none is a percent sign. Strict decoding would compare what
// is broken with nothing.
std::string decode_triplets(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
    if (text[at] == '%' && high >= 0 && low >= 0) {
      bytes += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      bytes += text[at];
    }
  }
  return bytes;
}

std::string decoded_value(Grammar grammar, const AnswerField& field) {
  if (field.form != KEYWARD_RAW) return field.value;
  if (grammar == Grammar::url) return decode_triplets(field.value);
  if (grammar == Grammar::query) return decode_form(field.value);
  return field.value;
}

// The digits without leading zeros; nothing for the port that the scheme has anyway.
std::string normal_port(std::string_view port, std::string_view scheme) {
  const std::size_t zeros = std::min(port.find_first_not_of('0'), port.size());
  std::string digits(port.substr(zeros));
  if (digits.empty() && !port.empty()) digits = "0";
  const auto usual = default_port(scheme);
  return usual && digits == std::to_string(*usual) ? std::string() : digits;
}

std::string canonical(Grammar grammar, const Answer& answer, std::string_view field,
                      const std::string& decoded) {
  if (field == "scheme") return lowercase(decoded);
  if (grammar == Grammar::request && field == "host") return lowercase(decoded);
  if (grammar != Grammar::url) return decoded;
  if (field == "host") return normal_host(decoded);
  if (field == "port") {
    const AnswerField* scheme = answer.find("scheme");
    return normal_port(decoded, scheme == nullptr ? "" : scheme->value);
  }
  if (field == "path") {
    const std::string path = remove_dot_segments(decoded);
    return path.empty() && answer.find("host") != nullptr ? "/" : path;
  }
  return decoded;
}

}  // namespace

std::string normal_host(std::string_view decoded) {
  std::string host = lowercase(decoded);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::size_t zone = std::min(host.find('%'), host.size());  // RFC 6874
  std::array<unsigned char, 16> address{};
  if (host.find('\0') != std::string::npos ||
      ::inet_pton(AF_INET6, host.substr(0, zone).c_str(), address.data()) != 1)
    return host;
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data() + host.substr(zone);
}

NormalField normal_field(Grammar grammar, const Answer& answer, std::string_view field) {
  NormalField normal;
  bool all_raw = true;
  std::string raw;
  for (const AnswerField& each : answer.fields) {
    if (each.name != field) continue;
    if (each.form == KEYWARD_UNKNOWN) {
      normal.unknown = true;
      return normal;
    }
    // A field line that was sent twice may be taken for one with a list (RFC 9110 section 5.3).
    const std::string_view comma = normal.present ? ", " : "";
    normal.present = true;
    all_raw = all_raw && each.form == KEYWARD_RAW;
    raw.append(comma).append(each.value);
    normal.decoded.append(comma).append(decoded_value(grammar, each));
  }
  if (!normal.present) return normal;
  if (all_raw) normal.raw = raw;
  normal.canonical = canonical(grammar, answer, field, normal.decoded);
  return normal;
}

std::vector<NormalItem> normal_list(Grammar grammar, const Answer& answer) {
  std::vector<NormalItem> items;
  std::size_t group = 0;  // where the parameters of this challenge begin
  const auto close_group = [&] {
    if (grammar != Grammar::challenge) return;
    std::stable_sort(items.begin() + static_cast<std::ptrdiff_t>(group), items.end(),
                     [](const NormalItem& a, const NormalItem& b) { return a.name < b.name; });
  };
  for (const AnswerField& field : answer.fields) {
    std::string value = decoded_value(grammar, field);
    if (field.name == "value") {
      if (!items.empty()) items.back().value = std::move(value);
    } else if (grammar == Grammar::query) {
      items.push_back({std::move(value), std::nullopt});
    } else if (field.name == "name") {
      items.push_back({"param " + lowercase(value), std::nullopt});
    } else {
      if (field.name == "scheme") {
        close_group();
        value = lowercase(value);
      }
      items.push_back({field.name, std::move(value)});
      group = items.size();
    }
  }
  close_group();
  return items;
}

}  // namespace keyward
