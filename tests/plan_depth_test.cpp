// SPDX-License-Identifier: Apache-2.0
// The depths of a plan: what each has beside the smaller one, what is combined with what, and that
// no two combinations send the same bytes.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/plan/plan.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

Spec load(const std::string& name) {
  auto spec = load_spec(fs::path(KEYWARD_SOURCE_DIR) / fmt::format("{}.yaml", name));
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().text());
  return spec ? *std::move(spec) : Spec{};
}

std::vector<Case> cases(const Spec& spec, Depth depth) {
  std::vector<Case> all;
  Plan plan(spec, {.depth = depth});
  while (auto planned = plan.next()) all.push_back(*std::move(planned));
  return all;
}

std::vector<std::string> ids(const std::vector<Case>& cases) {
  std::vector<std::string> out;
  for (const Case& planned : cases) out.push_back(planned.id);
  return out;
}

std::set<std::string> id_set(const std::vector<std::string>& ids) {
  return {ids.begin(), ids.end()};
}

class EverySpec : public testing::TestWithParam<const char*> {
 protected:
  const Spec spec = load(GetParam());
};

constexpr const char* k_specs[] = {"specs/fulcrum",           "specs/appcircle",
                                   "specs/activeprospect",    "specs/sociocs",
                                   "tests/spec/valid/bearer", "tests/spec/valid/everything"};

INSTANTIATE_TEST_SUITE_P(Files, EverySpec, testing::ValuesIn(k_specs),
                         [](const auto& at) { return fs::path(at.param).stem().string(); });

TEST_P(EverySpec, EachDepthHoldsTheSmallerOne) {
  std::set<std::string> smaller;
  for (const Depth depth : k_depths) {
    const std::vector<std::string> all = ids(cases(spec, depth));
    const std::set<std::string> here = id_set(all);
    EXPECT_EQ(here.size(), all.size()) << "an id twice at " << name(depth);
    EXPECT_GT(here.size(), smaller.size()) << name(depth);
    EXPECT_TRUE(std::ranges::includes(here, smaller)) << name(depth);
    smaller = here;
  }
}

TEST_P(EverySpec, QuickIsTellingAndDoesNotWait) {
  std::map<std::string, int> kept;
  for (const Case& planned : cases(spec, Depth::quick)) {
    const bool free =
        planned.check != nullptr || planned.own != nullptr || planned.family == Family::control;
    if (free) continue;
    EXPECT_NE(planned.level, Level::info) << planned.id;
    const int times =
        ++kept[fmt::format("{} {} {}", planned.operation->id, planned.scheme, planned.row)];
    EXPECT_EQ(times, 1) << planned.id;
    for (const Step& step : planned.script.steps) {
      EXPECT_NE(step.anchor, Anchor::expiry) << planned.id;
      EXPECT_NE(step.anchor, Anchor::created) << planned.id;
    }
  }
  EXPECT_GT(kept.size(), 20U);
}

// A row that can fail at must or should, and does not wait, is asked once at least.
TEST_P(EverySpec, QuickHasTheRowsOfStandard) {
  std::set<std::string_view> rows;
  for (const Case& planned : cases(spec, Depth::quick)) rows.insert(planned.row);
  const Rehearsal rehearsal(spec);
  for (const Case& planned : cases(spec, Depth::standard)) {
    const bool waits = std::ranges::any_of(planned.script.steps, [](const Step& step) {
      return step.anchor == Anchor::expiry || step.anchor == Anchor::created;
    });
    const bool built = planned.mutation == nullptr || rehearsal.digest(planned);
    if (planned.level != Level::info && !waits && built) {
      EXPECT_TRUE(rows.contains(planned.row)) << planned.id;
    }
  }
}

TEST_P(EverySpec, NoCombinationSendsWhatAnotherCaseSends) {
  const std::set<std::string> standard = id_set(ids(cases(spec, Depth::standard)));
  const Rehearsal rehearsal(spec);
  std::map<std::pair<const Operation*, std::uint64_t>, std::string> sent;
  const std::vector<Case> all = cases(spec, Depth::exhaustive);
  for (const bool combined : {false, true}) {
    for (const Case& planned : all) {
      if (planned.mutation == nullptr || standard.contains(planned.id) == combined) continue;
      const auto digest = rehearsal.digest(planned);
      if (!combined && !digest) continue;
      ASSERT_TRUE(digest) << planned.id << " has no request";
      const auto [before, fresh] = sent.try_emplace({planned.operation, *digest}, planned.id);
      EXPECT_TRUE(fresh || !combined) << planned.id << " is " << before->second;
    }
  }
}

TEST_P(EverySpec, TwinsAreNotSentWhereAnybodyIsLetIn) {
  for (const Case& planned : cases(spec, Depth::exhaustive)) {
    const bool twin = planned.variant.ends_with("with-twin");
    EXPECT_FALSE(twin && planned.operation->anonymous_allowed()) << planned.id;
  }
}

struct At {
  const char* id;
  Depth from;  // the first depth that has it
  bool ever = true;
};

class Chosen : public testing::TestWithParam<At> {};

