// SPDX-License-Identifier: Apache-2.0
// Checks of a credential that an operation issues: its expiry, and that nobody can guess it.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/catalogue/scenario.h"
#include "harness/catalogue/slots.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr double k_expiry_margin = 2.0;
constexpr double k_longest_asked = 366.0 * 24 * 3600;  // seconds; longer lives may be bounded
constexpr double k_token_margin = 5.0;   // seconds: rounding, and the time an answer takes
constexpr double k_least_leeway = 60.0;  // seconds; RFC 7519 section 4.1.4: "a few minutes"
constexpr double k_most_leeway = 300.0;
constexpr double k_least_bits = 64;
constexpr std::size_t k_alike = 4;
// Of 128 random bits, 16 samples show 80 or more in any usual alphabet; of a UUID by time, 60.
constexpr std::size_t k_samples = 16, k_most_samples = 64;
constexpr double k_least_varying_bits = 40;

// The lifetime that the request asked for, in seconds; nothing where it asked for none.
std::optional<double> asked_lifetime(const Observation& o) {
  const auto& lifetime = o.operation.issues->lifetime;
  if (!lifetime || !lifetime->from_creation) return std::nullopt;
  const std::string pointer = placeholder_pointer(o.operation, lifetime->parameter);
  const std::size_t head = o.exchange.request.find("\r\n\r\n");
  if (pointer.empty() || head == std::string::npos) return std::nullopt;
  const auto body = parse_json(std::string_view(o.exchange.request).substr(head + 4));
  const Json* value = body ? at(*body, pointer) : nullptr;
  const auto number = value == nullptr ? std::nullopt : value->number();
  if (!number || *number <= 0) return std::nullopt;
  return *number * lifetime->unit_seconds;
}

Look expires_at_wrong(const Observation& o) {
  if (!issued(o) || o.operation.issues->expires.empty()) return not_applicable();
  const auto asked = asked_lifetime(o);
  const Json* body = answer(o)->json();
  const Json* value = body != nullptr ? at(*body, o.operation.issues->expires) : nullptr;
  if (!asked || value == nullptr || *asked > k_longest_asked) return not_applicable();
  if (value->type == Json::Type::null) return breach("no expiry, though a lifetime was asked for");
  const double expires = value->is_string() ? parse_rfc3339(value->text) : -1;
  if (expires < 0) return breach("an expiry that is no RFC 3339 date-time");
  // The server's own clock counts, where it shows it; Date may be another's (a proxy's), and then
  // ours may be nearer to the one that counts.
  const std::string* date = answer(o)->field("Date");
  const double shown = date == nullptr ? -1 : parse_http_date(*date);
  const double by_ours = expires - o.exchange.started - *asked;
  const double by_shown = shown < 0 ? by_ours : expires - shown - *asked;
  const double off = std::abs(by_ours) < std::abs(by_shown) ? by_ours : by_shown;
  return verdict(std::abs(off) <= k_expiry_margin + o.exchange.duration,
                 std::to_string(std::lround(off)) + " s off creation plus lifetime");
}

// A claim that is a moment; nothing where it is none.
std::optional<double> moment(const Json& claims, std::string_view claim) {
  const Json* value = claims.find(claim);
  return value == nullptr ? std::nullopt : value->number();
}

// What the answer says of its credential's end: seconds from the answer on.
std::optional<double> told_lifetime(const Observation& o, double now) {
  const Issues& issues = *o.operation.issues;
  const Json* body = answer(o)->json();
  if (body == nullptr) return std::nullopt;
  if (issues.lifetime && issues.lifetime->from_creation) {
    const Json* seconds =
        issues.lifetime->reported.empty() ? nullptr : at(*body, issues.lifetime->reported);
    if (seconds != nullptr && seconds->number())
      return *seconds->number() * issues.lifetime->unit_seconds;
  }
  const Json* expires = issues.expires.empty() ? nullptr : at(*body, issues.expires);
  const double end = expires != nullptr && expires->is_string() ? parse_rfc3339(expires->text) : -1;
  return end < 0 ? std::nullopt : std::optional(end - now);
}

