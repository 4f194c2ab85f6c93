// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/signature.h"

#include <set>
#include <string>

#include <fmt/format.h>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/oracle/fingerprint.h"

namespace keyward {
namespace {

// 0 below a quarter of a second; one more for every four times as long.
int time_bucket(double seconds) {
  int bucket = 0;
  for (double edge = 0.25; seconds >= edge && bucket < 8; edge *= 4) ++bucket;
  return bucket;
}

}  // namespace

std::uint64_t signature(std::string_view place, const Exchange& exchange) {
  std::string text =
      fmt::format("{}|{}|{}|", place, name(exchange.fault), time_bucket(exchange.duration));
  if (!exchange.response) return stable_hash(text);
  const Response& response = *exchange.response;
  text += fmt::format("{}|{}|{}|", response.status, response.version, response.close);
  std::set<std::string> names;
  for (const HeaderField& field : response.fields) names.insert(to_lower(field.name));
  for (const std::string& each : names) text += each + ",";
  const Fingerprint print = fingerprint(response);
  text += fmt::format("|{}", static_cast<int>(print.form));
  for (const std::uint64_t feature : print.structure) text += fmt::format(",{:x}", feature);
  return stable_hash(text);
}

}  // namespace keyward
