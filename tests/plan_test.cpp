// SPDX-License-Identifier: Apache-2.0
// The plan: which cases follow from a spec, in which order, at which level, and what is left out
// with which reason. Played on the shipped specs and on the one that uses every key of the
// language.
#include "harness/plan/plan.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <new>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "harness/base/text.h"
#include "harness/spec/loader.h"

// Bytes that are allocated at the moment, for the test that the plan is a stream.
namespace {
std::size_t live_bytes = 0;
}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* memory = std::malloc(size);
  live_bytes += malloc_usable_size(memory);
  return memory;
}
void* operator new(std::size_t size) {
  void* memory = operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }

namespace keyward {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> all_specs() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(KEYWARD_SOURCE_DIR) / "specs"))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  for (const char* name : {"everything", "bearer"})
    paths.push_back(fs::path(KEYWARD_SOURCE_DIR) / fmt::format("tests/spec/valid/{}.yaml", name));
  std::ranges::sort(paths);
  return paths;
}

Spec load(const fs::path& path) {
  auto spec = load_spec(path);
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().text());
  return spec ? *std::move(spec) : Spec{};
}

Spec shipped(std::string_view name) {
  return load(fs::path(KEYWARD_SOURCE_DIR) / "specs" / fmt::format("{}.yaml", name));
}

std::vector<Case> cases(Plan& plan) {
  std::vector<Case> all;
  while (auto planned = plan.next()) all.push_back(*std::move(planned));
  return all;
}

std::vector<Case> cases(const Spec& spec, PlanOptions options = {}) {
  Plan plan(spec, std::move(options));
  return cases(plan);
}

std::vector<std::string> ids(const std::vector<Case>& cases) {
  std::vector<std::string> out;
  for (const Case& planned : cases) out.push_back(planned.id);
  return out;
}

std::string text(const Step& step) {
  std::string out = fmt::format(
      "  {} {} {} {} hook={} actor={} holding={}/{} own={} captures={} at={}+{}..{} burst={} "
      "poll={} judged={} expect={} mutation={}.{}\n",
      static_cast<int>(step.kind), step.says, step.operation == nullptr ? "" : step.operation->id,
      step.alternative == nullptr ? "" : step.alternative->id(), step.hook,
      step.actor == nullptr ? "" : step.actor->id, static_cast<int>(step.holding), step.held_value,
      step.own_object, step.captures, static_cast<int>(step.anchor), step.offset, step.latest,
      step.burst, step.poll_for, step.judged, static_cast<int>(step.expect),
      step.mutation == nullptr ? "" : step.mutation->id, step.variant);
  for (const auto& [pointer, value] : step.set) out += "    " + pointer + "=" + dump(value) + "\n";
  for (const std::string& pointer : step.drop) out += "    drop " + pointer + "\n";
  for (const auto& [name, value] : step.query) out += "    ?" + name + "=" + value + "\n";
  for (const auto& [name, value] : step.headers) out += "    " + name + ": " + value + "\n";
  return out;
}

std::string text(const Case& planned) {
  std::string out =
      fmt::format("{} {} {} {}\n", planned.id, name(planned.level), planned.skip, planned.variant);
  for (const Requirement* requirement : planned.requirements) out += "  " + requirement->id + "\n";
  for (const Step& step : planned.script.steps) out += text(step);
  return out;
}

std::string text(const std::vector<Case>& cases) {
  std::string out;
  for (const Case& planned : cases) out += text(planned);
  return out;
}

bool not_available(const Case& planned) { return planned.skip.starts_with(k_not_available); }

