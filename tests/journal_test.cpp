// SPDX-License-Identifier: Apache-2.0
// The journal keeps what a run found: exactly, without secrets, through kills, full disks and
// resumption.
#include "harness/journal/journal.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/random.h"
#include "harness/journal/read.h"
#include "harness/json/json.h"
#include "harness/model/fields.h"

namespace keyward {
namespace {

// Fills every member with a value of its own, so that none can be dropped or swapped unseen.
class Filler {
 public:
  explicit Filler(std::string mark) : mark_(std::move(mark)) {}
  void id(std::string_view name, std::string& value) { value = "id-" + std::string(name); }
  void ids(std::string_view name, std::vector<std::string>& values) {
    values = {"id-" + std::string(name), "second"};
  }
  void text(std::string_view name, std::string& value) { value = mark_ + std::string(name); }
  void texts(std::string_view name, std::vector<std::string>& values) {
    values = {mark_ + std::string(name), "", mark_};
  }
  void bytes(std::string_view name, std::string& value) {
    value = mark_ + std::string(name);
    for (int byte = 0; byte < 256; ++byte) value += static_cast<char>(byte);
  }
  void pairs(std::string_view, std::vector<std::pair<std::string, std::string>>& values) {
    values = {{"auth", mark_ + "1"}, {"api", mark_ + "2"}};
  }
  void word(std::string_view, Level& value) { value = Level::should; }
  void word(std::string_view, Verdict& value) { value = Verdict::inconclusive; }
  void word(std::string_view, RequirementResult::State& value) {
    value = RequirementResult::State::violated;
  }
  void number(std::string_view, bool& value) { value = true; }
  void number(std::string_view, double& value) { value = ++count_ + 1763697631.123456; }
  void number(std::string_view, std::uint64_t& value) { value = 0xFFFFFFFFFFFFFFF0ULL + ++count_; }
  void number(std::string_view, int& value) { value = -static_cast<int>(++count_); }
  template <class T>
  void object(std::string_view, T& value) {
    fields(*this, value);
  }
  template <class T>
  void objects(std::string_view, std::vector<T>& values) {
    values.resize(2);
    for (T& value : values) fields(*this, value);
  }

 private:
  std::string mark_;
  unsigned count_ = 0;
};

template <class T>
T filled(const std::string& mark) {
  T value;
  Filler filler(mark);
  fields(filler, value);
  return value;
}

// All members as one text, to compare.
class Teller {
 public:
  void id(std::string_view name, const std::string& value) { text(name, value); }
  void ids(std::string_view name, const std::vector<std::string>& values) { texts(name, values); }
  void text(std::string_view name, const std::string& value) {
    out << name << '=' << value << '\n';
  }
  void texts(std::string_view name, const std::vector<std::string>& values) {
    for (const std::string& value : values) text(name, value);
  }
  void bytes(std::string_view name, const std::string& value) { text(name, value); }
  void pairs(std::string_view name,
             const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [key, value] : values) out << name << '.' << key << '=' << value << '\n';
  }
  template <class E>
  void word(std::string_view name, E value) {
    text(name, std::string(keyward::name(value)));
  }
  template <class N>
  void number(std::string_view name, N value) {
    out.precision(17);
    out << name << '=' << value << '\n';
  }
  template <class T>
  void object(std::string_view, const T& value) {
    fields(*this, value);
  }
  template <class T>
  void objects(std::string_view, const std::vector<T>& values) {
    for (const T& value : values) fields(*this, value);
  }
  std::ostringstream out;
};

template <class T>
std::string told(const T& value) {
  Teller teller;
  fields(teller, value);
  return teller.out.str();
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "keyward-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root = pattern;
    dir = root + "/out";
  }
  void TearDown() override { std::filesystem::remove_all(root); }

