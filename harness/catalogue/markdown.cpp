// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/markdown.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"

namespace keyward {
namespace {

constexpr std::string_view k_head = R"(# Catalogue

What Keyward looks for: the mutations, each a valid request that is changed in one way, and the
checks, each a property of every answer. `keyward explain ID` says of a row why it matters and what
would mend it.

Levels: `must`, `should`, `info`. A level with a `°` is lowered by one where no requirement of the
spec stands behind the case.

Expected: *refused* means not accepted, in whatever form; *accepted* means that a refusal is the
fault; *judged* means that the row looks closer than that.
)";

constexpr std::pair<Family, std::string_view> k_families[] = {
    {Family::control, "The controls that everything else leans on."},
    {Family::presence, "Is a credential needed at all, and is nothing taken for one?"},
    {Family::compare, "Is the whole secret compared, byte for byte?"},
    {Family::encoding, "Is each layer of encoding taken off once, and only where it was put on?"},
    {Family::basic, "HTTP Basic, RFC 7617, and its base64, RFC 4648."},
    {Family::placement, "Is a secret, or a claim in its stead, believed in another place?"},
    {Family::conflict, "What is done with two credentials, or with one under nearly its name?"},
    {Family::method_path, "Is authentication tied to one spelling of method and path?"},
    {Family::lifecycle, "Does a credential live exactly as long as documented?"},
    {Family::authz, "Is a credential taken where another one is documented?"},
    {Family::response, "What an answer says beside accepting or refusing."},
    {Family::equivalence, "Other spellings of a valid request: a right server accepts them."},
};

std::string_view name(Expect expect) {
  return expect == Expect::refused ? "refused" : expect == Expect::accepted ? "accepted" : "judged";
}

std::string level_text(Level level, bool document_gate) {
  return std::string(keyward::name(level)) + (document_gate ? "°" : "");
}

std::string code(std::string_view text) { return '`' + std::string(text) + '`'; }

void add_line(std::string& out, std::initializer_list<std::string> cells) {
  for (const std::string& cell : cells) out += "| " + replace_all(cell, "|", "\\|") + ' ';
  out += "|\n";
}

void add_mutations(std::string& out, Family family) {
  add_line(out, {"id", "fault", "right", "variants", "expected", "level", "sources"});
  add_line(out, {"---", "---", "---", "---", "---", "---", "---"});
  for (const Mutation* row : all_mutations()) {
    if (row->family != family) continue;
    std::string variants;
    for (const std::string_view variant : row->variants) {
      variants += (variants.empty() ? "" : ", ") + code(variant);
    }
    add_line(out, {code(row->id), std::string(row->title), std::string(row->right), variants,
                   std::string(name(row->expect)), level_text(row->level, row->document_gate),
                   std::string(row->sources)});
  }
}

void add_checks(std::string& out) {
  add_line(out, {"id", "fault", "right", "looks at", "level", "sources"});
  add_line(out, {"---", "---", "---", "---", "---", "---"});
  for (const Check& check : all_checks()) {
    const std::string_view answers = check.rules == Check::Rules::rejected   ? "documented refusals"
                                     : check.rules == Check::Rules::accepted ? "documented answers"
                                                                             : "every answer";
    add_line(out, {code(check.id), std::string(check.title), std::string(check.right),
                   std::string(answers), level_text(check.level, check.document_gate),
                   std::string(check.sources)});
  }
}

}  // namespace

std::string render_catalogue_markdown() {
  std::string out(k_head);
  for (const auto& [family, says] : k_families) {
    const auto in_family = [&](const Mutation* row) { return row->family == family; };
    if (std::ranges::none_of(all_mutations(), in_family)) continue;
    out += "\n## " + std::string(name(family)) + "\n\n" + std::string(says) + "\n\n";
    add_mutations(out, family);
  }
  out +=
      "\n## checks\n\nA check looks at the answers that the mutations bring, and sends "
      "nothing.\n\n";
  add_checks(out);
  return out;
}

}  // namespace keyward
