// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/compare.h"

#include <algorithm>
#include <array>
#include <utility>

#include "fuzz/differential/normal.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

struct ClassRow {
  DifferenceClass kind;
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array k_classes = {
    ClassRow{DifferenceClass::spelling, "spelling",
             "The two write one meaning in two ways: triplets decoded or not, upper or lower case, "
             "a default port, dot segments, a short or a long IPv6 address. Nothing goes elsewhere "
             "unless somebody compares the texts."},
    ClassRow{
        DifferenceClass::empty, "empty",
        "What is empty for one is absent for the other: a user, a password, a port, a query. "
        "Most interfaces cannot say both; it matters to who tells an empty password from none."},
    ClassRow{DifferenceClass::verdict, "verdict",
             "One refuses what the other accepts. A refusal sends no credential anywhere; it "
             "matters where a filter accepts on behalf of a stricter or laxer reader behind it."},
    ClassRow{DifferenceClass::part, "part",
             "Both accept, and see another scheme, path, query, fragment, method, target or "
             "challenge. Host and credentials are the same."},
    ClassRow{DifferenceClass::port, "port",
             "Both accept, and would connect to another port of the same host: another origin."},
    ClassRow{DifferenceClass::credentials, "credentials",
             "Both accept, and see another user, password, token or query field: what one checks "
             "is not what the other uses."},
    ClassRow{DifferenceClass::host, "host",
             "Both accept, and see another host: what one allows, the other sends somewhere else."},
    ClassRow{DifferenceClass::conduct, "conduct", "A parser crashed, hung, or answered garbage."},
};

const ClassRow& row_of(DifferenceClass kind) {
  return k_classes.at(static_cast<std::size_t>(kind));
}

DifferenceClass class_of(Grammar grammar, std::string_view field) {
  if (field == "host") return DifferenceClass::host;
  if (field == "port") return DifferenceClass::port;
  for (const std::string_view secret : {"user", "password", "token", "authorization"}) {
    if (field == secret) return DifferenceClass::credentials;
  }
  const bool own_scheme = grammar == Grammar::authorization || grammar == Grammar::request;
  if (own_scheme && field == "scheme") return DifferenceClass::credentials;
  return DifferenceClass::part;
}

struct FieldDifference {
  DifferenceClass kind;
  std::string field;
};

std::optional<DifferenceClass> differ(Grammar grammar, std::string_view field,
                                      const NormalField& one, const NormalField& other) {
  if (one.unknown || other.unknown) return std::nullopt;
  if (one.canonical != other.canonical) return class_of(grammar, field);
  if (one.present != other.present) {
    const bool empty = one.decoded.empty() && other.decoded.empty();
    return empty ? DifferenceClass::empty : DifferenceClass::spelling;
  }
  const bool both_raw = one.raw && other.raw;
  const bool same = both_raw ? *one.raw == *other.raw : one.decoded == other.decoded;
  if (same) return std::nullopt;
  return DifferenceClass::spelling;
}

void compare_lists(Grammar grammar, const Answer& one, const Answer& other,
                   std::vector<FieldDifference>& found) {
  const auto worst =
      grammar == Grammar::query ? DifferenceClass::credentials : DifferenceClass::part;
  const std::vector<NormalItem> a = normal_list(grammar, one);
  const std::vector<NormalItem> b = normal_list(grammar, other);
  if (a.size() != b.size()) {
    found.push_back({worst, "count"});
    return;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name) found.push_back({worst, "name"});
    if (a[i].value.value_or("") != b[i].value.value_or("")) {
      found.push_back({worst, "value"});
    } else if (a[i].value.has_value() != b[i].value.has_value()) {
      found.push_back({DifferenceClass::empty, "value"});
    }
  }
}

std::vector<FieldDifference> compare_fields(Grammar grammar, const Answer& one,
                                            const Answer& other) {
  std::vector<FieldDifference> found;
  if (is_list(grammar)) {
    compare_lists(grammar, one, other, found);
    return found;
  }
  for (const std::string_view field : field_names(grammar)) {
    const auto kind = differ(grammar, field, normal_field(grammar, one, field),
                             normal_field(grammar, other, field));
    if (kind) found.push_back({*kind, std::string(field)});
  }
  return found;
}

}  // namespace

std::string_view name(DifferenceClass kind) { return row_of(kind).name; }

std::string_view meaning(DifferenceClass kind) { return row_of(kind).meaning; }

std::optional<DifferenceClass> find_difference_class(std::string_view name) {
  const auto* const row = std::ranges::find(k_classes, name, &ClassRow::name);
  if (row == k_classes.end()) return std::nullopt;
  return row->kind;
}

std::string Difference::signature() const {
  std::string text = a + '-';
  if (!b.empty()) text.append(b) += '-';
  return text.append(name(grammar)) + '-' + std::string(name(kind)) + '-' + field;
}

std::vector<Difference> compare(Grammar grammar, NamedAnswer one, NamedAnswer other) {
  if (other.parser < one.parser) std::swap(one, other);
  const auto answered = [](const Answer& answer) {
    return answer.kind == AnswerKind::accept || answer.kind == AnswerKind::reject;
  };
  if (!answered(*one.answer) || !answered(*other.answer)) return {};
  Difference pair{std::string(one.parser), std::string(other.parser), grammar};
  if (one.answer->kind != other.answer->kind) {
    pair.kind = DifferenceClass::verdict;
    pair.field = one.answer->kind == AnswerKind::accept ? pair.a : pair.b;
    return {pair};
  }
  if (one.answer->kind == AnswerKind::reject) return {};
  const auto fields = compare_fields(grammar, *one.answer, *other.answer);
  if (fields.empty()) return {};
  const auto worst = std::ranges::max(fields, {}, &FieldDifference::kind).kind;
  std::vector<Difference> found;
  for (const auto& [kind, field] : fields) {
    pair.kind = kind;
    pair.field = field;
    const bool repeated = std::ranges::find(found, field, &Difference::field) != found.end();
    if (kind == worst && !repeated) found.push_back(pair);
  }
  return found;
}

std::string shown_field(const Answer& answer, std::string_view field) {
  std::string text;
  bool present = false;
  for (const AnswerField& each : answer.fields) {
    if (each.name != field) continue;
    if (each.form == KEYWARD_UNKNOWN) return "?";
    text += (present ? ", " : "") + escape(each.value);
    present = true;
  }
  if (!present) return "-";
  return text.empty() ? "''" : text;
}

}  // namespace keyward