  [[nodiscard]] std::string path() const { return dir + "/journal.jsonl"; }
  Journal start() {
    auto journal = Journal::start(dir, info, redactor);
    EXPECT_TRUE(journal) << journal.error().text();
    return *std::move(journal);
  }
  static CaseResult result(const std::string& id, Verdict verdict, const std::string& actual = "") {
    CaseResult made;
    made.id = id;
    made.verdict = verdict;
    made.actual = actual;
    made.attempts = 1;
    return made;
  }
  std::vector<CaseResult> cases() const {
    std::vector<CaseResult> all;
    const auto run = load_run(dir);
    EXPECT_TRUE(run) << run.error().text();
    if (run) run->each_case([&](const CaseResult& each) { all.push_back(each); });
    return all;
  }
  // With what was on the wire, which the run gives of failures alone.
  std::vector<CaseResult> whole_cases() const {
    std::vector<CaseResult> all;
    for (const CaseResult& each : cases()) {
      const auto whole = load_case(dir, each.id);
      EXPECT_TRUE(whole) << each.id;
      if (!whole) continue;
      const bool failed = each.verdict == Verdict::fail;
      EXPECT_EQ(each.request, failed ? whole->request : "");
      EXPECT_EQ(each.steps.size(), failed ? whole->steps.size() : 0);
      EXPECT_EQ(each.attempts, whole->attempts);
      all.push_back(*whole);
    }
    return all;
  }

  std::string root, dir;
  Redactor redactor;
  RunInfo info = filled<RunInfo>("run ");
};

TEST_F(JournalTest, GivesBackEveryMember) {
  const std::string mark = "\"quoted\" \\ \xE2\x80\xA8 \x1B[31m \xC3\xBC ]]> ";
  info = filled<RunInfo>(mark);
  const auto control = filled<ControlResult>(mark);
  const auto outcome = filled<CaseResult>(mark);
  const auto finding = filled<Finding>(mark);
  const auto requirement = filled<RequirementResult>(mark);
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(control));
    ASSERT_TRUE(journal.add(outcome));
    ASSERT_TRUE(journal.add(finding));
    ASSERT_TRUE(journal.add(requirement));
    ASSERT_TRUE(journal.note(mark));
    Summary summary;
    summary.planned = 12;
    summary.exchanges = 34;
    ASSERT_TRUE(journal.end(info, summary));
  }
  const auto contents = read_journal(dir);
  ASSERT_TRUE(contents) << contents.error().text();
  EXPECT_TRUE(contents->ended);
  EXPECT_EQ(told(contents->run.info), told(info));
  ASSERT_EQ(contents->run.controls.size(), 1U);
  EXPECT_EQ(told(contents->run.controls[0]), told(control));
  ASSERT_EQ(contents->run.findings.size(), 1U);
  EXPECT_EQ(told(contents->run.findings[0]), told(finding));
  ASSERT_EQ(contents->run.requirements.size(), 1U);
  EXPECT_EQ(told(contents->run.requirements[0]), told(requirement));
  EXPECT_EQ(contents->run.notes, std::vector{mark});
  EXPECT_EQ(contents->run.summary.planned, 12U);
  EXPECT_EQ(contents->run.summary.exchanges, 34U);
  const auto read = whole_cases();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(told(read[0]), told(outcome));
}

TEST_F(JournalTest, IsAsciiJsonLines) {
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(filled<CaseResult>("\xC3\xBC\n")));
    ASSERT_TRUE(journal.note(""));
    ASSERT_TRUE(journal.add(CaseResult{}));
  }
  std::istringstream lines(slurp(path()));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(parse_json(line)) << line;
    for (const char c : line) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << line;
  }
  EXPECT_EQ(count, 4U);
}

TEST_F(JournalTest, HoldsNoSecret) {
  const std::string secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
  redactor.add("member.api_key", secret);
  info = filled<RunInfo>(secret);
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(filled<ControlResult>(secret)));
    ASSERT_TRUE(journal.add(filled<CaseResult>(secret)));
    ASSERT_TRUE(journal.add(filled<Finding>(secret)));
    ASSERT_TRUE(journal.add(filled<RequirementResult>(secret)));
    ASSERT_TRUE(journal.note(secret));
    ASSERT_TRUE(journal.end(info, {}));
  }
  const std::string text = slurp(path());
  for (std::size_t i = 0; i + 8 <= secret.size(); ++i)
    EXPECT_EQ(text.find(secret.substr(i, 8)), std::string::npos);
  const auto run = load_run(dir);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->info.spec_title, "«member.api_key»spec_title");
  EXPECT_EQ(run->notes, std::vector<std::string>{"«member.api_key»"});
  EXPECT_TRUE(whole_cases().at(0).steps.at(1).response.starts_with("«member.api_key»response"));
}