class EverySpec : public testing::TestWithParam<fs::path> {
 protected:
  const Spec spec = load(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Files, EverySpec, testing::ValuesIn(all_specs()),
                         [](const auto& at) { return at.param.stem().string(); });

TEST_P(EverySpec, GivesUniqueIdsOfFourParts) {
  std::set<std::string> seen;
  for (const Case& planned : cases(spec)) {
    EXPECT_TRUE(seen.insert(planned.id).second) << planned.id;
    const auto parts = split(planned.id, '/');
    ASSERT_EQ(parts.size(), 4U) << planned.id;
    EXPECT_EQ(parts[0], planned.operation->id);
    EXPECT_EQ(parts[1], planned.scheme);
    EXPECT_EQ(parts[2], name(planned.family));
    EXPECT_EQ(parts[3], planned.variant.empty()
                            ? std::string(planned.row)
                            : fmt::format("{}.{}", planned.row, planned.variant));
    EXPECT_EQ(escape(planned.id), planned.id);
    for (const std::string_view part : parts) EXPECT_FALSE(part.empty()) << planned.id;
    // Exactly one row stands behind it.
    EXPECT_EQ((planned.mutation != nullptr) + (planned.scenario != nullptr) +
                  (planned.check != nullptr) + (planned.own != nullptr),
              1)
        << planned.id;
    EXPECT_FALSE(facts_of(planned).title.empty()) << planned.id;
  }
  EXPECT_GT(seen.size(), 100U);
}

TEST_P(EverySpec, GivesTheSamePlanTwice) {
  Plan plan(spec, {});
  const std::string first = text(cases(plan));
  EXPECT_EQ(plan.next(), std::nullopt);
  plan.rewind();
  EXPECT_TRUE(text(cases(plan)) == first);
  const Spec again = load(GetParam());
  EXPECT_TRUE(text(cases(again)) == first);
}

TEST_P(EverySpec, GivesTheCasesOfSomeOperations) {
  std::set<const Operation*> blocks = {nullptr};
  for (const Operation& operation : spec.operations) blocks.insert(&operation);
  const auto block_of = [](const Case& planned) {
    return planned.script.exclusive ? nullptr : planned.operation;
  };
  for (const Depth depth : {Depth::quick, Depth::standard}) {
    Plan plan(spec, {.depth = depth});
    const std::vector<Case> all = cases(plan);
    for (const Operation* block : blocks) {
      const std::set<const Operation*> some = {block, &spec.operations.back()};
      std::string want;
      for (const Case& planned : all)
        if (some.contains(block_of(planned))) want += text(planned);
      plan.rewind_to(some);
      EXPECT_TRUE(text(cases(plan)) == want) << (block == nullptr ? "exclusive" : block->id);
    }
    plan.rewind();
    EXPECT_TRUE(text(cases(plan)) == text(all));
  }
}

TEST_P(EverySpec, IsPartitionedByShards) {
  const std::string whole = text(cases(spec));
  for (const int shards : {1, 2, 3, 7}) {
    std::map<std::string, std::string> joined;
    std::size_t sum = 0;
    for (int shard = 1; shard <= shards; ++shard) {
      Plan plan(spec, {.shard = shard, .shards = shards});
      const auto part = cases(plan);
      EXPECT_EQ(part.size() + plan.filtered(), cases(spec).size());
      sum += part.size();
      for (const Case& planned : part) joined[planned.id] = text(planned);
    }
    EXPECT_EQ(sum, joined.size()) << shards;
    std::string in_order;
    for (const Case& planned : cases(spec)) in_order += joined[planned.id];
    EXPECT_TRUE(in_order == whole) << shards;
  }
}

TEST_P(EverySpec, GoesOperationByOperationAndEndsWithTheExclusive) {
  std::vector<std::string> order;
  bool exclusive = false;
  for (const Case& planned : cases(spec)) {
    EXPECT_TRUE(!exclusive || planned.script.exclusive) << planned.id;
    exclusive = exclusive || planned.script.exclusive;
    if (!exclusive && (order.empty() || order.back() != planned.operation->id))
      order.push_back(planned.operation->id);
  }
  std::vector<std::string> documented;
  for (const Operation& operation : spec.operations) documented.push_back(operation.id);
  EXPECT_EQ(order, documented);
}

TEST_P(EverySpec, HasOneControlForEachWayIn) {
  std::multiset<std::string> controls;
  for (const Case& planned : cases(spec)) {
    if (planned.family != Family::control) continue;
    EXPECT_EQ(planned.row, "valid");
    // Of schemes used together, `a+b:a` names the one that is changed.
    controls.insert(planned.operation->id + "/" +
                    planned.scheme.substr(0, planned.scheme.find(':')));
  }
  std::multiset<std::string> wanted;
  for (const Operation& operation : spec.operations) {
    for (const Alternative& alternative : operation.security)
      wanted.insert(operation.id + "/" + alternative.id());
  }
  EXPECT_EQ(controls, wanted);
}

// Each requirement is judged, and each place a requirement names for its proof is there.
TEST_P(EverySpec, ProvesEveryRequirement) {
  const auto missing = unproved_requirements(spec);
  for (const Requirement* requirement : missing) ADD_FAILURE() << requirement->id;
  const auto all = cases(spec);
  for (const Requirement& requirement : spec.requirements) {
    for (const std::string& pattern : requirement.proved_by) {
      EXPECT_TRUE(std::ranges::any_of(
          all, [&](const Case& planned) { return glob_match(pattern, planned.id); }))
          << requirement.id << ": no case is called " << pattern;
    }
    EXPECT_TRUE(std::ranges::any_of(
        all,
        [&](const Case& planned) {
          return planned.skip.empty() && std::ranges::find(planned.requirements, &requirement) !=
                                             planned.requirements.end();
        }))
        << requirement.id << " is judged by skipped cases only";
  }
}

TEST_P(EverySpec, ReportsNothingHarderThanItIsDocumented) {
  for (const Case& planned : cases(spec)) {
    if (planned.operation->unstated_protection) {
      EXPECT_EQ(planned.level, Level::info) << planned.id;
    }
    if (planned.requirements.empty()) continue;
    Level documented = Level::info;
    for (const Requirement* requirement : planned.requirements)
      documented = std::max(documented, requirement->level);
    EXPECT_LE(planned.level, documented) << planned.id;
  }
}

TEST_P(EverySpec, FiltersByIdAndCountsWhatIsLeftOut) {
  const auto all = cases(spec);
  const std::string first = all.front().id;
  const std::vector<std::string> globs = {"*/presence/*", first};
  Plan only(spec, {.only = globs});
  Plan skip(spec, {.skip = globs});
  const auto kept = ids(cases(only));
  const auto rest = ids(cases(skip));
  std::vector<std::string> wanted;
  std::vector<std::string> others;
  for (const Case& planned : all) {
    const bool hit = planned.family == Family::presence || planned.id == first;
    (hit ? wanted : others).push_back(planned.id);
  }
  EXPECT_EQ(kept, wanted);
  EXPECT_EQ(rest, others);
  EXPECT_EQ(only.filtered(), others.size());
  EXPECT_EQ(skip.filtered(), wanted.size());
  // --skip beats --only.
  EXPECT_TRUE(cases(spec, {.only = globs, .skip = {"*"}}).empty());
  EXPECT_TRUE(cases(spec, {.only = {"nothing"}}).empty());
}

TEST_P(EverySpec, NamesTheRequirementsOfFilteredCases) {
  Plan nothing(spec, {.only = {"nothing"}});
  EXPECT_TRUE(cases(nothing).empty());
  EXPECT_EQ(nothing.filtered_requirements().size(), spec.requirements.size());
  Plan everything(spec, {});
  EXPECT_FALSE(cases(everything).empty());
  EXPECT_TRUE(everything.filtered_requirements().empty());
  EXPECT_EQ(everything.filtered(), 0U);
}

// What the run lacks changes the reason to skip, and nothing else.
TEST_P(EverySpec, SkipsWhatNeedsTheSecondPrincipal) {
  const auto with = cases(spec);
  const auto without = cases(spec, {.principals = std::set<std::string>{"member"}});
  ASSERT_EQ(ids(without), ids(with));
  int needing = 0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    const Case& planned = without[i];
    const bool needs = planned.script.needs_foreign ||
                       (planned.mutation != nullptr && planned.mutation->needs_foreign) ||
                       std::ranges::any_of(planned.script.steps,
                                           [](const Step& step) { return step.actor != nullptr; });
    needing += needs ? 1 : 0;
    if (needs)
      EXPECT_TRUE(not_available(planned)) << planned.id << ": " << planned.skip;
    else
      EXPECT_EQ(planned.skip, with[i].skip) << planned.id;
  }
  EXPECT_GT(needing, 0);
}

