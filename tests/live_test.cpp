// SPDX-License-Identifier: Apache-2.0
// Live fuzzing: inputs, what they become, how answers are told apart and named, what shrinks; then
// the whole against a scripted server on a clock of its own, and against the reference target.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/fuzz/corpus.h"
#include "harness/fuzz/difference.h"
#include "harness/fuzz/fuzz.h"
#include "harness/fuzz/reading.h"
#include "harness/fuzz/rows.h"
#include "harness/fuzz/signature.h"
#include "harness/journal/read.h"
#include "harness/run/describe.h"
#include "harness/spec/loader.h"
#include "harness/target/target.h"

namespace keyward {
namespace {

using namespace std::string_literals;

constexpr const char* k_key = "aB3dE6gH9jK2mN5pQ8sT";

// An API with one operation and every slot that a request of its kind can have.
constexpr const char* k_spec = R"(
keyward: 1
info: { title: Small, version: v1 }
documents: { page: { title: Page, publisher: Small } }
servers: { api: { url: "https://small.example" } }
principals:
  member:
    key: { env: SMALL_KEY }
    user: { env: SMALL_USER, public: true }
securitySchemes:
  inHeader: { type: apiKey, in: header, name: X-Key, value: key }
  inQuery: { type: apiKey, in: query, name: key, value: key }
  basic: { type: http, scheme: basic, userId: user, password: key }
security: [inHeader, inQuery, basic]
operations:
  things: { request: GET /things, accepted: { status: 200 } }
)";

class Silent : public Progress {
 public:
  void phase(std::string_view) override {}
  void planned(std::uint64_t) override {}
  void finished(const CaseResult&) override {}
  void remark(std::string_view) override {}
};

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "keyward-live-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) std::abort();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path;
};

Spec small_spec() {
  const Folder folder;
  const std::string path = folder.path + "/small.yaml";
  std::ofstream(path) << k_spec;
  auto spec = load_spec(path);
  if (!spec) ADD_FAILURE() << spec.error().text();
  return spec ? *std::move(spec) : Spec{};
}

Ground ground_of(const Spec& spec, std::string_view scheme) {
  Ground ground;
  ground.context.spec = &spec;
  ground.context.operation = &spec.operations.front();
  ground.context.scheme = spec.scheme(scheme);
  const bool basic = ground.context.scheme->type == SchemeType::basic;
  ground.context.valid.bytes = {k_key};
  ground.context.twin.bytes = {"zY8xW5vU2tS9rQ6pO3nM"};
  if (basic) {
    ground.context.valid.bytes.insert(ground.context.valid.bytes.begin(), "ada");
    ground.context.twin.bytes.insert(ground.context.twin.bytes.begin(), "ada");
  }
  ground.bare.path = "/things";
  ground.bare.add_field("Host", "small.example");
  return ground;
}

Site site_of(const Spec& spec, const std::string& scheme) {
  return {"things", scheme, scheme, layers_of(*spec.scheme(scheme), true), 20, 7};
}

FuzzInput with(const std::string& scheme, std::vector<Change> changes, Base base = Base::valid) {
  return {"things", scheme, scheme, base, std::move(changes)};
}

// --- inputs ---

TEST(FuzzInput, TextAndBackIsTheSame) {
  const Spec spec = small_spec();
  Random random(7);
  for (const std::string scheme : {"inHeader", "inQuery", "basic"}) {
    for (int i = 0; i < 2000; ++i) {
      const FuzzInput input = random_input(site_of(spec, scheme), random);
      const std::string line = write_input(input);
      EXPECT_EQ(line.find('\n'), std::string::npos);
      const auto back = read_input(line);
      ASSERT_TRUE(back.has_value()) << line;
      EXPECT_EQ(*back, input) << line;
    }
  }
  for (const char* bad :
       {"", "{}", "[1]", R"({"base":"valid"})", R"({"base":"good","changes":[]})",
        R"({"base":"valid","changes":[{"in":"secret","do":"dance"}]})",
        R"({"base":"valid","changes":[{"in":"secret","do":"insert","text":"\\x0"}]})",
        R"({"base":"valid","changes":[{"in":"secret","do":"insert","at":99999999}]})"})
    EXPECT_FALSE(read_input(bad).has_value()) << bad;
}

