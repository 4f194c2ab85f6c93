// SPDX-License-Identifier: Apache-2.0
#include "harness/catalogue/markdown.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"
#include "harness/catalogue/scenario.h"

namespace keyward {
namespace {

constexpr std::string_view k_head = R"(# Catalogue

What Keyward looks for, in three kinds of row. A *mutation* is a valid request that is changed in
one way. A *scenario* takes several requests, and which ones follows from the roles in the spec. A
*check* is a property of every answer. `keyward explain ID` says of a row why it matters and what
would mend it.

This page is made by `keyward plan --catalogue --format markdown`.

Levels: `must`, `should`, `info`. A level with a `°` is lowered by one where no requirement of the
spec stands behind the case.

Expected: *refused* means not accepted, in whatever form; *accepted* means that a refusal is the
fault; *judged* means that the row looks closer than that.

What bears an `ˣ` is planned at `--depth exhaustive` alone: `with-twin` is the row once more with a
wrong credential in each slot, after the name of a variant where it has some; `with-SCHEME` is the
row with each other scheme that the operation documents.
)";

constexpr std::pair<Family, std::string_view> k_families[] = {
    {Family::control, "The controls that everything else leans on."},
    {Family::presence, "Is a credential needed at all, and is nothing taken for one?"},
    {Family::compare, "Is the whole secret compared, byte for byte?"},
    {Family::encoding, "Is each layer of encoding taken off once, and only where it was put on?"},
    {Family::basic, "HTTP Basic, RFC 7617, and its base64, RFC 4648."},
    {Family::bearer, "Bearer tokens, RFC 6750."},
    {Family::cookie, "Credentials in cookies, RFC 6265."},
    {Family::jwt,
     "Is a JSON Web Token (RFC 7519) taken whole, as it was signed? Where the credential is one."},
    {Family::placement, "Is a secret, or a claim in its stead, believed in another place?"},
    {Family::conflict, "What is done with two credentials, or with one under nearly its name?"},
    {Family::method_path, "Is authentication tied to one spelling of method and path?"},
    {Family::protocol,
     "Does another form of the message, its framing or its connection get round authentication?"},
    {Family::lifecycle, "Does a credential live exactly as long as documented?"},
    {Family::authz, "Is a credential taken where another one is documented?"},
    {Family::response, "What an answer says beside accepting or refusing."},
    {Family::robustness, "What size, pace and many guesses bring to light."},
    {Family::equivalence, "Other spellings of a valid request: a right server accepts them."},
};

constexpr std::string_view k_left_out_head = R"(
## Left out, and why

Known faults that have no row of that name: other rows see them, or none does yet. A row comes in
when its verdict can be trusted and asking for it harms nobody.

)";

/// A fault of the field's literature without a row of its own.
struct LeftOut {
  std::string_view id, title, why;
};

constexpr LeftOut k_left_out[] = {
    {"`bad-challenge`", "A challenge is wrong",
     "split: `challenge-syntax`, `challenge-realm`, `challenge-charset`, `challenge-scheme`"},
    {"`doc-body-mismatch`", "An answer has another type or body than documented",
     "split: `documented-content-type`, `documented-json`, `documented-members`, and the same for "
     "accepted answers"},
    {"`not-json`", "A body is not the JSON that was promised",
     "split: `json-well-formed`, `content-type-missing`, `documented-content-type`"},
    {"`malformed-5xx`", "A malformed credential makes the server fail",
     "`server-error` looks at every answer, `broken-response` at how it ended"},
    {"`http-plain`", "The API answers over plain http",
     "to test it, a valid credential would have to travel in plain text; Keyward sends one nowhere "
     "but to the origins of `--target`"},
    {"`absolute-form`", "Another form of the request target gets round authentication",
     "its name here is `absolute-form-bypass`; that the form is refused with a valid credential is "
     "seen by `absolute-form-refused`"},
    {"`h2-pseudo`", "Pseudo-header fields of HTTP/2 get round authentication",
     "libcurl writes them, and drops what HTTP/2 forbids; `run --http2` sends what it can say, "
     "`host-mismatch` as another `:authority` among it"},
    {"`token-predictable`", "Issued credentials can be guessed",
     "split: `issued-unique`, `issued-alike`, `issued-short`, and `issued-predictable`, which "
     "takes "
     "sixteen or more"},
    {"`jwt-exp-ignored`, `jwt-nbf-ignored`, `jwt-aud-ignored`, `jwt-iss-ignored`, "
     "`jwt-typ-confusion`",
     "A token is believed outside what it was signed for",
     "takes tokens that the API itself signed so; those that it issues and lets expire are seen by "
     "`expired-accepted`"},
    {"`jwt-jku`, `jwt-x5u`, `jwt-crit-ignored`", "A token names the key that verifies it",
     "would have the server open addresses; that the header counts as signed is seen by "
     "`jwt-header-changed`, and a key in the token, or none, by `jwt-weak-key`"},
    {"`jwt-hs-rs-confusion`", "A token is signed with the public key",
     "takes the public key, which no spec states"},
    {"Digest, OAuth 2.0, HMAC signatures, mutual TLS", "Faults of these schemes",
     "the spec language does not have these schemes yet"},
    {"equivalents", "HTTP/2, a redirect to the canonical address",
     "`run --http2` has its lower-case names and `:authority` in every request; a redirect is a "
     "result and is never followed"},
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

// A row of mutation or scenario; the same columns for both.
template <class Row>
void add_row(std::string& out, const Row& row, std::string variants) {
  add_line(out, {code(row.id), std::string(row.title), std::string(row.right), std::move(variants),
                 std::string(name(row.expect)), level_text(row.level, row.document_gate),
                 std::string(row.sources)});
}

// What exhaustive depth alone has bears a mark.
std::string variants_text(const Mutation& row) {
  const std::string mark = row.from == Depth::exhaustive ? "ˣ" : "";
  std::vector<std::string> texts;
  for (const std::string_view variant : row.variants) texts.push_back(code(variant) + mark);
  if (row.bypass) texts.emplace_back("`with-twin`ˣ");
  if (row.pairs) texts.emplace_back("`with-SCHEME`ˣ");
  return join(texts, ", ");
}

void add_family(std::string& out, Family family) {
  add_line(out, {"id", "fault", "right", "variants", "expected", "level", "sources"});
  add_line(out, {"---", "---", "---", "---", "---", "---", "---"});
  for (const Mutation* row : all_mutations()) {
    if (row->family != family) continue;
    add_row(out, *row, variants_text(*row));
  }
  for (const Scenario* row : all_scenarios()) {
    if (row->family != family) continue;
    const bool more = row->more != nullptr;
    add_row(out, *row,
            row->write == nullptr ? "*by the bypasses*ˣ"
            : more                ? "*by the spec's roles*, more of themˣ"
                                  : "*by the spec's roles*");
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

void add_left_out(std::string& out) {
  add_line(out, {"id", "fault", "why it is not here"});
  add_line(out, {"---", "---", "---"});
  for (const LeftOut& row : k_left_out) {
    add_line(out, {std::string(row.id), std::string(row.title), std::string(row.why)});
  }
}

}  // namespace

std::string render_catalogue_markdown() {
  std::string out(k_head);
  for (const auto& [family, says] : k_families) {
    out += "\n## " + std::string(name(family)) + "\n\n" + std::string(says) + "\n\n";
    add_family(out, family);
  }
  out +=
      "\n## checks\n\nA check looks at the answers that the mutations bring, and sends "
      "nothing.\n\n";
  add_checks(out);
  out += k_left_out_head;
  add_left_out(out);
  return out;
}

}  // namespace keyward