TEST_P(EverySpec, SkipsWhatNeedsAServerWithoutTarget) {
  for (const Server& server : spec.servers) {
    std::set<std::string> targets;
    for (const Server& other : spec.servers) {
      if (other.id != server.id) targets.insert(other.id);
    }
    for (const Case& planned : cases(spec, {.servers = targets})) {
      const bool needs = planned.operation->server == server.id ||
                         std::ranges::any_of(planned.script.steps, [&](const Step& step) {
                           return step.operation != nullptr && step.operation->server == server.id;
                         });
      EXPECT_EQ(needs && not_available(planned), needs) << planned.id;
      EXPECT_EQ(planned.skip.find("no target is given") != std::string::npos,
                needs && planned.script.unavailable.empty())
          << planned.id;
    }
  }
}

TEST_P(EverySpec, SkipsWhatNeedsAHook) {
  for (const Case& planned : cases(spec, {.hooks = std::set<std::string>{}})) {
    const bool needs = std::ranges::any_of(
        planned.script.steps, [](const Step& step) { return step.kind == Step::Kind::hook; });
    EXPECT_EQ(planned.skip.find("it needs the hook") != std::string::npos, needs) << planned.id;
    if (needs) {
      EXPECT_TRUE(not_available(planned)) << planned.id;
    }
  }
}

