// SPDX-License-Identifier: Apache-2.0
// Reports: bytes compared with tests/golden (KEYWARD_UPDATE_GOLDEN=1 rewrites them), secrets kept
// out of each format, files written whole or not at all.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "reports/report.h"
#include "reports/text.h"

namespace keyward {
namespace {

using namespace std::string_literals;

// What a hostile or careless target sends: the ends of CDATA and attributes, NUL, escape sequences,
// separators that look like line ends, no UTF-8, and commands of CI systems.
const std::string k_nasty =
    "]]> \"q\" 'a' <b>&amp; \x00 \x1B[2J \xE2\x80\xA8 \xFF \xE2\x80\xAE ##[error]x \\ \xC3\xBC\r\n"
    "::error::forged"s;

CaseResult make_case(const std::string& variant, Verdict verdict, Level level = Level::must) {
  CaseResult made;
  made.operation = "listForms";
  made.scheme = "apiKeyHeader";
  made.family = "credential";
  made.mutation = "case-swapped";
  made.id = "listForms/apiKeyHeader/credential/case-swapped." + variant;
  made.requirements = {"FUL-AUTH-02"};
  made.level = level;
  made.verdict = verdict;
  made.expected = "refused";
  made.actual = "401, like the request without credentials";
  made.duration_ms = 12.3456;
  made.attempts = 1;
  return made;
}

// Sets the cases, and counts them as a journal would.
void give_cases(Run& run, std::vector<CaseResult> cases) {
  run.summary = {};
  for (const CaseResult& each : cases) {
    const auto level = static_cast<std::size_t>(each.level);
    ++run.summary.verdicts[static_cast<std::size_t>(each.verdict)];
    if (each.verdict == Verdict::fail)
      ++(each.deviation.empty() ? run.summary.failures[level] : run.summary.known_deviations);
    if (each.verdict == Verdict::inconclusive || each.verdict == Verdict::error)
      ++run.summary.inconclusive[level];
    if (each.verdict == Verdict::skipped) ++run.skips[each.actual];
  }
  run.summary.planned = cases.size() + 2;
  run.summary.exchanges = 57;
  const auto kept = std::make_shared<std::vector<CaseResult>>(std::move(cases));
  run.each_case = [kept](const std::function<void(const CaseResult&)>& take) {
    for (const CaseResult& each : *kept) take(each);
  };
}

std::vector<CaseResult> sample_cases() {
  std::vector<CaseResult> cases;
  cases.push_back(make_case("1", Verdict::pass));
  CaseResult must = make_case("2", Verdict::fail);
  must.actual = "200, like the valid request: " + k_nasty;
  must.requirements = {"FUL-AUTH-02", "FUL-AUTH-03"};
  cases.push_back(must);
  cases.push_back(make_case("3", Verdict::fail, Level::should));
  cases.push_back(make_case("4", Verdict::fail, Level::info));
  CaseResult known = make_case("5", Verdict::fail);
  known.deviation = "ticket 7 <open>";
  cases.push_back(known);
  cases.push_back(make_case("6", Verdict::inconclusive));
  CaseResult error = make_case("7", Verdict::error, Level::info);
  error.actual = "no answer: timeout";
  error.requirements.clear();
  cases.push_back(error);
  CaseResult skipped = make_case("8", Verdict::skipped);
  skipped.actual = "no credentials of an outsider (FULCRUM_OTHER_API_KEY)";
  skipped.attempts = 0;
  skipped.duration_ms = 0;
  cases.push_back(skipped);
  CaseResult other = make_case("9", Verdict::pass);
  other.operation = "get.form";
  other.scheme = "account";
  other.id = "get.form/account/basic/no-colon";
  other.family = "basic";
  other.mutation = "no-colon";
  cases.push_back(other);
  return cases;
}

Finding make_finding(const std::string& id, Level level) {
  Finding finding;
  finding.id = id;
  finding.title = "A credential of another letter case is accepted";
  finding.level = level;
  finding.severity = 7;
  finding.mutation = id;
  finding.why =
      "Keys that compare without case lose a good part of their strength, and every proxy "
      "that folds case makes another key valid.";
  finding.right = "It compares the key byte by byte and refuses this one.";
  finding.fix = "Compare keys as bytes.";
  finding.source = "RFC 6750 section 3.1; CWE-178";
  return finding;
}

Run sample_run() {
  Run run;
  run.info = {.id = "9f2c",
              .version = "0.1.0",
              .spec_path = "specs/fulcrum.yaml",
              .spec_title = "Fulcrum API",
              .spec_digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              .options_digest = "00ff",
              .seed = 18446744073709551615ULL,
              .targets = {{"api", "http://127.0.0.1:8080"}},
              .profile = "standard",
              .started = 1795233631,
              .finished = 1795233643.5,
              .problem = "The valid key was refused by http://127.0.0.1:8080: is it the right key?",
              .exit_code = 1};
  give_cases(run, sample_cases());
  run.controls = {
      {"listForms", "apiKeyHeader", "accepted (200)", "refused (401)", "refused (401)", true, ""},
      {"getForm", "account", "accepted (200)", "accepted (200)", "accepted (200)", false,
       "it is open: a request without credentials is accepted as well"}};
  Finding worst = make_finding("case-swapped", Level::must);
  worst.requirements = {"FUL-AUTH-02"};
  worst.sentences = {
      "FUL-AUTH-02 (must): a request without a valid key is refused (Authentication, "
      "introduction)"};
  worst.cases = {"listForms/apiKeyHeader/credential/case-swapped.2",
                 "listForms/apiKeyHeader/credential/case-swapped.3"};
  worst.reproducer = {.case_id = worst.cases.front(),
                      .curl =
                          "curl -H \"X-ApiToken: $FULCRUM_API_KEY_SWAPPED\" "
                          "http://127.0.0.1:8080/api/v2/forms",
                      .request =
                          "GET /api/v2/forms HTTP/1.1\r\nX-ApiToken: \xC2\xABmember.api_key"
                          "\xC2\xBB+case-swapped\r\n\r\n\\\x80",
                      .expected = "refused",
                      .actual = "200, like the valid request: " + k_nasty};
  run.findings = {worst, make_finding("challenge-missing", Level::should),
                  make_finding("server-version", Level::info)};
  run.requirements = {
      {"FUL-AUTH-02", "a request without a valid key is refused", "auth", "Introduction",
       Level::must, RequirementResult::State::violated, worst.cases, ""},
      {"FUL-AUTH-03",
       "the key is accepted in the header X-ApiToken",
       "auth",
       "HTTP Request Header",
       Level::must,
       RequirementResult::State::proved,
       {"get.form/account/basic/no-colon"},
       ""},
      {"FUL-AZN-21",
       "the key of another organization is refused",
       "authorizations",
       "Delete",
       Level::should,
       RequirementResult::State::untested,
       {},
       "no credentials of an outsider (FULCRUM_OTHER_API_KEY)"}};
  run.notes = {"the known deviation 'ticket 9' covers no case any more"};
  return run;
}

const Writer& writer(std::string_view name) {
  const Writer* found = find_writer(name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

std::string render_plain(std::string_view name, const Run& run, const RenderOptions& options = {}) {
  return render(writer(name), run, options, Redactor());
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void compare_with_golden(const std::string& text, const std::string& file) {
  const std::string path = std::string(KEYWARD_SOURCE_DIR) + "/tests/golden/" + file;
  if (std::getenv("KEYWARD_UPDATE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, slurp(path)) << "if the change is meant, run again with KEYWARD_UPDATE_GOLDEN=1";
}

TEST(Reports, MatchTheirGoldens) {
  const auto run = sample_run();
  compare_with_golden(render_plain("json", run), "results.json");
  compare_with_golden(render_plain("junit", run), "junit.xml");
  const RenderOptions options{.files = {"keyward-out/results.json", "keyward-out/junit.xml"}};
  compare_with_golden(render_plain("console", run, options), "summary.txt");
}

TEST(Reports, AreRenderedAlikeEachTime) {
  const auto run = sample_run();
  for (const Writer& each : all_writers()) {
    EXPECT_EQ(render(each, run, {}, Redactor()), render(each, run, {}, Redactor())) << each.name;
    EXPECT_EQ(find_writer(each.name), &each);
  }
  EXPECT_EQ(find_writer("yaml"), nullptr);
}

// Puts a secret into every text of a run: no writer may let it through.
TEST(Reports, HoldNoSecret) {
  const std::string secret = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";
  Redactor redactor;
  redactor.add("member.api_key", secret);
  auto run = sample_run();
  for (std::string* text : {&run.info.spec_title, &run.info.spec_path, &run.info.problem})
    *text += " " + secret;
  run.info.targets.emplace_back("auth", "http://" + secret + "@127.0.0.1/");
  for (ControlResult& control : run.controls) {
    for (std::string* text : {&control.valid, &control.absent, &control.twin, &control.problem})
      *text += secret;
  }
  for (Finding& finding : run.findings) {
    for (std::string* text :
         {&finding.title, &finding.why, &finding.right, &finding.fix, &finding.source,
          &finding.reproducer.curl, &finding.reproducer.request, &finding.reproducer.expected,
          &finding.reproducer.actual})
      *text += secret;
    finding.sentences.push_back(secret);
  }
  for (RequirementResult& requirement : run.requirements) {
    for (std::string* text : {&requirement.says, &requirement.section, &requirement.reason})
      *text += secret;
  }
  run.notes.push_back(secret);
  std::vector<CaseResult> cases = sample_cases();
  for (CaseResult& each : cases) {
    for (std::string* text : {&each.expected, &each.actual, &each.request, &each.response})
      *text += secret;
    if (!each.deviation.empty()) each.deviation += secret;
  }
  run.skips.clear();
  give_cases(run, cases);
  for (const Writer& each : all_writers()) {
    const RenderOptions options{.verbose = true};
    EXPECT_NE(render(each, run, options, Redactor()).find(secret.substr(0, 8)), std::string::npos);
    const std::string text = render(each, run, options, redactor);
    for (std::size_t i = 0; i + 8 <= secret.size(); ++i)
      EXPECT_EQ(text.find(secret.substr(i, 8)), std::string::npos) << each.name << " " << i;
    EXPECT_NE(text.find("member.api_key"), std::string::npos) << each.name;
  }
}

TEST(ResultsJson, SaysWhatTheContractSays) {
  const auto json = parse_json(render_plain("json", sample_run()));
  ASSERT_TRUE(json) << json.error().message;
  const auto text = [&](std::string_view pointer) {
    const Json* found = at(*json, pointer);
    return found == nullptr ? "absent: " + std::string(pointer) : found->text;
  };
  EXPECT_EQ(text("/schema"), "keyward.results/1");
  EXPECT_EQ(text("/run/started"), "2026-11-21T04:00:31Z");
  EXPECT_EQ(text("/run/seed"), "18446744073709551615");
  EXPECT_EQ(text("/run/targets/api"), "http://127.0.0.1:8080");
  EXPECT_EQ(text("/summary/verdicts/fail"), "4");
  EXPECT_EQ(text("/summary/failures/must"), "1");
  EXPECT_EQ(text("/summary/known_deviations"), "1");
  EXPECT_EQ(text("/requirements/FUL-AUTH-02/state"), "violated");
  EXPECT_EQ(text("/requirements/FUL-AZN-21/state"), "untested");
  EXPECT_EQ(text("/findings/0/id"), "case-swapped");
  EXPECT_EQ(text("/cases/1/requirement"), "FUL-AUTH-02");
  EXPECT_EQ(text("/cases/1/requirements/1"), "FUL-AUTH-03");
  EXPECT_EQ(text("/cases/1/duration_ms"), "12.346");
  EXPECT_EQ(at(*json, "/cases/6/requirement")->type, Json::Type::null);
  EXPECT_EQ(at(*json, "/cases")->items.size(), 9U);
  const std::string actual = text("/cases/1/actual");
  EXPECT_NE(actual.find("::error::forged"), std::string::npos);
}

TEST(Reports, PassTextOnInSmallPieces) {
  auto run = sample_run();
  run.each_case = [](const std::function<void(const CaseResult&)>& take) {
    for (int i = 0; i < 20'000; ++i) take(make_case(std::to_string(i), Verdict::fail));
  };
  run.summary.verdicts = {0, 20'000, 0, 0, 0};
  for (const Writer& each : all_writers()) {
    std::size_t largest = 0;
    std::size_t total = 0;
    {
      Sink sink([&](std::string_view piece) {
        largest = std::max(largest, piece.size());
        total += piece.size();
      });
      each.render(run, {}, sink);
    }
    EXPECT_LT(largest, 80'000U) << each.name;
    EXPECT_TRUE(each.name == "console" || total > 4'000'000) << each.name << " " << total;
  }
}

TEST(Junit, ShowsWhatKeepsARunFromBeingTrusted) {
  auto run = sample_run();
  run.info.problem.clear();
  EXPECT_EQ(render_plain("junit", run).find("name=\"run\""), std::string::npos);
  run.info.interrupted = true;
  EXPECT_NE(render_plain("junit", run).find("the run was interrupted"), std::string::npos);
  run.info.interrupted = false;
  give_cases(run, {});
  const std::string empty = render_plain("junit", run);
  EXPECT_NE(empty.find("tests=\"1\" failures=\"0\" errors=\"1\""), std::string::npos) << empty;
  EXPECT_NE(empty.find("no case was run"), std::string::npos);
}

TEST(Console, SaysTheProblemFirst) {
  const std::string text = render_plain("console", sample_run());
  const std::size_t problem = text.find("The valid key was refused");
  EXPECT_LT(problem, text.find("1. [must]"));
  EXPECT_LT(text.find("1. [must]"), text.find("Untested"));
}

TEST(Console, ShowsTenFindingsAndCountsTheRest) {
  auto run = sample_run();
  run.findings.assign(13, make_finding("x", Level::must));
  const std::string text = render_plain("console", run);
  EXPECT_NE(text.find("\n10. [must]"), std::string::npos);
  EXPECT_EQ(text.find("\n11. [must]"), std::string::npos);
  EXPECT_NE(text.find("and 3 findings more, see results.json"), std::string::npos) << text;
  EXPECT_NE(render_plain("console", run, {.verbose = true}).find("\n13. [must]"),
            std::string::npos);
}

TEST(Console, ColoursOnlyWhenAsked) {
  EXPECT_EQ(render_plain("console", sample_run()).find('\x1B'), std::string::npos);
  EXPECT_NE(render_plain("console", sample_run(), {.colour = true}).find("\x1B[31;1mFAIL"),
            std::string::npos);
}

TEST(Console, CannotBeMadeToActByATarget) {
  auto run = sample_run();
  // However the sentence is broken into lines, no line may begin with a command.
  run.findings[0].why = "::error::forged ::add-mask::x ::stop-commands::y " + k_nasty;
  run.notes = {"::set-output name=a::b"};
  for (int width = 40; width < 120; ++width) {
    const std::string text = render_plain("console", run, {.width = width});
    for (const std::string_view each : split(text, '\n')) {
      const std::size_t first = each.find_first_not_of(' ');
      EXPECT_FALSE(first != std::string_view::npos && each.substr(first).starts_with("::")) << each;
    }
    EXPECT_EQ(text.find("##["), std::string::npos);
    EXPECT_EQ(text.find_first_of("\x1B\r\0"s), std::string::npos);
    EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_EQ(text.find('\xFF'), std::string::npos);
  }
}

TEST(Console, SaysWhatEachExitCodeMeans) {
  auto run = sample_run();
  for (const auto& [code, word] :
       {std::pair(0, "PASS"), std::pair(1, "FAIL"), std::pair(2, "ERROR"),
        std::pair(3, "INCONCLUSIVE"), std::pair(4, "REFUSED"), std::pair(130, "INTERRUPTED")}) {
    run.info.exit_code = code;
    const std::string text = render_plain("console", run);
    EXPECT_TRUE(text.starts_with(std::string(word) + "  Fulcrum API: ")) << text;
    EXPECT_NE(text.find("Exit     " + std::to_string(code) + ", "), std::string::npos);
  }
}

TEST(Text, ShowsWhatIsLegibleAndEscapesTheRest) {
  EXPECT_EQ(shown("caf\xC3\xA9 \xC2\xABkey\xC2\xBB \xF0\x9F\x94\x91"),
            "caf\xC3\xA9 \xC2\xABkey\xC2\xBB \xF0\x9F\x94\x91");
  EXPECT_EQ(shown("\0\x1B\r\n\t\x7F"s), "\\x00\\x1b\\r\\n\\t\\x7f");
  EXPECT_EQ(shown("\xC2\x9B\xE2\x80\xA8\xE2\x80\xAE\xEF\xBF\xBE\xF3\xA0\x81\x81"),
            "\\u009b\\u2028\\u202e\\ufffe\\u{e0041}");
  EXPECT_EQ(shown("\xFF\xC0\xAF\xED\xA0\x80\xF5\xE2\x80"),
            "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xf5\\xe2\\x80");
  EXPECT_EQ(shown("a\\b"), "a\\b");
  EXPECT_EQ(shown_bytes("a\\b\x80\xC2\x85"), "a\\\\b\\x80\\xc2\\x85");
  EXPECT_EQ(shown("##[x] ##vso[y]"), "#\\x23[x] #\\x23vso[y]");
}

TEST(Text, WrapsAtSpaces) {
  EXPECT_EQ(wrap("one two  three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("\xC3\xBC\xC3\xBC\xC3\xBC \xC3\xBC", 5),
            (std::vector<std::string>{"\xC3\xBC\xC3\xBC\xC3\xBC \xC3\xBC"}));
  EXPECT_EQ(wrap("incomprehensible a", 4), (std::vector<std::string>{"incomprehensible", "a"}));
}

class ReportFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "keyward-reports-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    dir = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(dir); }
  [[nodiscard]] Status write(const std::string& path) const {
    return write_report(writer("json"), sample_run(), {}, Redactor(), path);
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir), {}));
  }
  std::string dir;
};

TEST_F(ReportFile, IsTheOwnersAloneAndReplacesTheFormer) {
  const std::string path = dir + "/results.json";
  std::ofstream(path) << "former";
  ASSERT_TRUE(write(path));
  EXPECT_EQ(slurp(path), render_plain("json", sample_run()));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, SaysWhyItCannotBeWritten) {
  const Status full = write("/dev/full");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::io);
  EXPECT_EQ(full.error().message,
            "cannot write /dev/full: No space left on device; free some space, then render the "
            "report again");
  const Status nowhere = write(dir + "/none/results.json");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().message, "cannot write " + dir +
                                         "/none/results.json: No such file or directory; create "
                                         "its directory first");
  EXPECT_TRUE(write("/dev/null"));
}

TEST_F(ReportFile, KeepsTheFormerWhereTheDiskIsFull) {
  const std::string path = dir + "/results.json";
  std::ofstream(path) << "former";
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = write(path);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_DFL);
  ASSERT_FALSE(status);
  EXPECT_TRUE(status.error().message.starts_with("cannot write " + path));
  EXPECT_EQ(slurp(path), "former");
  EXPECT_EQ(files(), 1U);
}

TEST_F(ReportFile, IsNotWrittenFromHalfAJournal) {
  auto run = sample_run();
  run.summary.verdicts[0] += 1;
  const std::string path = dir + "/results.json";
  const Status status = write_report(writer("json"), run, {}, Redactor(), path);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("the journal changed while it was read"),
            std::string::npos);
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace keyward
