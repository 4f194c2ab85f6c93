// SPDX-License-Identifier: Apache-2.0
// F11 response: who else may read an answer, and what an error says.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/build.h"
#include "harness/catalogue/checks.h"
#include "harness/catalogue/edit.h"
#include "harness/catalogue/families.h"
#include "harness/catalogue/judge.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr std::string_view k_origins[] = {"other", "null", "suffix", "prefix"};
constexpr std::string_view k_files[] = {"below", "parameter", "encoded"};
constexpr std::string_view k_errors[] = {"method", "path", "body"};

// Of a stranger; or such that a comparison without its ends takes it for the API's own.
std::string origin_like(std::string_view variant, std::string_view host) {
  if (variant == "null") return "null";
  if (variant == "suffix") return fmt::format("https://{}.keyward.invalid", host);
  return variant == "prefix" ? fmt::format("https://keyward-{}", host) : "https://keyward.invalid";
}

Skip foreign_origin(Edit& e) {
  const RequestField* field = e.request.field("Host");
  const std::string host = field == nullptr ? std::string() : field->value;
  const std::string name = host.substr(0, host.find(':'));
  const bool by_host = e.variant == "suffix" || e.variant == "prefix";
  if (by_host && (name.empty() || name.starts_with('['))) return "the host has no name";
  e.request.set_field("Origin", origin_like(e.variant, name));
  return std::nullopt;
}

Outcome judge_cors(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const Response& response = *evidence.exchange.response;
  const std::string* origin = response.field("Access-Control-Allow-Origin");
  const std::string* credentials = response.field("Access-Control-Allow-Credentials");
  const bool ours =
      origin != nullptr && (evidence.variant == "null"     ? *origin == "null"
                            : evidence.variant == "prefix" ? origin->contains("//keyward-")
                                                           : origin->ends_with("keyward.invalid"));
  const bool reflected = ours && credentials != nullptr && *credentials == "true";
  return {reflected ? Verdict::fail : Verdict::pass,
          "Access-Control-Allow-Origin: " + (origin == nullptr ? "(none)" : *origin)};
}

Skip looks_like_file(Edit& e) {
  if (e.request.method != "GET") return "what is not asked by GET is kept by no cache";
  if (e.request.path.ends_with('/')) return "the path ends with a slash";
  e.request.path += e.variant == "below"       ? "/keyward.css"
                    : e.variant == "parameter" ? ";keyward.css"
                                               : "%2Fkeyward.css";
  return std::nullopt;
}

// Whether the answer is another one for whoever brings another credential: what only depends on
// formats is named in Vary as well.
bool varies(const Response& response) {
  const std::string named = to_lower(response.fields_joined("Vary"));
  return std::ranges::any_of(split(named, ','), [](std::string_view member) {
    const std::string_view name = trim_ows(member);
    return !name.empty() && !name.starts_with("accept") && name != "origin";
  });
}

Outcome judge_deception(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  if (evidence.reception != Reception::accepted) return {Verdict::pass, seen(evidence)};
  const Response& response = *evidence.exchange.response;
  const std::string control = response.fields_joined("Cache-Control");
  const std::string actual =
      seen(evidence) + (control.empty() ? ", no Cache-Control" : ", Cache-Control: " + control);
  const bool kept = is_shared(response) && !varies(response);
  return {kept ? Verdict::fail : Verdict::pass, actual};
}

// Something else than the credential is wrong.
Skip provoke(Edit& e) {
  e.request.add_field("X-Keyward-Mark", e.mark());
  if (e.variant == "body") {
    if (e.request.body.empty() || !e.context.operation->json)
      return "the operation has no JSON body";
    e.request.body.pop_back();
    return std::nullopt;
  }
  if (e.request.method != "GET") return "the operation may do what it is for all the same";
  if (e.variant == "method") e.request.method = "KEYWARD";
  if (e.variant == "path") e.request.path += "/keyward-" + e.random.text(k_lower, 8);
  return std::nullopt;
}

Outcome judge_error(const Evidence& evidence) {
  if (const auto outcome = no_answer(evidence)) return *outcome;
  const Response& response = *evidence.exchange.response;
  const bool repeats = response.status >= 400 && !evidence.marks.empty() &&
                       response.body.contains(evidence.marks.front());
  return {repeats ? Verdict::fail : Verdict::pass,
          std::to_string(response.status) + (repeats ? ", the request's fields in its body" : "")};
}

constexpr Mutation k_rows[] = {
    {.id = "cors-reflect",
     .family = Family::response,
     .level = Level::should,
     .severity = 6,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "Any site may read answers with the user's credentials",
     .right = "An unknown Origin is not repeated in an answer that allows credentials.",
     .why = "A page of anybody's reads the API in the name of who is looking at it.",
     .fix = "Keep a list of origins, or allow all of them without credentials.",
     .sources = "Fetch Standard; ASVS 3.4.2; CWE-942",
     .variants = k_origins,
     .build = foreign_origin,
     .judge = judge_cors},
    {.id = "cache-deception",
     .family = Family::response,
     .level = Level::should,
     .severity = 5,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "A path that looks like a file shows protected data that a cache may keep",
     .right = "What no file answers is not found; or no cache may keep the answer.",
     .why = "Who follows a link to such a path leaves their data in the cache, for everybody.",
     .fix = "Match the whole path, and send Cache-Control: private or no-store.",
     .sources = "ASVS 14.2.5; RFC 9111 section 3.5; CWE-525; CWE-524",
     .variants = k_files,
     .build = looks_like_file,
     .judge = judge_deception},
    {.id = "error-echo",
     .family = Family::response,
     .level = Level::should,
     .severity = 4,
     .expect = Expect::judged,
     .scope = Scope::operation,
     .title = "An error repeats the fields of its request",
     .right = "An error says what is wrong, and repeats nothing that came with the credential.",
     .why = "Pages for developers end up in logs, tickets and on screens, credentials included.",
     .fix = "Switch debug pages off, and write each error by hand.",
     .sources = "ASVS 13.4.2 and 16.5.1; CWE-209; CWE-489; CWE-532",
     .variants = k_errors,
     .build = provoke,
     .judge = judge_error},
};

}  // namespace

std::span<const Mutation> response_rows() { return k_rows; }

}  // namespace keyward