TEST_F(JournalTest, CountsWhatItReads) {
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(result("a", Verdict::pass)));
    ASSERT_TRUE(journal.add(result("b", Verdict::fail)));
    CaseResult known = result("c", Verdict::fail);
    known.deviation = "ticket 7";
    ASSERT_TRUE(journal.add(known));
    CaseResult info_level = result("d", Verdict::fail);
    info_level.level = Level::info;
    ASSERT_TRUE(journal.add(info_level));
    ASSERT_TRUE(journal.add(result("e", Verdict::inconclusive)));
    ASSERT_TRUE(journal.add(result("f", Verdict::error)));
    ASSERT_TRUE(journal.add(result("g", Verdict::skipped, "no outsider")));
    ASSERT_TRUE(journal.add(result("h", Verdict::skipped, "no outsider")));
    ASSERT_TRUE(journal.add(result("i", Verdict::skipped, "no hook")));
  }
  const auto contents = read_journal(dir);
  ASSERT_TRUE(contents);
  const Summary& summary = contents->run.summary;
  EXPECT_EQ(summary.verdicts, (std::array<std::uint64_t, 5>{1, 3, 1, 1, 3}));
  EXPECT_EQ(summary.failures, (std::array<std::uint64_t, 3>{1, 0, 1}));
  EXPECT_EQ(summary.inconclusive, (std::array<std::uint64_t, 3>{0, 0, 2}));
  EXPECT_EQ(summary.known_deviations, 1U);
  EXPECT_EQ(contents->run.skips,
            (std::map<std::string, std::uint64_t>{{"no outsider", 2}, {"no hook", 1}}));
  // It was never ended, so it counts as interrupted, and what was seen as planned.
  EXPECT_FALSE(contents->ended);
  EXPECT_TRUE(contents->run.info.interrupted);
  EXPECT_EQ(contents->run.info.exit_code, 130);
  EXPECT_EQ(summary.planned, 9U);
  EXPECT_EQ(summary.exchanges, 9U);
  EXPECT_GT(contents->run.info.finished, 1.7e9);
}

TEST_F(JournalTest, TheLastRecordOfACaseHolds) {
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(result("a", Verdict::error)));
    ASSERT_TRUE(journal.add(result("b", Verdict::pass)));
    ASSERT_TRUE(journal.add(result("a", Verdict::pass)));
    ControlResult control{.operation = "o", .scheme = "s", .valid = "refused (401)"};
    ASSERT_TRUE(journal.add(control));
    control.valid = "accepted (200)";
    ASSERT_TRUE(journal.add(control));
  }
  const auto contents = read_journal(dir);
  ASSERT_TRUE(contents);
  EXPECT_EQ(contents->run.summary.verdicts, (std::array<std::uint64_t, 5>{2, 0, 0, 0, 0}));
  ASSERT_EQ(contents->run.controls.size(), 1U);
  EXPECT_EQ(contents->run.controls[0].valid, "accepted (200)");
  const auto read = cases();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].id, "b");
  EXPECT_EQ(read[1].id, "a");
  EXPECT_EQ(read[1].verdict, Verdict::pass);
}