constexpr At k_fulcrum[] = {
    {"listForms/apiKeyHeader/control/valid", Depth::quick},
    {"listForms/anonymous/presence/open-endpoint", Depth::quick},
    {"listForms/apiKeyHeader/compare/prefix-n", Depth::standard, false},  // has variants
    {"listForms/anonymous/method-path/double-slash.first", Depth::quick},
    {"listForms/anonymous/method-path/double-slash.last", Depth::standard},
    // a bypass with a wrong credential in each slot
    {"listForms/apiKeyHeader/method-path/trailing-slash.with-twin", Depth::exhaustive},
    {"listForms/apiKeyQuery/method-path/double-slash.last-with-twin", Depth::exhaustive},
    {"listForms/apiKeyQuery/placement/spoof-remote-user.X-Remote-User-with-twin",
     Depth::exhaustive},
    // an encoding in each slot; what the slot's own rows send already is not sent again
    {"listForms/apiKeyQuery/encoding/encoded-secret.base64", Depth::quick},
    {"listForms/apiKeyQuery/encoding/escaped-secret.html", Depth::exhaustive},
    {"listForms/apiKeyHeader/encoding/escaped-secret.html", Depth::exhaustive},
    {"listForms/apiKeyHeader/encoding/header-pct-decode", Depth::quick},
    {"listForms/apiKeyHeader/encoding/escaped-secret.percent", Depth::exhaustive, false},
    {"listForms/apiKeyQuery/encoding/escaped-secret.percent", Depth::exhaustive, false},
    {"createAuthorization/account/encoding/escaped-secret.percent", Depth::exhaustive},
    // pairs of slots
    {"listForms/apiKeyHeader/conflict/conflict-header-query", Depth::standard},
    {"listForms/apiKeyHeader/conflict/conflict-header-query.with-apiKeyQuery", Depth::exhaustive,
     false},
    {"listForms/apiKeyHeader/conflict/pair-both-wrong.with-apiKeyQuery", Depth::exhaustive},
    // states of a credential
    {"createAuthorization/account/lifecycle/resurrect", Depth::quick},
    {"createAuthorization/account/lifecycle/resurrect.listForms-apiKeyQuery", Depth::exhaustive},
    {"createAuthorization/account/lifecycle/expired-accepted.listForms-apiKeyQuery",
     Depth::standard},
    {"createAuthorization/account/lifecycle/expiry-sliding.use", Depth::standard},
    {"createAuthorization/account/lifecycle/expiry-sliding.use-listForms-apiKeyQuery",
     Depth::exhaustive},
    // a bypass with another organization's credential, where there is something to protect from it
    {"listForms/apiKeyHeader/authz/bypass-foreign.double-slash-first", Depth::exhaustive},
    {"createAuthorization/account/authz/bypass-foreign.trailing-slash", Depth::exhaustive, false},
};

INSTANTIATE_TEST_SUITE_P(Fulcrum, Chosen, testing::ValuesIn(k_fulcrum), [](const auto& at) {
  std::string out;
  for (const char c : std::string_view(at.param.id)) out += std::isalnum(c) != 0 ? c : '_';
  return out;
});

TEST_P(Chosen, FromADepthOn) {
  const Spec spec = load("specs/fulcrum");
  for (const Depth depth : k_depths) {
    Plan plan(spec, {.only = {GetParam().id}, .depth = depth});
    EXPECT_EQ(plan.next().has_value(), GetParam().ever && depth >= GetParam().from) << name(depth);
  }
}

TEST(Pairs, EachOtherSchemeInBothOrdersAndForTwoPrincipals) {
  const Spec spec = load("tests/spec/valid/everything");
  std::set<std::string> standard = id_set(ids(cases(spec, Depth::standard)));
  std::map<std::string, std::set<std::string>> others;
  for (const Case& planned : cases(spec, Depth::exhaustive)) {
    if (planned.row == "pair-both-wrong")
      others[planned.operation->id + " " + planned.scheme].insert(planned.variant);
  }
  for (const Operation& operation : spec.operations) {
    for (const Alternative& one : operation.security) {
      for (const Alternative& other : operation.security) {
        if (one.schemes.size() != 1 || other.schemes.size() != 1 || &one == &other) continue;
        const Carrier& a = spec.scheme(one.schemes[0])->carriers.back();
        const Carrier& b = spec.scheme(other.schemes[0])->carriers.back();
        const bool fields = a.name == b.name;
        if (fields) continue;
        const bool here = others[operation.id + " " + one.id()].contains("with-" + other.id());
        const bool there = others[operation.id + " " + other.id()].contains("with-" + one.id());
        // Two wrong secrets of one value give the same request in either order.
        EXPECT_TRUE(here || there) << operation.id << " " << one.id() << " " << other.id();
      }
    }
  }
}

TEST(Depths, HaveNames) {
  for (const Depth depth : k_depths) EXPECT_EQ(depth_from(name(depth)), depth);
  EXPECT_FALSE(depth_from("deep"));
  EXPECT_FALSE(depth_from(""));
}

}  // namespace
}  // namespace keyward
