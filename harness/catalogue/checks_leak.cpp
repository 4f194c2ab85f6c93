// SPDX-License-Identifier: Apache-2.0
// Checks that an answer does not give the request's secret away.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/catalogue/checks.h"
#include "harness/catalogue/known.h"
#include "harness/json/json.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"
#include "harness/syntax/url.h"

namespace keyward {
namespace {

constexpr std::size_t k_telling_size = 8;

std::string html_escaped(std::string_view text) {
  std::string out = replace_all(text, "&", "&amp;");
  out = replace_all(out, "<", "&lt;");
  out = replace_all(out, ">", "&gt;");
  out = replace_all(out, "\"", "&quot;");
  return replace_all(out, "'", "&#39;");
}

// Whether so many characters of a base64 alphabet stand there in a row.
bool may_hold_base64(std::string_view text, std::size_t size) {
  std::size_t run = 0;
  return std::ranges::any_of(text, [&](char c) {
    run = k_alphanumeric.contains(c) || std::string_view("+/-_").contains(c) ? run + 1 : 0;
    return run >= size;
  });
}

// The spelling in which `text` repeats the secret; empty where it does not. No spelling is shorter
// than the secret itself.
std::string_view spelling(std::string_view text, std::string_view secret) {
  if (text.size() < secret.size()) return {};
  if (text.contains(secret)) return "as it is";
  if (text.find_first_of("%+") != std::string_view::npos && decode_form(text).contains(secret))
    return "percent-encoded";
  if (text.contains('\\')) {
    std::string json;
    append_escaped(json, secret);
    if (text.contains(json) || text.contains(replace_all(json, "/", "\\/"))) return "JSON-escaped";
  }
  if (text.contains('&') && text.contains(html_escaped(secret))) return "HTML-escaped";
  if (!may_hold_base64(text, secret.size())) return {};
  for (const std::size_t before : {0U, 1U, 2U}) {
    const std::string core = base64_core(secret, before);
    const std::string url_safe = replace_all(replace_all(core, "+", "-"), "/", "_");
    if (text.contains(core) || text.contains(url_safe)) return "in base64";
  }
  return {};
}

struct Echo {
  const Secret* secret = nullptr;
  std::string_view spelling;
};

// Not what is said to anybody: "Wrong password" to somebody who tried `password`.
Echo find_echo(std::string_view text, std::span<const Secret> sent, std::string_view to_anybody) {
  for (const Secret& secret : sent) {
    if (secret.expose().size() < k_telling_size || to_anybody.contains(secret.expose())) continue;
    const std::string_view found = spelling(text, secret.expose());
    if (!found.empty()) return {&secret, found};
  }
  return {};
}

bool redirects(const Response& response) {
  return response.status / 100 == 3 && response.has("Location");
}

// What no client sends, control characters in a field (RFC 9110 section 5.5) or kilobytes of one,
// is refused by the server software, before the API: its page goes to whoever sent that.
bool is_refused_below(std::string_view request) {
  constexpr std::size_t k_usual_head = 4096;
  const std::string_view head = request.substr(0, request.find("\r\n\r\n"));
  const auto odd = [&](std::size_t i) {
    const bool line_end = head[i] == '\r' && head.substr(i + 1, 1) == "\n";
    const bool end_of_line = head[i] == '\n' && i > 0 && head[i - 1] == '\r';
    return (static_cast<unsigned char>(head[i]) < 0x20 || head[i] == '\x7F') && head[i] != '\t' &&
           !line_end && !end_of_line;
  };
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (odd(i)) return true;
  }
  return head.size() > k_usual_head;
}

// A secret that was put into the request line of another path is shown by many a plain 404 page;
// that says little about the server. Neither is it the API that answers what it never gets to see.
std::optional<Level> level_of(const Observation& o, const Secret& secret) {
  const std::string_view line =
      std::string_view(o.exchange.request).substr(0, o.exchange.request.find('\r'));
  const bool in_line = !spelling(line, secret.expose()).empty();
  if (in_line && !o.documented_request) return Level::info;
  return is_refused_below(o.exchange.request) ? std::optional(Level::should) : std::nullopt;
}

bool is_refusal(const Observation& o) {
  return answer(o) != nullptr && !o.sent.empty() && o.method != "TRACE" && !lets_in(o) &&
         (o.reception == Reception::refused || o.reception == Reception::failed);
}

Look secret_echo(const Observation& o) {
  // A redirect's body repeats its Location, which has a check of its own.
  if (!is_refusal(o) || redirects(*answer(o))) return not_applicable();
  if (o.absent != nullptr && answer(o)->body == o.absent->body) return fine();
  const Echo echo = find_echo(answer(o)->body, o.sent,
                              o.absent == nullptr ? "" : std::string_view(o.absent->body));
  if (echo.secret == nullptr) return fine();
  return breach("the body repeats the secret " + std::string(echo.spelling),
                level_of(o, *echo.secret));
}

Look secret_echo_header(const Observation& o) {
  if (!is_refusal(o)) return not_applicable();
  for (const HeaderField& field : answer(o)->fields) {
    if (equals_ignoring_case(field.name, "Location") || sets_again(o, field)) continue;
    const std::string* usual = o.absent == nullptr ? nullptr : o.absent->field(field.name);
    const Echo echo =
        find_echo(field.value, o.sent, usual == nullptr ? "" : std::string_view(*usual));
    if (echo.secret == nullptr) continue;
    return breach(field.name + " repeats the secret " + std::string(echo.spelling),
                  level_of(o, *echo.secret));
  }
  return fine();
}

// Whether a Location leads to another host or port than the request went to.
bool leads_away(std::string_view location, const std::string& host) {
  const auto url = parse_url(location);
  if (!url) return true;
  if (!url->authority) return false;
  const auto own = parse_authority(host);
  if (!own) return true;
  const bool same_port = !own->port_number || !url->authority->port_number ||
                         own->port_number == url->authority->port_number;
  return !same_port || to_lower(own->host) != to_lower(url->authority->host);
}

Look in_redirect(const Observation& o) {
  const std::string& location = *answer(o)->field("Location");
  const Echo echo = find_echo(location, o.sent, "");
  if (echo.secret == nullptr) return fine();
  if (leads_away(location, request_field(o, "Host"))) {
    return breach("Location leads to another origin, and carries the secret", Level::must);
  }
  return breach("Location carries the secret " + std::string(echo.spelling),
                level_of(o, *echo.secret).value_or(Level::should));
}

constexpr ByteSet k_address_end = k_control | ByteSet(" \"'<>");
constexpr ByteSet k_parameter_end = k_address_end | ByteSet("&#\\");

// Whether the text holds an address with that as a parameter of its query.
bool in_query(std::string_view text, std::string_view secret) {
  if (secret.size() < k_telling_size || !text.contains('?')) return false;
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() && !k_parameter_end.contains(text[end])) ++end;
    const std::string_view value = text.substr(at + 1, end - at - 1);
    if (value.size() < secret.size() || (value != secret && decode_form(value) != secret)) continue;
    std::size_t begin = at;
    while (begin > 0 && !k_address_end.contains(text[begin - 1])) --begin;
    const std::string_view before = text.substr(begin, at - begin);
    if (before.contains('?') && !before.contains('#')) return true;
  }
  return false;
}