TEST(FuzzInput, ChangesDoWhatTheySay) {
  const auto changed = [](Change change) {
    std::string text = "abcdef";
    make_change(change, text);
    return text;
  };
  EXPECT_EQ(changed({.deed = Deed::insert, .at = -1, .text = "X"}), "abcdefX");
  EXPECT_EQ(changed({.deed = Deed::insert, .at = -3, .text = "X"}), "abcdXef");
  EXPECT_EQ(changed({.deed = Deed::insert, .at = 99, .text = "X"}), "abcdefX");
  EXPECT_EQ(changed({.deed = Deed::insert, .at = -99, .text = "X"}), "Xabcdef");
  EXPECT_EQ(changed({.deed = Deed::repeat, .at = 0, .length = 3, .text = "xy"}), "xyxyxyabcdef");
  EXPECT_EQ(changed({.deed = Deed::remove, .at = 1, .length = 2}), "adef");
  EXPECT_EQ(changed({.deed = Deed::replace, .at = -2, .text = "X"}), "abcdeX");
  EXPECT_EQ(changed({.deed = Deed::copy, .at = 0, .length = 2}), "ababcdef");
  EXPECT_EQ(changed({.deed = Deed::swap, .at = 0, .length = 5}), "fbcdea");
  EXPECT_EQ(changed({.deed = Deed::flip, .at = 0, .length = 2}), "ABcdef");
  EXPECT_EQ(changed({.deed = Deed::percent, .at = 0}), "%61bcdef");
  EXPECT_EQ(changed({.deed = Deed::overlong, .at = 0}), "%C1%A1bcdef");
  EXPECT_EQ(changed({.deed = Deed::unicode, .at = 0}), "%u0061bcdef");
  EXPECT_EQ(changed({.deed = Deed::widen, .at = 0}), "\uFF41bcdef");
}

