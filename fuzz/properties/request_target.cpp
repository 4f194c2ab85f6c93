// SPDX-License-Identifier: Apache-2.0
#include "harness/syntax/request_target.h"

#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "fuzz/properties/thorough.h"

namespace keyward::fuzz {
namespace {

/// The form by the grammars of RFC 9112 section 3.2, or nothing.
bool in_grammar(std::string_view method, std::string_view target) {
  static const literal::Rule k_origin("origin-form");
  static const literal::Rule k_absolute("absolute-URI");
  static const literal::Rule k_authority("authority-form");
  static const literal::Rule k_asterisk("asterisk-form");
  if (method == "CONNECT") return k_authority(target);
  if (k_asterisk(target)) return method == "OPTIONS";
  if (k_origin(target)) return true;
  if (!k_absolute(target)) return false;
  const literal::UrlParts parts = literal::url_parts(target);
  const std::string scheme = literal::lower(*parts.scheme);
  if (scheme != "http" && scheme != "https" && scheme != "ws" && scheme != "wss") return true;
  return parts.authority && !literal::authority_parts(*parts.authority).host.empty();
}

}  // namespace

void check_request_target(std::string_view input) {
  const Input copy(input);
  const std::string_view text = copy.view();
  const auto halves = literal::halves(text, ' ');
  const std::string method = halves ? halves->first : "GET";
  const std::string_view target = halves ? text.substr(method.size() + 1) : text;
  const bool everything = thorough(text);
  const auto parsed = parse_in_steps(
      target, [&](std::string_view all) { return parse_request_target(method, all); });
  check_refusal(parsed, target);
  if (!everything) return;
  if (literal::comparable(target)) {
    const bool too_large = !parsed && parsed.error().reason == Reason::port_out_of_range;
    FUZZ_AGREE(too_large || in_grammar(method, target) == parsed.has_value(),
               "RFC 9112 section 3.2", text);
  }
  if (!parsed) return;
  FUZZ_CHECK(render_request_target(*parsed) == target, "render is the text", text);
  FUZZ_CHECK(!parsed->url.fragment, "a target has no fragment", text);
  FUZZ_CHECK((parsed->form == TargetForm::authority) == (method == "CONNECT"),
             "authority-form is CONNECT's", text);
  const bool origin = parsed->form == TargetForm::origin;
  FUZZ_CHECK(!origin || !parsed->url.authority, "origin-form names no host", text);
  if (parsed->url.authority) {
    const std::string_view host = parsed->url.authority->host;
    FUZZ_CHECK(inside(host, target), "a host is a view into the text", text);
    FUZZ_CHECK(host.find_first_of("/?#@\\ ") == host.npos, "no delimiter in a host", text);
  }
}

}  // namespace keyward::fuzz
