// SPDX-License-Identifier: Apache-2.0
// Findings: a fault that breaks many rows is told as few findings, and two faults at once are both
// told. Whole plans, against the faults that break most.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/run/options.h"
#include "harness/selftest/crowd.h"
#include "harness/selftest/matrix.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

constexpr std::size_t k_most_findings = 3;  // of one fault

Spec shipped(const std::string& name) {
  auto spec = load_spec(std::string(KEYWARD_SOURCE_DIR) + "/specs/" + name + ".yaml");
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().text());
  return spec ? *std::move(spec) : Spec{};
}

class Silent final : public Progress {
 public:
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void finished(const CaseResult&) override {}
  void remark(std::string_view) override {}
};

// The findings of a run against the reference target with these faults, but for those of a clean
// one.
std::vector<Finding> findings_of(const Spec& spec, const std::vector<std::string>& faults,
                                 const std::vector<std::string>& only = {}) {
  const auto scratch = Scratch::make();
  const auto target = Target::start(spec, {.faults = faults, .seed = 7, .session_lifetime = 5});
  if (!scratch || !target) {
    ADD_FAILURE() << "no target";
    return {};
  }
  RunOptions options;
  options.out = scratch->path() + "/run";
  options.targets = (*target)->urls();
  for (const auto& [name, value] : (*target)->environment()) options.values[name] = value;
  options.only = only;
  options.minimise = false;
  Silent silent;
  const auto run = run_spec(spec, options, silent);
  if (!run) {
    ADD_FAILURE() << run.error().text();
    return {};
  }
  std::vector<Finding> worse = run->findings;
  std::erase_if(worse, [](const Finding& finding) { return finding.level == Level::info; });
  return worse;
}

std::string ids(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings)
    text += finding.id + " (" + join(finding.also, " ") + ")\n";
  return text;
}

struct Row {
  const char* spec;
  const char* fault;
};

class OneFault : public testing::TestWithParam<Row> {};

TEST_P(OneFault, GivesFewFindings) {
  const Spec spec = shipped(GetParam().spec);
  const auto findings = findings_of(
      spec, {GetParam().fault},
      {"*/*/presence/*", "*/*/compare/*", "*/*/encoding/*", "*/*/basic/*", "*/*/placement/*",
       "*/*/conflict/*", "*/*/control/*", "*/*/own/*", "*/*/response/*"});
  EXPECT_GE(findings.size(), 1U);
  EXPECT_LE(findings.size(), k_most_findings) << ids(findings);
}

constexpr Row k_worst[] = {{"sociocs", "prefix-n"},
                           {"sociocs", "prefix-n-1"},
                           {"sociocs", "place-query"},
                           {"sociocs", "half-alone-second"},
                           {"sociocs", "fail-open"},
                           {"sociocs", "truncated-input"},
                           {"sociocs", "empty-accepted"},
                           {"activeprospect", "data-with-refusal"},
                           {"activeprospect", "not-json"},
                           {"activeprospect", "secret-echo"},
                           {"activeprospect", "echo-everything"},
                           {"activeprospect", "json-well-formed"}};

std::string row_name(const testing::TestParamInfo<Row>& info) {
  return std::string(info.param.spec) + "_" + replace_all(info.param.fault, "-", "_");
}

INSTANTIATE_TEST_SUITE_P(Findings, OneFault, testing::ValuesIn(k_worst), row_name);

// Where the valid credential is refused on some connections, the run goes on with others.
TEST(Findings, TellOfConnectionsThatRememberRefusals) {
  const auto findings = findings_of(shipped("sociocs"), {"reuse-after-refusal"});
  ASSERT_EQ(findings.size(), 1U) << ids(findings);
  EXPECT_EQ(findings.front().id, "conn-negcached");
}

struct Two {
  const char* first;  // a fault, and the row that tells it
  const char* first_row;
  const char* second;
  const char* second_row;
};

class TwoFaults : public testing::TestWithParam<Two> {};

TEST_P(TwoFaults, AreBothTold) {
  const Spec spec = shipped("fulcrum");
  const Two& two = GetParam();
  std::vector<std::string> only;
  for (const char* row : {two.first_row, two.second_row}) {
    only.push_back(std::string("*/") + row);
    only.push_back(std::string("*/") + row + ".*");
  }
  only.emplace_back("*/checksum-only");
  const auto findings = findings_of(spec, {two.first, two.second}, only);
  for (const char* row : {two.first_row, two.second_row})
    EXPECT_TRUE(std::ranges::find(findings, row, &Finding::id) != findings.end())
        << row << " is not among\n"
        << ids(findings);
}

constexpr Two k_pairs[] = {{"prefix-n", "prefix-n", "expired-accepted", "expired-accepted"},
                           {"prefix-n", "prefix-n", "wildcard-secret", "wildcard-secret"},
                           {"prefix-n", "prefix-n", "secret-echo", "secret-echo"},
                           {"prefix-n", "prefix-n", "path-param", "path-param"},
                           {"suffix-ignored", "suffix-ignored", "casefold-hex", "casefold-hex"},
                           {"suffix-ignored", "suffix-ignored", "stack-trace", "stack-trace"},
                           {"conn-cached", "conn-cached", "tenant-data", "tenant-data"},
                           {"dup-comma", "dup-comma", "challenge-syntax", "challenge-syntax"},
                           {"trailing-slash", "trailing-slash", "head-bypass", "head-bypass"},
                           {"secret-echo", "secret-echo", "no-challenge", "no-challenge"}};

std::string pair_name(const testing::TestParamInfo<Two>& info) {
  return replace_all(std::string(info.param.first) + "_" + info.param.second, "-", "_");
}

INSTANTIATE_TEST_SUITE_P(Findings, TwoFaults, testing::ValuesIn(k_pairs), pair_name);

}  // namespace
}  // namespace keyward
