// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/fuzz/difference.h"
#include "harness/fuzz/reading.h"
#include "harness/fuzz/rows.h"
#include "harness/run/assemble.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"
#include "harness/syntax/utf8.h"

namespace keyward {
namespace {

constexpr std::size_t k_usual_request = 4096;  // a larger one may be refused for its size
constexpr std::string_view k_looked_at[] = {"server-error", "hang",        "broken-response",
                                            "secret-echo",  "stack-trace", "secret-echo-header"};

// What was asked for, where the credential is not what opened.
std::string_view cause_in_target(const Ground& ground, std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  const std::string& own = ground.bare.path;
  if (path == own) return target.contains('?') ? "path-param" : k_row_target;
  if (to_lower(path) == to_lower(own)) return "path-case";
  if (path.contains(';')) return "path-param";
  if (path.contains('%')) return "path-pct";
  if (path.contains("/.")) return "dot-segment";
  if (path.contains("//")) return "double-slash";
  if (path == own + "/") return "trailing-slash";
  if (path.starts_with(own) && path.find('.', own.size()) != std::string_view::npos)
    return "path-ext";
  return k_row_target;
}

// A failure of the server, by what the credential's encoding is.
std::string_view cause_of_failure(const Crafted& made, const Ground& ground) {
  const SecurityScheme& scheme = *ground.context.scheme;
  if (scheme.type == SchemeType::basic) {
    const RequestField* field = made.request.field("Authorization");
    if (field == nullptr) return "server-error";
    const std::string_view value =
        field->line.empty() ? std::string_view(field->value)
                            : std::string_view(field->line).substr(field->line.find(':') + 1);
    const std::string_view credentials = trim_ows(value);
    const std::size_t space = credentials.find(' ');
    std::string decoded;
    if (space == std::string_view::npos ||
        !base64_difference(trim_ows(credentials.substr(space)), {}, decoded).empty())
      return "b64-bad-500";
    if (!is_utf8(decoded)) return "basic-bad-utf8-500";
    return "server-error";
  }
  const auto broken = [](std::string_view text) { return !decode_percent(text).has_value(); };
  if (std::ranges::any_of(made.request.query, broken) || broken(made.request.target))
    return "invalid-pct-500";
  return "server-error";
}

}  // namespace

bool carries_valid(const Crafted& made, const Ground& ground) {
  const EditContext& context = ground.context;
  if (carries(made.request, *context.scheme, context.valid)) return true;
  if (stands_in_place(made, ground)) return true;
  for (const Alternative& alternative : context.operation->security) {
    for (const std::string& id : alternative.schemes) {
      const SecurityScheme* scheme = context.spec->scheme(id);
      // Schemes that go together with the one under test stay valid all the time.
      if (scheme == nullptr || scheme == context.scheme || alternative.schemes.size() > 1) continue;
      const auto credential = context.credential_of ? context.credential_of(*scheme) : std::nullopt;
      if (credential && carries(made.request, *scheme, *credential)) return true;
    }
  }
  return false;
}

std::string_view cause_of_acceptance(const FuzzInput& input, const Crafted& made,
                                     const Ground& ground) {
  const bool target_alone = std::ranges::all_of(
      input.changes, [](const Change& change) { return change.layer == Layer::target; });
  // The right credential is there as it should be, and the strict parser stumbled over the target.
  if (input.base == Base::valid && target_alone) {
    const std::string_view row = cause_by_reading(made, ground);
    return row == k_row_other ? k_row_target : row;
  }
  if (target_alone) return cause_in_target(ground, made.request.request_target());
  return cause_by_reading(made, ground);
}

std::optional<Breach> judge(const FuzzInput& input, const Crafted& made, const Ground& ground,
                            const Alternative& alternative, const Controls& controls,
                            const Exchange& exchange) {
  const Operation& operation = *ground.context.operation;
  const Reception reception = receive(controls, exchange, Data::same);
  const auto gated = [&](Level level) {
    return operation.unstated_protection ? Level::info : level;
  };
  if (reception == Reception::accepted && !carries_valid(made, ground)) {
    const std::string_view row = cause_of_acceptance(input, made, ground);
    return Breach{row, gated(level_of_row(row)), describe(exchange, reception)};
  }
  const bool formed = well_formed(made.request);
  const Observation observation{.spec = *ground.context.spec,
                                .operation = operation,
                                .alternative = alternative,
                                .exchange = exchange,
                                .reception = reception,
                                .method = made.request.method,
                                .documented_request = formed && !touches(input, Layer::target) &&
                                                      exchange.request.size() < k_usual_request,
                                .well_formed = formed,
                                .sent = made.sent,
                                .peers = {}};
  for (const std::string_view id : k_looked_at) {
    const Check* check = find_check(id);
    if (check == nullptr) continue;
    const Look look = check->look(observation);
    if (look.result != Look::Result::breach) continue;
    std::string_view row = id;
    if (id == "server-error" && look.level.value_or(check->level) == Level::must)
      row = cause_of_failure(made, ground);
    return Breach{row, look.level.value_or(level_of_row(id)), look.actual, id};
  }
  return std::nullopt;
}

}  // namespace keyward