TEST_F(JournalTest, FilesAreTheOwnersAlone) {
  dir = root + "/deeper/out/";
  const Journal journal = start();
  struct stat status{};
  ASSERT_EQ(::stat(dir.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  for (const char* file : {"/journal.jsonl", "/journal.lock"}) {
    ASSERT_EQ(::stat((dir + file).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << file;
  }
}

TEST_F(JournalTest, RefusesADirectoryInUse) {
  const Journal journal = start();
  const auto second = Journal::start(dir, info, redactor);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::usage);
  EXPECT_NE(second.error().message.find("in use by another run"), std::string::npos);
  JournalContents contents;
  EXPECT_FALSE(Journal::resume(dir, info, redactor, contents));
}

TEST_F(JournalTest, KeepsTheFormerJournal) {
  {
    ASSERT_TRUE(start().note("first"));
  }
  {
    ASSERT_TRUE(start().note("second"));
  }
  EXPECT_NE(slurp(dir + "/journal.previous.jsonl").find("first"), std::string::npos);
  EXPECT_NE(slurp(path()).find("second"), std::string::npos);
  EXPECT_EQ(slurp(path()).find("first"), std::string::npos);
}

TEST_F(JournalTest, ResumesWhereItStopped) {
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(result("done", Verdict::pass)));
    ASSERT_TRUE(journal.add(result("skipped", Verdict::skipped)));
    ASSERT_TRUE(journal.add(result("unseen", Verdict::error)));
    ASSERT_TRUE(journal.add(Finding{.id = "early"}));
    ASSERT_TRUE(journal.flush());
  }
  std::ofstream(path(), std::ios::app) << R"({"case":{"id":"torn","ver)";

  RunInfo now = info;
  now.id = "another";
  now.started = 5;
  JournalContents contents;
  {
    auto journal = Journal::resume(dir, now, redactor, contents);
    ASSERT_TRUE(journal) << journal.error().text();
    EXPECT_EQ(now.id, info.id);
    EXPECT_EQ(now.started, info.started);
    EXPECT_TRUE(contents.finished.contains("done"));
    EXPECT_TRUE(contents.finished.contains("skipped"));
    EXPECT_FALSE(contents.finished.contains("unseen"));
    EXPECT_FALSE(contents.finished.contains("torn"));
    EXPECT_EQ(contents.finished.size(), 2U);
    ASSERT_TRUE(journal->add(result("unseen", Verdict::fail)));
    ASSERT_TRUE(journal->add(result("torn", Verdict::pass)));
    ASSERT_TRUE(journal->add(Finding{.id = "late"}));
    ASSERT_TRUE(journal->end(now, {}));
  }
  const auto run = load_run(dir);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->summary.verdicts, (std::array<std::uint64_t, 5>{2, 1, 0, 0, 1}));
  ASSERT_EQ(run->findings.size(), 1U);
  EXPECT_EQ(run->findings[0].id, "late");
}

TEST_F(JournalTest, RefusesToResumeAnotherRun) {
  {
    start();
  }
  const auto refusal = [&](RunInfo now) {
    JournalContents contents;
    const auto journal = Journal::resume(dir, now, redactor, contents);
    EXPECT_FALSE(journal);
    return journal ? std::string() : journal.error().message;
  };
  RunInfo now = info;
  now.spec_digest = "other";
  EXPECT_NE(refusal(now).find("the spec has changed"), std::string::npos);
  now = info;
  now.seed = 2;
  EXPECT_NE(refusal(now).find("and is now 2"), std::string::npos);
  now = info;
  now.depth = "exhaustive";
  EXPECT_NE(refusal(now).find("the depth was id-depth and is now exhaustive"), std::string::npos);
  now = info;
  now.options_digest = "other";
  EXPECT_NE(refusal(now).find("the options"), std::string::npos);
  now = info;
  now.version = "9";
  EXPECT_NE(refusal(now).find("keyward was id-version and is now 9"), std::string::npos);
  EXPECT_TRUE(check_resumable(info, info));
}

TEST_F(JournalTest, SaysWhereThereIsNoRun) {
  const auto none = read_journal(dir);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
  EXPECT_NE(none.error().message.find("there is no run in"), std::string::npos);

  std::filesystem::create_directory(dir);
  std::ofstream(path()) << R"({"run":{"id":"x")";
  const auto torn = read_journal(dir);
  ASSERT_FALSE(torn);
  EXPECT_NE(torn.error().message.find("holds no run"), std::string::npos);
}

TEST_F(JournalTest, SaysWhichLineIsDamaged) {
  for (const char* line :
       {"{\"case\":", "{}", "[]", "{\"other\":{}}", "{\"case\":{},\"note\":1}", ""}) {
    {
      start();
    }
    std::ofstream(path(), std::ios::app) << line << "\n" << "{\"note\":\"after\"}\n";
    const auto run = load_run(dir);
    ASSERT_FALSE(run) << line;
    EXPECT_EQ(run.error().kind, ErrorKind::io);
    EXPECT_EQ(run.error().where, path() + ":2");
  }
}

