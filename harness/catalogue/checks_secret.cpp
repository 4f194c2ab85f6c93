// SPDX-License-Identifier: Apache-2.0
// Checks that an answer shows no secret that its request did not bring, and nothing that a secret
// can be guessed from. What the request brought, and a refusal repeats, is secret-echo's matter.
#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "harness/base/text.h"
#include "harness/base/unescape.h"
#include "harness/catalogue/checks.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"

namespace keyward {
namespace {

constexpr std::size_t k_shortest_digest = 22;  // characters: MD5 in base64, and of crypt
constexpr int k_levels = 4;                    // escapes nested deeper are not followed

// A part of an answer, and what a reader may make of it.
struct Passage {
  std::string where;
  std::string text;
  std::size_t longest = 0;  // run of characters that encodings are made of
};

constexpr ByteSet k_encoding_chars = k_alnum | ByteSet("./+=-_");

std::size_t longest_run(std::string_view text) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = k_encoding_chars.span(text.substr(at));
    longest = std::max(longest, run);
    at += run + 1;
  }
  return longest;
}

// The text without its escapes, and without those that this brings to light.
std::vector<std::string> readings(std::string_view text) {
  std::vector<std::string> all = {std::string(text)};
  Unescaped decoded;
  for (int level = 0; level < k_levels && unescape(all.back(), decoded); ++level)
    all.push_back(std::move(decoded.text));
  return all;
}

std::vector<Passage> passages(const Observation& o) {
  std::vector<Passage> all;
  const auto add = [&](const std::string& where, std::string_view text) {
    for (std::string& reading : readings(text)) {
      for (std::string& claims : claims_in(reading))
        all.push_back({"a token in " + where, std::move(claims)});
      all.push_back({where, std::move(reading)});
    }
  };
  add("the body", answer(o)->body);
  for (const HeaderField& field : answer(o)->fields) {
    if (!sets_again(o, field)) add("the field " + field.name, field.value);
  }
  for (Passage& passage : all) passage.longest = longest_run(passage.text);
  return all;
}

// What an answer says in which nothing is found; by itself, if no field of it was left out.
Look unless_left_out(const Observation& o) {
  const bool left_out = std::ranges::any_of(
      answer(o)->fields, [&](const HeaderField& field) { return sets_again(o, field); });
  return left_out ? fine() : by_answer(fine());
}

// Not inside a longer word.
bool stands_in(std::string_view text, std::string_view secret) {
  for (std::size_t at = text.find(secret); at != std::string_view::npos;
       at = text.find(secret, at + 1)) {
    const std::size_t end = at + secret.size();
    const bool within =
        (at > 0 && k_alnum.contains(text[at - 1]) && k_alnum.contains(secret[0])) ||
        (end < text.size() && k_alnum.contains(text[end]) && k_alnum.contains(secret.back()));
    if (!within) return true;
  }
  return false;
}

bool holds(std::string_view text, const KnownSecret& known) {
  if (text.size() < known.secret.expose().size()) return false;
  return stands_in(text, known.secret.expose()) ||
         std::ranges::any_of(known.encoded,
                             [&](const std::string& form) { return text.contains(form); });
}

// The same of an answer, where most passages are too short of breath for any encoding of it.
bool shows(const Passage& passage, const KnownSecret& known) {
  const bool may_encode = std::ranges::any_of(
      known.encoded, [&](const std::string& form) { return form.size() <= passage.longest; });
  return may_encode ? holds(passage.text, known) : stands_in(passage.text, known.secret.expose());
}

// Whether the request brought it whole, in whatever spelling.
bool brought(const Observation& o, const KnownSecret& known) {
  const auto has = [&](std::string_view text) {
    return text.contains(known.secret.expose()) || holds(text, known);
  };
  return std::ranges::any_of(readings(o.exchange.request), has) ||
         std::ranges::any_of(o.sent, [&](const Secret& sent) { return has(sent.expose()); });
}