TEST(Mutate, SameSeedSameInputs) {
  const Spec spec = small_spec();
  const Site site = site_of(spec, "inQuery");
  const auto draw = [&](std::uint64_t seed) {
    Random random(seed, "fuzz/1");
    std::string text;
    FuzzInput input = random_input(site, random);
    for (int i = 0; i < 50; ++i) text += write_input(input = child_of(input, site, random));
    return text;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
  EXPECT_EQ(simple_inputs(site), simple_inputs(site));
}

TEST(Craft, FramingStaysWholeWhateverTheChanges) {
  const Spec spec = small_spec();
  Random random(11);
  for (const std::string scheme : {"inHeader", "inQuery", "basic"}) {
    const Ground ground = ground_of(spec, scheme);
    const Site site = site_of(spec, scheme);
    FuzzInput input = random_input(site, random);
    for (int i = 0; i < 3000; ++i) {
      input = i % 20 == 0 ? random_input(site, random) : child_of(input, site, random);
      const std::string bytes = render(craft(input, ground).request);
      const std::string_view head = std::string_view(bytes).substr(0, bytes.find("\r\n\r\n"));
      EXPECT_EQ(bytes.size(), head.size() + 4) << write_input(input);
      EXPECT_FALSE(replace_all(head, "\r\n", "").contains('\n')) << write_input(input);
      EXPECT_EQ(std::ranges::count(head.substr(0, head.find('\r')), ' '), 2) << write_input(input);
    }
  }
}

TEST(Craft, WithoutChangesItIsTheBase) {
  const Spec spec = small_spec();
  for (const std::string scheme : {"inHeader", "inQuery", "basic"}) {
    const Ground ground = ground_of(spec, scheme);
    EXPECT_TRUE(carries_valid(craft(with(scheme, {}), ground), ground)) << scheme;
    EXPECT_FALSE(carries_valid(craft(with(scheme, {}, Base::twin), ground), ground)) << scheme;
    const Crafted bare = craft(with(scheme, {}, Base::absent), ground);
    EXPECT_EQ(render(bare.request), render(ground.bare)) << scheme;
  }
}

// --- causes ---

TEST(Judge, NamesWhatIsWrongWithTheCredential) {
  const Spec spec = small_spec();
  const auto cause = [&](const std::string& scheme, Change change, Base base = Base::valid) {
    const Ground ground = ground_of(spec, scheme);
    const FuzzInput input = with(scheme, {std::move(change)}, base);
    const Crafted made = craft(input, ground);
    if (carries_valid(made, ground)) return "valid"s;
    return std::string(cause_of_acceptance(input, made, ground));
  };
  const auto put = [](Layer layer, int at, std::string text) {
    return Change{layer, Deed::insert, at, 1, std::move(text)};
  };
  struct Row {
    const char* scheme;
    Change change;
    const char* cause;
  };
  const Row rows[] = {
      // What the standards call the same is no negative case.
      {"inHeader", {Layer::field, Deed::flip, 0, 5}, "valid"},
      {"inHeader", put(Layer::field, -1, "\t "), "valid"},
      {"inQuery", {Layer::wire, Deed::percent, 0, 20}, "valid"},
      {"inQuery", put(Layer::piece, 0, "\xE2&"), "valid"},
      {"inQuery", put(Layer::target, -1, "&a=%zz#x"), "valid"},
      {"basic", {Layer::field, Deed::flip, 0, 20}, "valid"},
      {"basic", put(Layer::field, 20, "  "), "valid"},
      // What a tolerant server may take.
      {"inHeader", put(Layer::field, -1, "\0"s), "fuzz-lenient"},
      {"inHeader", put(Layer::field, -1, ","), "dup-comma"},
      {"inQuery", {Layer::piece, Deed::flip, 0, 3}, "name-query-case"},
      {"inQuery", {Layer::piece, Deed::again, -1}, "dup-query"},
      {"inHeader", {Layer::field, Deed::again, 0}, "dup-one-wins"},
      {"basic", {Layer::wire, Deed::remove, 0, 3}, "fuzz-wrong-credential"},
      {"basic", put(Layer::wire, -1, "===="), "b64-extrapad"},
      {"basic", put(Layer::wire, 4, "!"), "b64-garbage"},
      // What nobody may.
      {"inHeader", put(Layer::secret, -1, "A"), "suffix-ignored"},
      {"inHeader", {Layer::secret, Deed::remove, -2, 1}, "truncated-input"},
      {"inHeader", put(Layer::secret, 0, "A"), "substring"},
      {"inHeader", {Layer::secret, Deed::flip, 0, 20}, "casefold"},
      {"inHeader", {Layer::secret, Deed::percent, 0, 1}, "header-pct-decode"},
      {"inHeader", put(Layer::field, 5, " "), "name-space-colon"},
      {"inHeader", {Layer::field, Deed::replace, 1, 1, "_"}, "name-underscore"},
      {"inHeader", {Layer::field, Deed::replace, 1, 1, "x"}, "fuzz-other-name"},
      {"inQuery", put(Layer::secret, -1, "\0x"s), "nul-truncate"},
      {"inQuery", put(Layer::secret, 3, "\x01"), "control-strip"},
      {"inQuery", put(Layer::secret, 3, " "), "whitespace-trim"},
      {"inQuery", {Layer::secret, Deed::percent, 0, 1}, "double-decode"},
      {"inQuery", {Layer::wire, Deed::overlong, 0, 1}, "pct-overlong"},
      {"inQuery", {Layer::wire, Deed::unicode, 0, 1}, "pct-overlong"},
      {"inQuery", {Layer::secret, Deed::widen, 0, 1}, "unicode-nfkc"},
      {"inQuery", put(Layer::piece, 3, "[]"), "array-param"},
      {"inQuery", {Layer::secret, Deed::replace, 19, 1, "A"}, "one-char-off"},
      {"basic", {Layer::field, Deed::replace, 15, 1, "X"}, "basic-any-scheme"},
      {"basic", {Layer::user_pass, Deed::remove, 3, 1}, "basic-no-colon"},
      {"basic", {Layer::user_id, Deed::flip, 0, 1}, "fuzz-user-id"},
      {"basic", {Layer::secret, Deed::remove, 0, 99}, "basic-empty-pass"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(cause(row.scheme, row.change), row.cause)
        << row.scheme << " " << describe(row.change);
  const std::pair<const char*, const char*> targets[] = {
      {"/", "trailing-slash"}, {"//", "double-slash"}, {"/.", "dot-segment"},
      {"%20", "path-pct"},     {";x", "path-param"},   {".json", "path-ext"}};
  for (const auto& [text, row] : targets)
    EXPECT_EQ(cause("inHeader", put(Layer::target, -1, text), Base::absent), row);
}

TEST(Judge, EveryRowHasALevelAndALenientOneIsNeverMust) {
  for (const char* row : {"b64-nopad", "b64-urlsafe", "b64-noncanonical", "name-query-case",
                          "json-dup-key", "place-bearer", "fuzz-lenient"})
    EXPECT_EQ(level_of_row(row), Level::info) << row;
  for (const char* row : {"dup-comma", "b64-garbage", "b64-extrapad", "whitespace-trim",
                          "control-strip", "name-underscore", "casefold-hex"})
    EXPECT_EQ(level_of_row(row), Level::should) << row;
  for (const char* row : {"suffix-ignored", "nul-truncate", "casefold", "substring",
                          "basic-any-scheme", "fuzz-wrong-credential", "server-error"})
    EXPECT_EQ(level_of_row(row), Level::must) << row;
}

// --- signature ---

TEST(Signature, SeesKindsAndNotValues) {
  const auto answer = [](int status, std::string body) {
    Exchange exchange;
    exchange.response = Response{.status = status,
                                 .fields = {{"Content-Type", "application/json"}},
                                 .body = std::move(body)};
    return exchange;
  };
  const Exchange base = answer(401, R"({"error":"no","at":1})");
  const auto kind = [](const Exchange& exchange) { return signature("things/key", exchange); };
  EXPECT_EQ(kind(base), kind(answer(401, R"({"error":"never","at":2})")));
  EXPECT_NE(kind(base), kind(answer(403, R"({"error":"no","at":1})")));
  EXPECT_NE(kind(base), kind(answer(401, R"({"error":"no","at":1,"trace":"x"})")));
  EXPECT_NE(kind(base), signature("other/key", base));
  Exchange more = base;
  more.response->fields.push_back({"X-Debug", "1"});
  EXPECT_NE(kind(base), kind(more));
  Exchange slow = base;
  slow.duration = 3;
  EXPECT_NE(kind(base), kind(slow));
  Exchange gone;
  gone.fault = TransportFault::closed;
  EXPECT_NE(kind(base), kind(gone));
}

// --- shrink ---

TEST(Shrink, LeavesTheLeastThatShows) {
  const Spec spec = small_spec();
  const Ground ground = ground_of(spec, "inQuery");
  // A server to which a NUL ends the secret.
  const auto shows = [&](const FuzzInput& input) {
    const Crafted made = craft(input, ground);
    return made.secret.starts_with(k_key + "\0"s);
  };
  const FuzzInput start = with("inQuery", {{Layer::secret, Deed::repeat, -1, 64, "x\0y"s},
                                           {Layer::target, Deed::insert, -1, 1, "&a=b"},
                                           {Layer::secret, Deed::insert, 20, 1, "\0\0\0zzz"s}});
  ASSERT_TRUE(shows(start));
  Shrink shrink(start, 300);
  while (const auto candidate = shrink.next()) shrink.told(shows(*candidate));
  EXPECT_TRUE(shows(shrink.best()));
  EXPECT_EQ(cost(shrink.best()), 1U) << write_input(shrink.best());
  EXPECT_LE(shrink.asked(), 300U);
}

TEST(Shrink, AsksNoMoreThanItMay) {
  Shrink shrink(with("inQuery", {{Layer::secret, Deed::insert, 3, 1, "abcdefgh"}}), 5);
  int asked = 0;
  while (shrink.next()) {
    ++asked;
    shrink.told(false);
  }
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(cost(shrink.best()), 8U);
}

// --- the loop, against a scripted server ---

/// Answers at once, by a clock that only answers move.
class Scripted : public Transport {
 public:
  using Server = std::function<std::optional<Response>(const std::string& bytes)>;
  explicit Scripted(Server server) : server_(std::move(server)) {}

  void submit(Outgoing outgoing, Done done) override {
    queue_.emplace_back(std::move(outgoing), std::move(done));
  }
  void hang_up(std::uint64_t) override {}
  [[nodiscard]] double now() const override { return now_; }
  void at(double time, std::function<void()> fn) override { timers_.emplace(time, std::move(fn)); }
  bool run_once(double) override {
    if (queue_.empty() && timers_.empty()) return false;
    if (queue_.empty()) {
      now_ = std::max(now_, timers_.begin()->first);
    } else {
      auto [outgoing, done] = std::move(queue_.front());
      queue_.pop_front();
      now_ += 0.001;
      Exchange exchange{.request = outgoing.bytes, .response = server_(outgoing.bytes)};
      if (!exchange.response) exchange.fault = TransportFault::timeout;
      bytes_ += outgoing.bytes;
      done(std::move(exchange));
    }
    while (!timers_.empty() && timers_.begin()->first <= now_) {
      const auto fn = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      fn();
    }
    return true;
  }
  [[nodiscard]] std::size_t in_flight() const override { return queue_.size(); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  Server server_;
  double now_ = 1;
  std::deque<std::pair<Outgoing, Done>> queue_;
  std::multimap<double, std::function<void()>> timers_;
  std::string bytes_;
};

// Takes X-Key alone, by `opens`.
Scripted::Server small_server(std::function<bool(const std::string&)> opens) {
  return [opens = std::move(opens)](const std::string& bytes) {
    std::string key;
    const std::size_t at = to_lower(bytes).find("\r\nx-key:");
    if (at != std::string::npos) {
      key = bytes.substr(at + 8, bytes.find("\r\n", at + 2) - at - 8);
      while (key.starts_with(' ') || key.starts_with('\t')) key.erase(0, 1);
      while (key.ends_with(' ') || key.ends_with('\t')) key.pop_back();
      if (to_lower(bytes).find("\r\nx-key:", at + 2) != std::string::npos) key.clear();
    }
    const bool here = bytes.starts_with("GET /things");
    Response response{.status = !here ? 404 : opens(key) ? 200 : 401};
    response.body =
        response.status == 200 ? R"({"things":[{"id":7}],"owner":"ada"})" : R"({"error":"no"})";
    response.fields = {{"Content-Type", "application/json"}};
    return std::optional(response);
  };
}

struct Played {
  std::vector<Finding> findings;
  std::string bytes, problem;
  std::map<std::string, FuzzInput> reproducers;
};

Played play(const Scripted::Server& server, std::uint64_t seed = 1, int wrong_attempts = 0) {
  Spec spec = small_spec();
  spec.operations.front().security.resize(1);  // the header alone
  spec.limits.wrong_attempts = wrong_attempts;
  const Folder folder;
  RunOptions options;
  options.out = folder.path;
  options.seed = seed;
  options.jobs = 4;
  options.targets = {{"api", "http://127.0.0.1:1"}};
  options.values = {{"SMALL_KEY", k_key}, {"SMALL_USER", "ada"}};
  Redactor redactor;
  Silent silent;
  auto endpoints = endpoints_for(spec, options);
  auto keyring = Keyring::open(spec, options.values, redactor);
  if (!endpoints || !keyring) {
    ADD_FAILURE() << "no endpoints or no keys";
    return {};
  }
  Scripted transport(server);
  Engine engine(spec, options, *endpoints, *std::move(keyring), redactor, transport, 0, silent);
  RunInfo info = describe_run(spec, options);
  auto journal = Journal::start(options.out, info, redactor);
  Tally tally(spec);
  const FuzzOptions fuzz{.seconds = 3, .corpus = {}};
  Fuzzer fuzzer(engine, fuzz, *journal, info, tally, silent, 0);
  EXPECT_TRUE(fuzzer.run().has_value());
  Played played{tally.findings(), transport.bytes(), info.problem, {}};
  for (const Finding& finding : played.findings) {
    for (const std::string& id : finding.cases) {
      const auto input = load_reproducer(options.out, id);
      EXPECT_TRUE(input.has_value()) << id;
      if (input) played.reproducers[id] = *input;
    }
  }
  return played;
}

TEST(Fuzzer, FindsOnceShrinksAndRepeatsItself) {
  const auto ignores_suffix =
      small_server([](const std::string& key) { return key.starts_with(k_key); });
  const Played played = play(ignores_suffix);
  std::set<std::string> ids;
  for (const Finding& finding : played.findings) {
    EXPECT_TRUE(ids.insert(finding.id).second) << finding.id << " twice";
    EXPECT_EQ(finding.cases.size(), 1U) << finding.id;
  }
  ASSERT_TRUE(played.reproducers.contains("things/inHeader/fuzz/suffix-ignored"));
  EXPECT_EQ(cost(played.reproducers.at("things/inHeader/fuzz/suffix-ignored")), 1U);
  EXPECT_EQ(played.bytes, play(ignores_suffix).bytes) << "the same seed sends the same";
  EXPECT_NE(played.bytes, play(ignores_suffix, 2).bytes);
}

TEST(Fuzzer, RightServerGivesNothing) {
  const Played played = play(small_server([](const std::string& key) { return key == k_key; }));
  EXPECT_TRUE(played.findings.empty()) << played.findings.front().id;
  EXPECT_GT(played.bytes.size(), 100000U);
}

TEST(Fuzzer, SendsNoMoreWrongCredentialsThanTheSpecAllows) {
  int wrong = 0;
  const Played played = play(small_server([&wrong](const std::string& key) {
                               wrong += key == k_key || key.empty() ? 0 : 1;
                               return key.starts_with(k_key);
                             }),
                             1, 30);
  EXPECT_LE(wrong, 30 + 1);  // the twin control comes on top
  EXPECT_TRUE(played.problem.empty());
}

TEST(Fuzzer, NoFindingWhereTheValidCredentialStopsWorking) {
  // Everything opens for a while in the middle of the run, and then nothing does.
  int requests = 0;
  const Played played = play(small_server([&requests](const std::string& key) {
    ++requests;
    return requests < 500 ? key == k_key : requests < 520;
  }));
  EXPECT_TRUE(played.findings.empty());
  EXPECT_NE(played.problem.find("stopped working"), std::string::npos) << played.problem;
}

TEST(Fuzzer, NoFindingThatShowsOnlyNowAndThen) {
  int requests = 0;
  const Played played = play(small_server([&requests](const std::string& key) {
    return key == k_key || (++requests % 97 == 0 && !key.empty());
  }));
  EXPECT_TRUE(played.findings.empty());
}

// --- the reference target ---

Result<Run> fuzz_target(const std::string& fault, const std::string& out, double seconds) {
  static const auto spec = load_spec(std::string(KEYWARD_SOURCE_DIR) + "/specs/fulcrum.yaml");
  TargetOptions target_options;
  target_options.seed = 7;
  if (!fault.empty()) target_options.faults.push_back(fault);
  KEYWARD_TRY(const auto target, Target::start(*spec, target_options));
  RunOptions options;
  options.out = out;
  options.targets = target->urls();
  options.timeout = 3;
  for (const auto& [name, value] : target->environment()) options.values[name] = value;
  Silent silent;
  KEYWARD_TRY(Run run, fuzz_spec(*spec, options, {.seconds = seconds, .corpus = {}}, silent));
  if (run.findings.empty()) return run;
  // What was found is found again by its reproducer alone.
  const std::string id = run.findings.front().reproducer.case_id;
  RunOptions again = options;
  again.out = out + "/replay";
  KEYWARD_TRY(const Run replayed, replay_fuzz(*spec, again, out, id, silent));
  EXPECT_EQ(replayed.info.exit_code, run.info.exit_code) << id;
  // No file of the run holds a secret.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    for (const auto& [name, value] : target->environment()) {
      const bool secret = name.ends_with("KEY") || name.ends_with("PASSWORD");
      EXPECT_FALSE(secret && text.str().contains(value)) << entry.path() << " has " << name;
    }
  }
  return run;
}

TEST(Live, FaultsAreFoundAndTheRightTargetIsClean) {
  const Folder folder;
  for (const std::string fault : {"nul-truncate", "basic-any-scheme"}) {
    const auto run = fuzz_target(fault, folder.path + "/" + fault, 3);
    ASSERT_TRUE(run.has_value()) << run.error().text();
    EXPECT_EQ(run->info.exit_code, 1) << fault;
    EXPECT_TRUE(std::ranges::any_of(run->findings, [&](const Finding& finding) {
      return finding.id == fault && !finding.title.empty() && !finding.reproducer.curl.empty();
    })) << fault;
  }
  const auto clean = fuzz_target("", folder.path + "/clean", 3);
  ASSERT_TRUE(clean.has_value()) << clean.error().text();
  EXPECT_EQ(clean->info.exit_code, 0) << clean->info.problem;
  EXPECT_TRUE(clean->findings.empty());
}

}  // namespace
}  // namespace keyward