TEST(Plan, HasCasesOfEveryFamily) {
  std::map<Family, int> counts;
  for (const fs::path& path : all_specs()) {
    if (path.stem() == "everything") continue;
    const Spec spec = load(path);
    for (const Case& planned : cases(spec)) counts[planned.family] += planned.skip.empty() ? 1 : 0;
  }
  for (int family = 0; family <= static_cast<int>(Family::own); ++family)
    EXPECT_GT(counts[static_cast<Family>(family)], 0) << name(static_cast<Family>(family));
}

// Every row of the catalogue is planned for at least one spec, or it could never fail.
TEST(Plan, LeavesNoRowOut) {
  std::set<std::string> rows;
  for (const fs::path& path : all_specs()) {
    const Spec spec = load(path);
    for (const Case& planned : cases(spec, {.depth = Depth::exhaustive})) rows.emplace(planned.row);
  }
  for (const Facts& facts : all_facts())
    EXPECT_TRUE(rows.contains(std::string(facts.id))) << facts.kind << " " << facts.id;
}

TEST(Plan, SaysWhyAHookIsNeeded) {
  const Spec spec = shipped("activeprospect");
  const auto skipped = [&](std::set<std::string> hooks) {
    std::set<std::string> reasons;
    for (const Case& planned :
         cases(spec, {.only = {"*/lifecycle/rotation*"}, .hooks = std::move(hooks)}))
      reasons.insert(planned.skip);
    return reasons;
  };
  EXPECT_EQ(skipped({"reset_key", "login"}), std::set<std::string>{""});
  EXPECT_TRUE(skipped({"login"}).contains(
      "not available: it needs the hook reset_key (--hook reset_key=COMMAND)"));
}

TEST(Plan, TellsTheSchemeOfACombination) {
  const Spec spec = load(fs::path(KEYWARD_SOURCE_DIR) / "tests/spec/valid/everything.yaml");
  const auto found = ids(cases(spec, {.only = {"list/*"}}));
  const auto has = [&](std::string_view pattern) {
    return std::ranges::any_of(found,
                               [&](const std::string& id) { return glob_match(pattern, id); });
  };
  EXPECT_TRUE(has("list/keyHeader+bearer:keyHeader/compare/*"));
  EXPECT_TRUE(has("list/keyHeader+bearer:bearer/compare/*"));
  EXPECT_TRUE(has("list/keyHeader/own/by-form"));
  EXPECT_TRUE(has("list/anonymous/own/by-json"));
  EXPECT_TRUE(has("list/anonymous/presence/open-endpoint*"));
}

TEST(Plan, DoesNotAskAnOpenOperationToRefuse) {
  const Spec spec = load(fs::path(KEYWARD_SOURCE_DIR) / "tests/spec/valid/everything.yaml");
  for (const Case& planned : cases(spec, {.only = {"list/anonymous/presence/open-endpoint*"}}))
    EXPECT_EQ(planned.skip, "not applicable: the operation is documented as open");
}