// Whether whoever asked is the one who holds it, or another who holds the same.
bool asked_by_holder(const Observation& o, const KnownSecret& known) {
  const auto holds_same = [&](std::string_view principal) {
    return std::ranges::any_of(o.known, [&](const KnownSecret& other) {
      return other.principal == principal && other.secret.expose() == known.secret.expose();
    });
  };
  if (!o.sent.empty() && lets_in(o) && holds_same(o.actor)) return true;
  return std::ranges::any_of(o.known, [&](const KnownSecret& other) {
    return !other.name && holds_same(other.principal) && brought(o, other);
  });
}

// Where the document says that the answer shows it.
bool is_documented(const Observation& o, const KnownSecret& known) {
  if (!lets_in(o)) return false;
  const auto& [issues, reveals] = std::tie(o.operation.issues, o.operation.reveals);
  if (issues && issues->gives(known.value)) return true;
  // At any place, say; and yet of that value alone.
  const Json* body = reveals && reveals->value == known.value ? answer(o)->json() : nullptr;
  if (body == nullptr) return false;
  return std::ranges::any_of(select(*body, reveals->at), [&](const Json* shown) {
    return shown->is_string() && shown->text == known.secret.expose();
  });
}

// How bad it is that the answer shows it; nothing where it is in order, or another check's matter.
std::optional<Level> level_of(const Observation& o, const KnownSecret& known) {
  const bool own = asked_by_holder(o, known);
  const bool carried = brought(o, known);
  if (!lets_in(o)) {
    // A refusal may renew the value against forgery that goes with the session.
    return carried || (own && !known.lasting) ? std::nullopt : std::optional(Level::must);
  }
  // Whoever exchanges a secret for a short-lived one keeps it away from where that one goes. Else
  // many a service shows its holder the key that was sent.
  if (carried) return o.operation.issues && known.lasting ? Level::should : Level::info;
  // A profile that shows its owner the key is a habit; one that shows the password is none.
  if (own) return known.guessable ? Level::should : Level::info;
  return Level::must;
}

bool readable(const Observation& o) { return answer(o) != nullptr && o.method != "TRACE"; }

Look secret_shown(const Observation& o) {
  if (!readable(o) || o.known.empty()) return not_applicable();
  const std::vector<Passage> all = passages(o);
  Look worst = unless_left_out(o);
  for (const KnownSecret& known : o.known) {
    if (known.name) continue;
    const auto found =
        std::ranges::find_if(all, [&](const Passage& passage) { return shows(passage, known); });
    if (found == all.end()) continue;
    worst.by_answer = false;
    if (is_documented(o, known)) continue;
    const auto level = level_of(o, known);
    if (!level || (worst.result == Look::Result::breach && *level <= *worst.level)) continue;
    worst = breach(found->where + " shows " + known.secret.label(), level);
  }
  return worst;
}

// Whether everybody is told: a contact's address, the organization in a realm.
bool told_to_anybody(const Observation& o, const KnownSecret& known) {
  if (o.absent == nullptr) return false;
  return o.absent->body.contains(known.secret.expose()) ||
         std::ranges::any_of(o.absent->fields, [&](const HeaderField& field) {
           return field.value.contains(known.secret.expose());
         });
}

// What was issued in this run, and is refused: its holder may be told whose it was.
bool brought_issued(const Observation& o) {
  return std::ranges::any_of(o.sent, [&](const Secret& sent) {
    return std::ranges::find(o.peers, sent.expose()) != o.peers.end();
  });
}

Look name_shown(const Observation& o) {
  if (!readable(o) || lets_in(o) || o.known.empty() || brought_issued(o)) return not_applicable();
  Look worst = unless_left_out(o);
  std::vector<Passage> all;
  for (const KnownSecret& known : o.known) {
    if (!known.name) continue;
    if (all.empty()) all = passages(o);
    const auto found =
        std::ranges::find_if(all, [&](const Passage& passage) { return shows(passage, known); });
    if (found == all.end()) continue;
    worst.by_answer = false;
    if (brought(o, known) || asked_by_holder(o, known)) continue;
    const bool address = known.secret.expose().contains('@');
    const bool to_anybody = told_to_anybody(o, known);
    const std::string actual = found->where + " shows " + known.secret.label();
    if (!to_anybody) return breach(actual);
    if (address) worst = breach(actual, Level::info);
  }
  return worst;
}