// A token may live a little longer than it is told, so that clients renew it in time; never
// shorter.
bool agree(double lives, double told) {
  const double leeway = std::clamp(told / 10, k_least_leeway, k_most_leeway);
  return told - lives <= k_token_margin && lives - told <= leeway + k_token_margin;
}

Look jwt_lifetime(const Observation& o) {
  if (!issued(o)) return not_applicable();
  const std::string text = issued_text(o);
  const std::vector<std::string> tokens = claims_in(text);
  if (tokens.size() != 1) return not_applicable();
  const auto claims = parse_json(tokens.front());
  const auto end = claims && claims->is_object() ? moment(*claims, "exp") : std::nullopt;
  if (!end) return not_applicable();
  // Whichever clock makes the best of it: a token may have been made earlier, and clocks differ.
  const std::string* date = answer(o)->field("Date");
  std::vector<double> clocks = {o.exchange.started};
  if (date != nullptr && parse_http_date(*date) > 0) clocks.push_back(parse_http_date(*date));
  if (const auto begin = moment(*claims, "iat")) clocks.push_back(*begin);
  double lives = 0, told = 0;
  for (const double now : clocks) {
    const auto says = told_lifetime(o, now);
    if (!says) return not_applicable();
    lives = *end - now;
    told = *says;
    if (agree(lives, told)) return fine();
  }
  return breach(fmt::format("the token lives {:.0f} s, and the answer says {:.0f} s", lives, told));
}

Look issued_unique(const Observation& o) {
  if (!issued(o) || o.peers.empty()) return not_applicable();
  const std::string text = issued_text(o);
  if (text.empty()) return not_applicable();
  const bool repeated = std::ranges::find(o.peers, text) != o.peers.end();
  // Without an id nothing was created: the same session may be handed out again.
  return verdict(!repeated, "the same as one issued before",
                 o.operation.issues->id.empty() ? Level::info : Level::must);
}

// Whether two texts of one length differ, and in few places. There are many peers: most are told
// from their first characters.
bool nearly_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.size() && different <= k_alike; ++i)
    different += a[i] != b[i] ? 1 : 0;
  return different > 0 && different <= k_alike;
}

Look issued_alike(const Observation& o) {
  if (!issued(o) || o.peers.empty()) return not_applicable();
  const std::string text = issued_text(o);
  if (text.size() < 16) return not_applicable();
  const bool alike = std::ranges::any_of(
      o.peers, [&](const std::string& peer) { return nearly_same(text, peer); });
  return verdict(!alike, "differs from one issued before in 4 characters or fewer");
}

// An upper bound on what there is to guess, from length and alphabet.
double most_bits(std::string_view text) {
  const auto size = static_cast<double>(text.size());
  if (k_digit.span(text) == text.size()) return 3.33 * size;
  if (k_hexdig.span(text) == text.size()) return 4.0 * size;
  return 6.0 * size;
}

Look issued_short(const Observation& o) {
  if (!issued(o)) return not_applicable();
  const std::string text = issued_text(o);
  if (text.empty()) return not_applicable();
  return verdict(most_bits(text) >= k_least_bits,
                 std::to_string(text.size()) + " characters of a small alphabet");
}

// Of the credentials of one length, how many bits differ from one to the next: a place counts with
// the characters that were seen there. Timestamps, counters and fixed parts hardly count; of random
// text it sees a little less than there is. Counts no further than is enough.
double varying_bits(std::string_view text, const std::vector<std::string_view>& peers) {
  double bits = 0;
  for (std::size_t i = 0; i < text.size() && bits < k_least_varying_bits; ++i) {
    std::array<bool, 256> seen{};
    seen[static_cast<unsigned char>(text[i])] = true;
    for (const std::string_view peer : peers) seen[static_cast<unsigned char>(peer[i])] = true;
    bits += std::log2(static_cast<double>(std::ranges::count(seen, true)));
  }
  return bits;
}

