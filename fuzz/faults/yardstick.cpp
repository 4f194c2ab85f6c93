// SPDX-License-Identifier: Apache-2.0
// Yardstick: switches the known faults on, one at a time, and asks each oracle whether it sees it.
//
//   fuzz_yardstick --corpus build/asan/fuzz/corpus --dictionaries fuzz/dictionaries
//                  --vectors tests/vectors --seeds 10 --executions 200000 [--fault ID]…
//
//   {"id": "last-at-sign", "vectors": true, "judges": {"grammar": 31, "property": 260}, …}
//
// The engine is a blind one: seeds and words of the dictionary, changed by a few random bytes, the
// same for the same seed, without guidance by coverage (mutate.h). A seed or word that by itself
// shows the fault is taken away first, so what is counted is found and not replayed. Each trial is
// a process of its own (isolated.h). fuzz/yardstick.py runs this and makes the table.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/faults/differ.h"
#include "fuzz/faults/isolated.h"
#include "fuzz/faults/mutate.h"
#include "fuzz/faults/planted.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/check.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/thorough.h"
#include "tests/vectors/vector_parsers.h"

#if defined(__SANITIZE_ADDRESS__)
#define KEYWARD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEYWARD_SANITIZED 1
#endif
#endif

namespace keyward::faults {
namespace {

#ifdef KEYWARD_SANITIZED
constexpr bool k_sanitized = true;
#else
constexpr bool k_sanitized = false;
#endif

struct Fault {
  int number;
  const char* id;
  const char* target;
  bool sanitizer;
};
constexpr Fault k_faults[] = {
#include "faults.inc"
};

struct Target {
  std::string_view name;
  void (*check)(std::string_view input);
};
constexpr Target k_targets[] = {
    {"authorization", fuzz::check_authorization},
    {"base64", fuzz::check_base64},
    {"basic", fuzz::check_basic},
    {"challenge", fuzz::check_challenge},
    {"cookie", fuzz::check_cookie},
    {"field", fuzz::check_field},
    {"form", fuzz::check_form},
    {"percent", fuzz::check_percent},
    {"url", fuzz::check_url},
};

struct Options {
  fs::path corpus, dictionaries, vectors;
  std::vector<std::string> faults;
  std::uint64_t seeds = 10;
  std::uint64_t executions = 100'000;
};

struct Caught {
  fuzz::Judge judge;
};

/// What one input shows, if it returns at all.
std::optional<fuzz::Judge> breach_of(const Target& target, std::string_view input) {
  try {
    target.check(input);
  } catch (const Caught& caught) {
    return caught.judge;
  }
  return std::nullopt;
}

void listen() {
  fuzz::set_on_breach([](const fuzz::Breach& breach) { throw Caught{breach.judge}; });
}

/// One seed's trial. Goes on after the first breach where `all` judges are wanted.
void run_trial(Report& report, const Target& target, const Material& material, std::uint64_t seed,
               std::uint64_t executions, bool all) {
  listen();
  fuzz::ask_everything(false);  // as under an engine
  Mutator mutator(material, Random(seed, target.name));
  std::set<fuzz::Judge> heard;
  while (report.executions < executions) {
    if (report.executions % 256 == 0) limit_time();
    const std::string input = mutator.next();
    ++report.executions;
    const auto judge = breach_of(target, input);
    if (!judge || !heard.insert(*judge).second) continue;
    report.first[static_cast<std::size_t>(*judge)] = report.executions;
    if (!all || heard.size() == 3) return;
  }
}

bool vectors_fail(const std::vector<vectors::File>& files) {
  for (const vectors::File& file : files) {
    const auto* parser = vectors::find_parser(file.parser);
    for (const vectors::Row& row : file.rows) {
      const fuzz::Exact copy(row.input);
      const vectors::Outcome outcome = parser->parse(copy.view());
      const bool holds = outcome.has_value() == row.valid &&
                         (row.valid ? *outcome == row.fields
                                    : name(outcome.error().reason) == row.reason &&
                                          outcome.error().offset == row.offset);
      if (!holds) return true;
    }
  }
  return false;
}

std::vector<vectors::File> load_vectors(const fs::path& folder) {
  std::vector<vectors::File> files;
  for (const fs::path& path : files_in(folder)) {
    if (path.extension() != ".yaml" || path.stem() == "url-whatwg-differences") continue;
    auto file = vectors::load_text(read_file(path), path.stem());
    if (!file) {
      std::fprintf(stderr, "%s\n", file.error().c_str());
      std::exit(2);
    }
    files.push_back(*std::move(file));
  }
  return files;
}

/// Inputs on which the fault shows by itself are no material.
Material without_triggers(const Target& target, Material material) {
  for (std::vector<std::string>* inputs : {&material.seeds, &material.words}) {
    std::vector<std::string> kept;
    for (std::size_t next = 0; next < inputs->size();) {
      const Report report = isolated([&](Report& each) {
        listen();
        fuzz::ask_everything(true);
        for (std::size_t i = next; i < inputs->size(); ++i, ++each.executions) {
          limit_time();
          if (breach_of(target, (*inputs)[i])) return;
        }
      });
      const std::size_t harmless = next + report.executions;
      for (; next < harmless; ++next) kept.push_back((*inputs)[next]);
      ++next;  // the one that showed it, if there was one
    }
    *inputs = kept;
  }
  return material;
}

void print(const char* name, const Report& report) {
  std::printf("\"%s\": {\"executions\": %llu, \"end\": \"%s\"", name,
              static_cast<unsigned long long>(report.executions), report.end);
  static constexpr const char* k_judges[] = {"property", "grammar", "steps"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (report.first[i] == 0) continue;
    std::printf(", \"%s\": %llu", k_judges[i], static_cast<unsigned long long>(report.first[i]));
  }
  std::printf("}");
}

void measure(const Fault& fault, const Options& options, const std::vector<vectors::File>& files) {
  const auto* target = std::ranges::find(k_targets, fault.target, &Target::name);
  const Material all = read_material(options.corpus / fault.target,
                                     options.dictionaries / (std::string(fault.target) + ".dict"));
  g_planted = fault.number;
  const Material material = without_triggers(*target, all);
  const Report by_vectors = isolated([&](Report& report) {
    limit_time();
    report.executions = vectors_fail(files) ? 1 : 0;
  });
  const bool vectors = by_vectors.executions == 1 || std::strcmp(by_vectors.end, "returned") != 0;
  std::printf("{\"id\": \"%s\", \"vectors\": %s, \"seeds\": %zu, \"left_out\": %zu, ", fault.id,
              vectors ? "true" : "false", material.seeds.size(),
              all.seeds.size() - material.seeds.size());
  const std::uint64_t executions = options.executions;
  print("wide", isolated([&](Report& report) {
          run_trial(report, *target, material, 1, executions / 10, true);
        }));
  std::printf(", ");
  print("without_grammar", isolated([&](Report& report) {
          literal::set_comparing(false);
          run_trial(report, *target, material, 1, executions / 10, true);
        }));
  std::printf(", ");
  print("differential", isolated([&](Report& report) {
          find_difference(report, target->name, material, fault.number, executions / 40);
        }));
  std::printf(", \"trials\": [");
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    std::printf(seed == 1 ? "{" : ", {");
    print("trial", isolated([&](Report& report) {
            run_trial(report, *target, material, seed, executions, false);
          }));
    std::printf("}");
  }
  std::printf("]}\n");
  std::fflush(stdout);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* const value = argv[i + 1];
    if (name == "--corpus") options.corpus = value;
    if (name == "--dictionaries") options.dictionaries = value;
    if (name == "--vectors") options.vectors = value;
    if (name == "--fault") options.faults.emplace_back(value);
    if (name == "--seeds") options.seeds = std::strtoull(value, nullptr, 10);
    if (name == "--executions") options.executions = std::strtoull(value, nullptr, 10);
  }
  return options;
}

int main_of(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  const std::vector<vectors::File> files = load_vectors(options.vectors);
  if (vectors_fail(files)) {
    std::fprintf(stderr, "the vectors do not hold of the parsers without a fault\n");
    return 2;
  }
  for (const Fault& fault : k_faults) {
    const bool wanted = options.faults.empty() || std::ranges::count(options.faults, fault.id) > 0;
    if (wanted && (k_sanitized || !fault.sanitizer)) measure(fault, options, files);
  }
  return 0;
}

}  // namespace
}  // namespace keyward::faults

int main(int argc, char** argv) { return keyward::faults::main_of(argc, argv); }
