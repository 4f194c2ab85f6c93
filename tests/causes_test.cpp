// SPDX-License-Identifier: Apache-2.0
// Which row explains which: one defect, one finding.
#include "harness/catalogue/causes.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/catalogue/check.h"
#include "harness/catalogue/mutation.h"
#include "harness/catalogue/scenario.h"

namespace keyward {
namespace {

std::set<std::string, std::less<>> rows() {
  std::set<std::string, std::less<>> ids;
  for (const Mutation* row : all_mutations()) ids.emplace(row->id);
  for (const Scenario* row : all_scenarios()) ids.emplace(row->id);
  for (const Check& row : all_checks()) ids.emplace(row.id);
  return ids;
}

// A row may be named with one of its variants.
std::string row_of(std::string_view id) { return std::string(id.substr(0, id.find('.'))); }

std::string explained(std::string_view row, std::set<std::string_view> failed,
                      const std::vector<std::string>& variants = {}) {
  const auto has = [&](std::string_view id) { return failed.contains(id); };
  return std::string(cause_of(row, variants, has, has));
}

TEST(Causes, NameRowsThatExist) {
  const auto known = rows();
  for (const Cause& cause : all_causes()) {
    EXPECT_TRUE(known.contains(cause.row)) << cause.row;
    EXPECT_TRUE(cause.beside.empty() || known.contains(row_of(cause.beside))) << cause.beside;
    for (const std::string_view pattern : cause.shows_as) {
      EXPECT_TRUE(std::ranges::any_of(
          known, [&](const std::string& id) { return glob_match(row_of(pattern), id); }))
          << cause.row << ": " << pattern;
    }
  }
}

TEST(Causes, AreToldInsteadOfWhatTheyBring) {
  EXPECT_EQ(explained("one-char-off", {"prefix-n", "one-char-off"}), "prefix-n");
  EXPECT_EQ(explained("suffix-ignored", {"suffix-ignored", "long-truncation"}), "suffix-ignored");
  EXPECT_EQ(explained("long-truncation", {"suffix-ignored", "long-truncation"}), "suffix-ignored");
  EXPECT_EQ(explained("suffix-ignored", {"suffix-ignored", "long-truncation", "one-char-off"}),
            "long-truncation");
  EXPECT_EQ(explained("server-error", {"server-error", "b64-bad-500"}), "b64-bad-500");
  EXPECT_EQ(explained("b64-bad-500", {"server-error", "b64-bad-500", "invalid-pct-500"}),
            "server-error");
  EXPECT_EQ(explained("revoked-grace", {"revoked-accepted", "revoked-grace"}), "revoked-accepted");
  EXPECT_EQ(explained("documented-json", {"data-with-refusal", "documented-json"}),
            "data-with-refusal");
  EXPECT_EQ(explained("default-account", {"empty-accepted", "default-account", "half-alone"}),
            "empty-accepted");
}

TEST(Causes, LeaveAloneWhatStandsByItself) {
  EXPECT_EQ(explained("one-char-off", {"one-char-off"}), "one-char-off");
  EXPECT_EQ(explained("path-ext", {"prefix-n", "path-ext"}), "path-ext");
  EXPECT_EQ(explained("secret-echo", {"prefix-n", "secret-echo"}), "secret-echo");
  for (const std::string_view row : {"expired-accepted", "revoked-accepted", "place-other-slot",
                                     "wildcard-secret", "conn-cached", "tenant-data"})
    EXPECT_EQ(explained(row, {"prefix-n", row}), row);
}

// A comparison of one byte lets one random secret in so many through: then nothing can be told.
TEST(Causes, AreWiderWhereARandomSecretOpens) {
  EXPECT_EQ(explained("expired-accepted", {"prefix-n", "expired-accepted", "prefix-n.1"}),
            "prefix-n");
}

// A guess that begins as the secret does is no wildcard, and who names somebody is believed.
TEST(Causes, MayBeToldByVariant) {
  EXPECT_EQ(explained("wildcard-secret", {"prefix-n", "wildcard-secret"},
                      {"wildcard-secret.prefix-percent"}),
            "prefix-n");
  EXPECT_EQ(explained("wildcard-secret", {"prefix-n", "wildcard-secret"},
                      {"wildcard-secret.prefix-percent", "wildcard-secret.star"}),
            "wildcard-secret");
  EXPECT_EQ(explained("cross-tenant-read", {"spoof-remote-user", "cross-tenant-read"},
                      {"cross-tenant-read.named"}),
            "spoof-remote-user");
  EXPECT_EQ(explained("cross-tenant-read", {"spoof-remote-user", "cross-tenant-read"},
                      {"cross-tenant-read", "cross-tenant-read.named"}),
            "cross-tenant-read");
}

// However rows explain one another, following them ends.
TEST(Causes, NeverRunInCircles) {
  const auto known = rows();
  const auto all = [](std::string_view) { return true; };
  for (const std::string& id : known) {
    std::set<std::string> path;
    for (std::string at = id; path.insert(at).second;) at = cause_of(at, {}, all, all);
    EXPECT_LE(path.size(), 4U) << id;
  }
}

}  // namespace
}  // namespace keyward