Look issued_predictable(const Observation& o) {
  if (!issued(o)) return not_applicable();
  const std::string text = issued_text(o);
  std::vector<std::string_view> peers;
  for (const std::string& peer : std::views::reverse(o.peers)) {
    if (peers.size() == k_most_samples) break;
    if (peer.size() == text.size() && peer != text) peers.emplace_back(peer);
  }
  if (peers.size() + 1 < k_samples) return not_applicable();
  const double bits = varying_bits(text, peers);
  return verdict(bits >= k_least_varying_bits,
                 fmt::format("{} credentials of {} characters differ in about {:.0f} bits",
                             peers.size() + 1, text.size(), bits));
}

constexpr Check k_checks[] = {
    {.id = "expires-at-wrong",
     .severity = 3,
     .title = "The reported expiry is not creation plus lifetime",
     .right = "The expiry is a date-time with its zone, the lifetime after creation.",
     .why = "Clients renew too late, or trust a key that is dead.",
     .fix = "Compute the expiry in UTC from the moment of creation.",
     .sources = "RFC 3339 section 5.6; the API's own documents",
     .look = expires_at_wrong},
    {.id = "jwt-lifetime",
     .severity = 4,
     .title = "A token lives longer or shorter than its answer says",
     .right = "The token's exp is the expiry that is reported beside it.",
     .why = "Clients trust a token that is dead, or keep one that should be.",
     .fix = "Compute exp and the reported lifetime from one number.",
     .sources = "RFC 7519 section 4.1.4; RFC 6749 section 5.1; ASVS 9.2.1; CWE-613",
     .look = jwt_lifetime},
    {.id = "issued-unique",
     .level = Level::must,
     .severity = 9,
     .title = "The same credential is issued twice",
     .right = "Each credential that is created is another one.",
     .why = "Two holders share one key: neither can be revoked alone.",
     .fix = "Take the credential from a cryptographic random generator.",
     .sources = "ASVS 7.2.3 and 11.5.1; CWE-330",
     .look = issued_unique},
    {.id = "issued-alike",
     .level = Level::must,
     .severity = 9,
     .title = "Issued credentials differ in a few characters only",
     .right = "Nothing of one credential tells another one.",
     .why = "Who has one key counts up to the next.",
     .fix = "Take the credential from a cryptographic random generator.",
     .sources = "ASVS 7.2.3 and 11.5.1; CWE-340",
     .look = issued_alike},
    {.id = "issued-predictable",
     .level = Level::must,
     .severity = 9,
     .title = "Issued credentials have few parts that differ",
     .right = "Of a credential, 128 bits or more come from a random generator.",
     .why = "Who has some keys knows most of the next one, and guesses the rest.",
     .fix = "Take the credential from a cryptographic random generator, whole.",
     .sources = "ASVS 7.2.3 and 11.5.1; CWE-331; CWE-340",
     .look = issued_predictable},
    {.id = "issued-short",
     .severity = 7,
     .title = "An issued credential is short enough to be guessed",
     .right = "A credential has 128 bits of randomness or more.",
     .why = "Guesses succeed before anybody notices.",
     .fix = "Issue 32 hexadecimal digits or more, from a cryptographic random generator.",
     .sources = "ASVS 7.2.3; CWE-331",
     .look = issued_short},
};

}  // namespace

bool issued(const Observation& o) {
  return answer(o) != nullptr && o.operation.issues && o.reception == Reception::accepted &&
         !answer(o)->cut;
}

std::string issued_text(const Observation& o) {
  const Json* body = answer(o)->json();
  for (const std::string& place : o.operation.issues->at) {
    if (const std::string_view cookie = issuing_cookie(place); !cookie.empty()) {
      std::string set = cookie_set(*answer(o), cookie);
      if (!set.empty()) return set;
      continue;
    }
    if (place == "body") {
      if (body == nullptr) return answer(o)->body;
      return body->is_string() ? body->text : std::string();
    }
    const Json* value = body != nullptr ? at(*body, place) : nullptr;
    if (value != nullptr && value->is_string()) return value->text;
  }
  return {};
}

std::span<const Check> issued_checks() { return k_checks; }

}  // namespace keyward