// Addresses that a client is to ask next, with what was sent or has just been issued as a
// parameter. A service that takes it in the query may well repeat the query; else it puts it there
// by itself.
Look in_address(const Observation& o) {
  const std::string target = o.exchange.request.substr(0, o.exchange.request.find('\r'));
  const std::string fresh = issued(o) ? issued_text(o) : std::string();
  const auto see = [&](const std::string& where, std::string_view text) -> Look {
    if (in_query(text, fresh)) return breach(where + " carries what was issued", Level::should);
    for (const Secret& secret : o.sent) {
      if (!in_query(text, secret.expose())) continue;
      const bool repeats = in_query(target, secret.expose());
      return breach(where + " carries the secret", repeats ? Level::info : Level::should);
    }
    return fine();
  };
  for (const std::string_view name : {"Location", "Content-Location", "Link", "Refresh"}) {
    const std::string* field = answer(o)->field(name);
    const Look seen = field == nullptr ? fine() : see(std::string(name), *field);
    if (seen.result == Look::Result::breach) return seen;
  }
  return see("an address in the body", answer(o)->body);
}

Look secret_in_location(const Observation& o) {
  if (answer(o) == nullptr || o.sent.empty() || o.method == "TRACE") return not_applicable();
  const bool accepted = o.reception == Reception::accepted;
  if (!answer(o)->has("Location") && !accepted) return not_applicable();
  const Look redirect = answer(o)->has("Location") ? in_redirect(o) : fine();
  return redirect.result == Look::Result::breach || !accepted ? redirect : in_address(o);
}

constexpr Check k_checks[] = {
    {.id = "secret-echo",
     .level = Level::must,
     .severity = 5,
     .title = "A refusal repeats the secret in its body",
     .right = "An error names the credential that failed at most by its place.",
     .why = "Error bodies end up in logs, tickets and on screens.",
     .fix = "Leave credentials out of messages, and out of what is echoed of a request.",
     .sources = "ASVS 16.5.1; CWE-209; CWE-532",
     .look = secret_echo},
    {.id = "secret-echo-header",
     .level = Level::must,
     .severity = 5,
     .title = "A refusal repeats the secret in a field",
     .right = "No field of an answer repeats a credential of the request.",
     .why = "Fields are logged by every hop.",
     .fix = "Leave credentials out of what is echoed of a request.",
     .sources = "ASVS 16.5.1; CWE-209; CWE-532",
     .look = secret_echo_header},
    {.id = "secret-in-location",
     .level = Level::must,
     .severity = 6,
     .title = "An address in an answer carries the secret",
     .right = "A redirect or a link drops the credential from the address it names.",
     .why = "The secret goes to another server, or into one more log.",
     .fix = "Rebuild the address without the credential.",
     .sources = "ASVS 14.2.1; CWE-200; CWE-598",
     .look = secret_in_location},
};

}  // namespace

std::span<const Check> leak_checks() { return k_checks; }

}  // namespace keyward
