// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/targets/differ.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <dlfcn.h>

#include "fuzz/differential/study.h"
#include "fuzz/differential/targets/linked.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

constexpr std::size_t k_counters = 4096;
#ifdef __clang__
__attribute__((section("__libfuzzer_extra_counters")))
#endif
std::array<std::uint8_t, k_counters>
    outcome_counters;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "keyward: %s\n", why.c_str());
  std::exit(2);
}

const keyward_parser* load(const std::string& file) {
  void* const library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) give_up(::dlerror());
  using Entry = const keyward_parser* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, "keyward_parser_entry"));
  if (entry == nullptr) give_up(file + " exports no keyward_parser_entry");
  return entry();
}

/// Who answers in this grammar, and what was seen so far.
class Differ {
 public:
  explicit Differ(Grammar grammar) : grammar_(grammar), findings_(environment("KEYWARD_FINDINGS")) {
    std::vector<const keyward_parser*> all = linked_parsers();
    const std::string plugins = environment("KEYWARD_PLUGINS");
    for (const std::string_view file : split(plugins, ':')) {
      if (!file.empty()) all.push_back(load(std::string(file)));
    }
    std::ranges::sort(all, {},
                      [](const keyward_parser* parser) { return std::string(parser->name); });
    for (const keyward_parser* const parser : all) add(*parser);
    const std::string named = environment("KEYWARD_QUIRKS");
    auto quirks = Quirks::load(named.empty() ? KEYWARD_SOURCE_DIR "/fuzz/quirks.yaml" : named);
    if (quirks) {
      quirks_ = *std::move(quirks);
    } else if (!named.empty()) {
      give_up(quirks.error().text());
    }
    const std::string word = environment("KEYWARD_ABORT_AT");
    abort_at_ = find_difference_class(word);
    if (!word.empty() && word != "never" && !abort_at_) give_up("KEYWARD_ABORT_AT=" + word);
  }

  void run(std::string_view bytes) {
    const Input input{grammar_, std::string(bytes), {}};
    std::vector<Answer> answers;
    for (const keyward_parser* const parser : parsers_)
      answers.push_back(ask(*parser, grammar_, bytes));
    const std::vector<Judged> judged = judge_answers(greetings_, answers, input, quirks_);
    guide(answers, judged);
    for (const Judged& each : judged) {
      if (each.explained.empty()) report(each.difference, input.text);
    }
  }

 private:
  void add(const keyward_parser& parser) {
    auto greeting = greeting_of(parser);
    if (!greeting) give_up(greeting.error().text());
    if (function_of(parser, grammar_) == nullptr) return;
    parsers_.push_back(&parser);
    greetings_.push_back(*std::move(greeting));
  }

  // The tuple of outcomes: who accepts, and how each pair differs.
  void guide(const std::vector<Answer>& answers, const std::vector<Judged>& judged) {
    std::size_t hash = 1469598103934665603U;  // FNV-1a, 64 bits
    const auto mix = [&hash](std::size_t value) { hash = (hash ^ value) * 1099511628211U; };
    for (const Answer& answer : answers) mix(static_cast<std::size_t>(answer.kind));
    for (const Judged& each : judged) mix(std::hash<std::string>()(each.difference.signature()));
    std::uint8_t& counter = outcome_counters.at(hash % k_counters);
    if (counter < 255) ++counter;
  }

  void report(const Difference& difference, const std::string& input) {
    const std::string signature = difference.signature();
    if (seen_.insert(signature).second) {
      if (difference.kind >= DifferenceClass::port)
        std::fprintf(stderr, "keyward: %s by \"%s\"\n", signature.c_str(), escape(input).c_str());
      if (!findings_.empty())
        std::ofstream(std::filesystem::path(findings_) / signature, std::ios::binary) << input;
    }
    if (abort_at_ && difference.kind >= *abort_at_) std::abort();
  }

  Grammar grammar_;
  std::vector<const keyward_parser*> parsers_;
  std::vector<Greeting> greetings_;
  Quirks quirks_;
  std::string findings_;
  std::optional<DifferenceClass> abort_at_;
  std::set<std::string> seen_;
};

}  // namespace

void differ(Grammar grammar, const std::uint8_t* data, std::size_t size) {
  static Differ differ(grammar);
  differ.run({reinterpret_cast<const char*>(data), size});
}

}  // namespace keyward