bool is_hex(std::string_view text) { return k_hexdig.span(text) == text.size(); }

bool holds_digest(std::string_view text, std::string_view lower, std::string_view digest) {
  return is_hex(digest) ? lower.contains(digest) : text.contains(digest);
}

// Whoever sends a digest gets back what is known already.
bool brought_text(const Observation& o, std::string_view text) {
  const auto has = [&](const std::string& reading) {
    return reading.contains(text) || to_lower(reading).contains(text);
  };
  return std::ranges::any_of(readings(o.exchange.request), has) ||
         std::ranges::any_of(o.sent, [&](const Secret& sent) { return has(sent.expose()); });
}

Look digest_shown(const Observation& o, const Passage& passage) {
  Look worst = by_answer(fine());
  const std::string lower = to_lower(passage.text);
  for (const KnownSecret& known : o.known) {
    for (const auto& [algorithm, digest] : known.digests) {
      if (!holds_digest(passage.text, lower, digest)) continue;
      worst.by_answer = false;
      if (brought_text(o, digest)) continue;
      // A long random secret is not guessed; its digest is a common name for it in lists.
      if (!known.guessable && worst.result == Look::Result::breach) continue;
      worst = breach(passage.where + " shows " + algorithm + " of " + known.secret.label(),
                     known.guessable ? Level::should : Level::info);
      if (known.guessable) return worst;
    }
  }
  return worst;
}

Look password_hash(const Observation& o) {
  if (!readable(o)) return not_applicable();
  Look worst = unless_left_out(o);
  for (const Passage& passage : passages(o)) {
    if (passage.longest < k_shortest_digest) continue;
    for (const std::string_view hash : password_hashes(passage.text)) {
      worst.by_answer = false;
      if (brought_text(o, hash)) continue;
      return breach(passage.where + " shows a password hash, " +
                    std::string(hash.substr(0, hash.find_first_of("$:}", 1) + 1)) + "\u2026");
    }
    const Look digest = digest_shown(o, passage);
    worst.by_answer = worst.by_answer && digest.by_answer;
    if (digest.result != Look::Result::breach) continue;
    if (digest.level == Level::should) return digest;
    worst = digest;
  }
  return worst;
}

constexpr Check k_checks[] = {
    {.id = "secret-shown",
     .level = Level::must,
     .severity = 9,
     .title = "An answer shows a secret that it was not asked for",
     .right = "A secret is shown once, where the document says so, and to its holder.",
     .why = "Whoever reads the answer, or a log of it, can act as the holder for ever.",
     .fix = "List the members that an answer may have, and keep secrets as hashes.",
     .sources = "API3:2023; ASVS 14.2.6; ASVS 9.1.1; CWE-200; CWE-312; CWE-522",
     .look = secret_shown},
    {.id = "name-shown",
     .severity = 4,
     .title = "A refusal names somebody whom its request did not name",
     .right = "A refusal says nothing of accounts and organizations.",
     .why = "Guesses are told how near they came, and whose door they stand at.",
     .fix = "Refuse whatever is wrong in the same words.",
     .sources = "ASVS 16.5.1; CWE-204; CWE-209; CWE-359",
     .look = name_shown},
    {.id = "password-hash",
     .severity = 6,
     .title = "An answer shows a password's hash",
     .right = "What is kept of a password leaves the server in no form.",
     .why = "Offline, passwords are guessed as fast as the attacker's machines allow.",
     .fix = "List the members that an answer may have.",
     .sources = "API3:2023; ASVS 14.2.6; CWE-200; CWE-916",
     .look = password_hash},
};

}  // namespace

std::span<const Check> secret_checks() { return k_checks; }

}  // namespace keyward
