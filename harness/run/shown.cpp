// SPDX-License-Identifier: Apache-2.0
#include "harness/run/shown.h"

#include <fmt/format.h>

namespace keyward {
namespace {

constexpr std::size_t k_shown_body = 512;  // bytes

}  // namespace

std::string shown(const Exchange& exchange) {
  if (!exchange.response) return exchange.detail;
  const Response& response = *exchange.response;
  std::string text = fmt::format("HTTP/{}.{} {} {}\r\n", response.version / 10,
                                 response.version % 10, response.status, response.reason);
  for (const HeaderField& field : response.fields)
    text += fmt::format("{}: {}\r\n", field.name, field.value);
  text += "\r\n";
  text += response.body.substr(0, k_shown_body);
  if (response.body.size() > k_shown_body)
    text += fmt::format("… ({} bytes)", response.body.size());
  return text;
}

}  // namespace keyward