TEST(Plan, MakesWhatItDestroys) {
  const Spec spec = shipped("fulcrum");
  int destroying = 0;
  for (const Case& planned : cases(spec, {.only = {"deleteAuthorization/*"}})) {
    if (planned.mutation == nullptr) continue;
    ++destroying;
    ASSERT_EQ(planned.script.steps.size(), 2U) << planned.id;
    EXPECT_EQ(planned.script.steps[0].operation->id, "createAuthorization");
    EXPECT_TRUE(planned.script.steps[0].captures);
    EXPECT_FALSE(planned.script.steps[0].judged);
    EXPECT_TRUE(planned.script.steps[1].own_object);
    EXPECT_TRUE(planned.script.steps[1].judged);
  }
  EXPECT_GT(destroying, 0);
}

// The level of a row, whether the document must say it, what the document says → what is reported.
TEST(Level, IsGated) {
  const Requirement must{.id = "m", .level = Level::must};
  const Requirement should{.id = "s", .level = Level::should};
  const Requirement info{.id = "i", .level = Level::info};
  const struct {
    Level row;
    bool document_gate;
    std::vector<const Requirement*> requirements;
    Level reported;
  } rows[] = {
      {Level::must, false, {}, Level::must},
      {Level::should, false, {}, Level::should},
      {Level::info, false, {}, Level::info},
      {Level::must, true, {}, Level::should},
      {Level::should, true, {}, Level::info},
      {Level::info, true, {}, Level::info},
      {Level::must, false, {&must}, Level::must},
      {Level::must, false, {&should}, Level::should},
      {Level::must, false, {&info}, Level::info},
      {Level::should, false, {&must}, Level::should},
      {Level::info, false, {&must}, Level::info},
      {Level::must, true, {&must}, Level::must},
      {Level::must, true, {&should}, Level::should},
      {Level::must, true, {&info}, Level::info},
      {Level::should, true, {&must}, Level::should},
      {Level::must, true, {&info, &must, &should}, Level::must},
      {Level::must, false, {&info, &should}, Level::should},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(name(gated_level(row.row, row.document_gate, row.requirements)), name(row.reported))
        << name(row.row) << (row.document_gate ? ", gated, " : ", ") << row.requirements.size();
  }
}

// What a script says of its own level is not lowered for want of a document: that nonsense must not
// live for ever needs none.
TEST(Level, OfAScriptIsFinal) {
  std::map<std::string, Level> levels;
  for (const Case& planned : cases(shipped("fulcrum")))
    if (planned.row == "null-expires") levels[planned.variant] = planned.level;
  EXPECT_EQ(levels["text"], Level::should);
  EXPECT_EQ(levels["overflow"], Level::should);
  EXPECT_EQ(levels["negative"], Level::should);
  EXPECT_EQ(levels["null"], Level::must);
}

TEST(Requirements, WithoutACaseAreFound) {
  Spec spec = shipped("sociocs");
  const Requirement idle{
      .id = "IDLE", .says = "nobody looks", .proved_by = {"sendMessage/*/none/*"}};
  spec.requirements.push_back(idle);
  const auto missing = unproved_requirements(spec);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0]->id, "IDLE");
}

// Memory follows the largest operation, and not the length of the plan.
class Stream : public testing::TestWithParam<Depth> {};

INSTANTIATE_TEST_SUITE_P(Depths, Stream, testing::ValuesIn(k_depths),
                         [](const auto& at) { return std::string(name(at.param)); });

TEST_P(Stream, HoldsOneOperation) {
  Spec spec = shipped("sociocs");
  const auto measure = [&] {
    const std::size_t before = live_bytes;
    std::size_t most = 0;
    std::size_t count = 0;
    Plan plan(spec, {.depth = GetParam()});
    while (const auto planned = plan.next()) {
      most = std::max(most, live_bytes - before);
      ++count;
    }
    return std::pair(count, most);
  };
  const auto [few, small] = measure();
  const Operation model = *spec.operation("sendMessage");
  for (int i = 0; i < 20; ++i) {
    spec.operations.push_back(model);
    spec.operations.back().id = fmt::format("sendMessage{}", i);
    // One more of a kind that quick depth has seen would be passed over.
    spec.operations.back().server = fmt::format("api{}", i);
  }
  const auto [many, large] = measure();
  EXPECT_GT(small, 10'000U);
  EXPECT_GT(many, few * 8);
  EXPECT_LT(large, small * 2);
}

}  // namespace
}  // namespace keyward