TEST_F(JournalTest, KeepsVerdictsWhoseBytesAreDamaged) {
  {
    start();
  }
  std::ofstream(path(), std::ios::app)
      << R"({"case":{"id":"a","level":"must","verdict":"fail","attempts":2,"request":"GET \xFF"}})"
      << "\n";
  const auto read = cases();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read.front().verdict, Verdict::fail);
  EXPECT_EQ(read.front().attempts, 2);
  const auto found = load_case(dir, "a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->request, "");
}

TEST_F(JournalTest, FindsOneCase) {
  {
    Journal journal = start();
    ASSERT_TRUE(journal.add(result("listForms/key/slot/duplicated", Verdict::pass, "yes")));
  }
  const auto found = load_case(dir, "listForms/key/slot/duplicated");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->actual, "yes");
  const auto missed = load_case(dir, "listForms/key/slot/duplicate");
  ASSERT_FALSE(missed);
  EXPECT_NE(missed.error().message.find("did you mean listForms/key/slot/duplicated?"),
            std::string::npos);
}

// Whatever comes by way of the writer thread, and whatever does not.
TEST_F(JournalTest, RecordsStandInTheOrderTheyWereGiven) {
  std::vector<std::string> want;
  {
    Journal journal = start();
    Random random(5);
    for (int i = 0; i < 3000; ++i) {
      const std::string mark = "mark-" + std::to_string(i);
      switch (random.below(20)) {
        case 0:
          ASSERT_TRUE(journal.note(mark));
          break;
        case 1:
          ASSERT_TRUE(journal.looked(mark));
          break;
        case 2:
          ASSERT_TRUE(journal.add(RequirementResult{.id = mark}));
          break;
        default:
          ASSERT_TRUE(journal.add(result(mark, Verdict::pass)));
      }
      want.push_back(mark);
    }
  }
  std::istringstream lines(slurp(path()));
  std::string line;
  std::getline(lines, line);  // of the run
  for (const std::string& mark : want) {
    ASSERT_TRUE(std::getline(lines, line));
    ASSERT_TRUE(line.contains('"' + mark + '"')) << mark << ": " << line;
  }
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

TEST_F(JournalTest, SurvivesKill) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto journal = Journal::start(dir, info, redactor);
    for (int i = 0; journal && i < 2000; ++i) {
      if (!journal->add(result("case-" + std::to_string(i), Verdict::pass))) ::_exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1000));  // five times the promised 200
    ::_exit(::write(ready[1], "x", 1) == 1 && ::pause() == 0 ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_EQ(cases().size(), 2000U);
  // And the directory is free again.
  JournalContents contents;
  EXPECT_TRUE(Journal::resume(dir, info, redactor, contents));
}

TEST_F(JournalTest, SaysWhyItCannotWrite) {
  std::ofstream(root + "/file") << "";
  const auto journal = Journal::start(root + "/file", info, redactor);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().kind, ErrorKind::io);
  EXPECT_NE(journal.error().message.find("file"), std::string::npos) << journal.error().message;
  EXPECT_NE(journal.error().message.find("give --out a directory"), std::string::npos)
      << journal.error().message;
}

TEST_F(JournalTest, LosesNothingToAFullDisk) {
  // A limit on the file's size stands in for the disk's.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  Status status;
  std::size_t added = 0;
  {
    Journal journal = start();
    rlimit small = before;
    small.rlim_cur = 100'000;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    while (status && added < 10'000) {
      status = journal.add(result("case-" + std::to_string(added++), Verdict::pass));
    }
    const Status again = journal.flush();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(status);
    EXPECT_FALSE(again);
    EXPECT_EQ(status.error().kind, ErrorKind::io);
    EXPECT_TRUE(status.error().message.starts_with("cannot write " + path()))
        << status.error().message;
    EXPECT_TRUE(read_journal(dir));
    ASSERT_TRUE(journal.flush());
    ASSERT_TRUE(journal.add(result("after", Verdict::pass)));
  }
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(cases().size(), added + 1);
}

TEST_F(JournalTest, ThreadsShareIt) {
  {
    Journal journal = start();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&journal, t] {
        for (int i = 0; i < 500; ++i) {
          EXPECT_TRUE(journal.add(
              result(std::to_string(t) + "/" + std::to_string(i), Verdict::pass, "200")));
        }
      });
    }
  }
  EXPECT_EQ(cases().size(), 2000U);
}

}  // namespace
}  // namespace keyward
