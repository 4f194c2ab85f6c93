// SPDX-License-Identifier: Apache-2.0
// More traps: about what operations issue, and what stands in front.
#include <algorithm>

#include "harness/target/answer.h"
#include "harness/target/defect_tools.h"
#include "harness/target/defects.h"

namespace keyward::target {
namespace {

constexpr double k_on_its_way = 0.3;  // seconds from one replica to the other
constexpr std::string_view k_http_only = "; HttpOnly";

// A cookie that is set beside another one, for pages to repeat its value.
bool gives_cookie_beside(const Spec& spec) {
  return any_operation(spec, [](const Operation& o) {
    return o.issues && std::any_of(o.issues->also.begin(), o.issues->also.end(),
                                   [](const auto& a) { return !issuing_cookie(a.second).empty(); });
  });
}

void let_pages_read(const Visit& v, Answer& a) {
  if (!is_data(v, a) || !v.operation->issues) return;
  for (const auto& [value, place] : v.operation->issues->also) {
    const std::string pair = std::string(issuing_cookie(place)) + '=';
    for (HeaderField& field : a.fields) {
      const std::size_t at = field.value.find(k_http_only);
      if (field.value.starts_with(pair) && at != std::string::npos)
        field.value.erase(at, k_http_only.size());
    }
  }
}

// What a cache says that reads no trailers (Varnish), whatever the load.
std::optional<Answer> fetch_failed(Visit& v) {
  if (v.request.value("Trailer").empty()) return std::nullopt;
  Answer failed = problem(Kind::invalid, 503, "backend fetch failed");
  failed.set("Retry-After", "1");
  return failed;
}

constexpr Defect k_rows[] = {
    {"issued-late",
     "what is issued works a moment later",
     "",
     [](const Spec& spec) {
       return any_operation(spec, [](const Operation& o) { return o.issues.has_value(); });
     },
     {.alive = [](const Visit&, const Candidate&, Credential& c) -> std::optional<bool> {
       if (c.issued && State::now() < c.created + k_on_its_way) return false;
       return std::nullopt;
     }}},
    {"csrf-readable",
     "the cookie of a value against CSRF can be read by pages",
     "",
     gives_cookie_beside,
     {.answer = let_pages_read}},
    {"trailer-503",
     "a request with trailers is 503 with Retry-After at the edge",
     "",
     anywhere,
     {.outright = fetch_failed}},
};

}  // namespace

std::span<const Defect> more_traps() { return k_rows; }

}  // namespace keyward::target
