// SPDX-License-Identifier: Apache-2.0
// The loader: every class of mistake with its message and place (tests/spec/invalid), every key of
// the language (tests/spec/valid), the shipped specs, and the example of docs/writing-a-spec.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/spec/loader.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

const fs::path k_root = KEYWARD_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> specs_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  return replace_all(info.param.stem().string(), "-", "_");
}

std::string all_text(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += render(problem, "spec") + "\n";
  return out;
}

// --- what is refused ---

class InvalidSpec : public testing::TestWithParam<fs::path> {};

// The first line of the file says where and why, the second whether the schema refuses it too.
TEST_P(InvalidSpec, IsRefusedWithItsMessageAtItsPlace) {
  const std::string text = read(GetParam());
  const std::string first_line = text.substr(0, text.find('\n'));
  ASSERT_TRUE(first_line.starts_with("# "));

  const Result<Spec> spec = load_spec(GetParam());
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().kind, ErrorKind::spec);
  const std::string message = spec.error().text();
  EXPECT_EQ(message.substr(0, message.find('\n')),
            GetParam().string() + ":" + first_line.substr(2));
}

INSTANTIATE_TEST_SUITE_P(Files, InvalidSpec,
                         testing::ValuesIn(specs_in(k_root / "tests/spec/invalid")), test_name);

TEST(Loader, ShowsTheLineAndACaret) {
  const Result<Spec> spec = load_spec(k_root / "tests/spec/invalid/operation-scheme.yaml");
  ASSERT_FALSE(spec);
  EXPECT_TRUE(
      spec.error().text().ends_with("there is no security scheme 'apiKy'; did you mean 'apiKey'?\n"
                                    "        security: [apiKy]\n"
                                    "                   ^"))
      << spec.error().text();
}

TEST(Loader, CountsTheErrorsAfterTheFirst) {
  const Result<Spec> spec = load_spec(k_root / "tests/spec/invalid/yaml-alias.yaml");
  ASSERT_FALSE(spec);
  EXPECT_NE(spec.error().message.find("(2 more: keyward lint "), std::string::npos);
}

TEST(Loader, RefusesWhatIsNoFile) {
  const fs::path folder = fs::path(testing::TempDir()) / "keyward_spec_test";
  fs::create_directories(folder);
  std::ofstream(folder / "empty.yaml").flush();
  std::ofstream(folder / "comment.yaml") << "# nothing but a comment\n";
  std::ofstream(folder / "huge.yaml") << std::string((1U << 20U) + 1, '#');
  const struct {
    std::string name, message;
  } rows[] = {{"missing.yaml", "there is no such file"},
              {"", "this is a folder, not a spec"},
              {"empty.yaml", "this file is empty: a spec starts with 'keyward: 1'"},
              {"comment.yaml", "this file is empty: a spec starts with 'keyward: 1'"},
              {"huge.yaml", "larger than 1 MiB: this is no spec"}};
  for (const auto& row : rows) {
    const fs::path path = folder / row.name;
    const Result<Spec> spec = load_spec(path);
    ASSERT_FALSE(spec) << row.name;
    EXPECT_EQ(spec.error().text(), path.string() + ": " + row.message);
    EXPECT_EQ(spec.error().kind, ErrorKind::spec);
    const std::vector<Problem> problems = lint_spec(path);
    ASSERT_EQ(problems.size(), 1U) << row.name;
    EXPECT_TRUE(problems[0].error);
    EXPECT_EQ(problems[0].message, row.message);
  }
  fs::remove_all(folder);
}

// Cut anywhere, a spec is refused or read, and nothing else happens.
TEST(Loader, SurvivesEveryPrefixOfASpec) {
  const std::string text = read(k_root / "tests/spec/valid/everything.yaml");
  ASSERT_GT(text.size(), 3000U);
  int refused = 0;
  for (std::size_t size = 0; size < text.size(); size += 7) {
    const ReadSpec read = read_spec(text.substr(0, size), "cut.yaml");
    for (const Problem& problem : read.problems) refused += problem.error ? 1 : 0;
  }
  EXPECT_GT(refused, 400);
}

// Bytes that a text file of this repository cannot hold.
TEST(Loader, RefusesOddBytes) {
  const struct {
    std::string source, message;
  } rows[] = {
      {"keyward: 1\ninfo:\n\ttitle: T\n",
       "spec:3:1: a tab in the indentation: YAML indents with spaces\n     title: T\n    ^\n"},
      {"info: { title: T\xff }\n",
       "spec:1:17: not UTF-8: a spec is UTF-8 text\n    info: { title: T? }\n" +
           std::string(20, ' ') + "^\n"},
      {std::string("info: a\0b\n", 10),
       "spec:1:8: a NUL byte: a spec is UTF-8 text\n    info: a b\n           ^\n"}};
  for (const auto& row : rows)
    EXPECT_EQ(all_text(read_spec(row.source, "x").problems), row.message);
}

// From a comma after a quoted text the library makes documents without end.
TEST(Loader, StopsAtTheSecondDocument) {
  EXPECT_EQ(all_text(read_spec("'a', b", "x").problems),
            "spec:1:1: a spec is a map of keys, not a text\n    'a', b\n    ^\n"
            "spec:1:4: this does not continue what stands above it\n    'a', b\n       ^\n");
}

// Lines may end with CRLF, and a byte order mark may stand first.
TEST(Loader, ReadsWhatWindowsWrites) {
  const std::string text = read(k_root / "specs/sociocs.yaml");
  const ReadSpec read = read_spec("\xEF\xBB\xBF" + replace_all(text, "\n", "\r\n"), "x");
  EXPECT_TRUE(std::ranges::none_of(read.problems, &Problem::error)) << all_text(read.problems);
  EXPECT_EQ(read.spec.requirements.size(), 8U);
  EXPECT_EQ(read.spec.operation("root")->place.line, 42);
}

TEST(Loader, KeepsControlCharactersOffTheTerminal) {
  const ReadSpec read =
      read_spec("keyward: 1\ninfo: { title: \"\x1b[2J\", titel: \"\x1b[2J\" }\n", "x");
  const std::string text = all_text(read.problems);
  EXPECT_NE(text.find("'titel'"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

// --- what is read ---

class ValidSpec : public testing::TestWithParam<fs::path> {};

TEST_P(ValidSpec, HasNoError) {
  const std::vector<Problem> problems = lint_spec(GetParam());
  EXPECT_TRUE(std::ranges::none_of(problems, &Problem::error)) << all_text(problems);
}

INSTANTIATE_TEST_SUITE_P(Shipped, ValidSpec, testing::ValuesIn(specs_in(k_root / "specs")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(Files, ValidSpec, testing::ValuesIn(specs_in(k_root / "tests/spec/valid")),
                         test_name);

Spec everything() {
  return read_spec(read(k_root / "tests/spec/valid/everything.yaml"), "everything.yaml").spec;
}

TEST(Everything, Parties) {
  const Spec spec = everything();
  EXPECT_EQ(spec.title, "Everything");
  EXPECT_EQ(spec.version, "v1");
  EXPECT_EQ(spec.documents.at(0).publisher, "Example");
  EXPECT_TRUE(spec.server("api")->production);
  EXPECT_FALSE(spec.server("auth")->production);
  EXPECT_TRUE(spec.server("other")->optional);
  EXPECT_EQ(spec.server("other")->url, "");
  const Value* key = find_value(spec.principals.at(0), "api_key");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->env, "EVERYTHING_KEY");
  EXPECT_EQ(key->parts, (std::vector<std::string>{"id", "secret"}));
  EXPECT_EQ(key->separator, '.');
  EXPECT_TRUE(find_value(spec.principals.at(0), "session")->env.empty());
  EXPECT_EQ(spec.foreigner("member")->id, "outsider");
  EXPECT_TRUE(spec.principals.at(1).optional);
}

TEST(Everything, Schemes) {
  const Spec spec = everything();
  const auto slot = [&](std::string_view id) { return spec.scheme(id)->carriers.at(0).slot; };
  EXPECT_EQ(slot("keyHeader"), Slot::header);
  EXPECT_EQ(slot("keyQuery"), Slot::query);
  EXPECT_EQ(slot("keyCookie"), Slot::cookie);
  EXPECT_EQ(slot("keyForm"), Slot::form);
  EXPECT_EQ(slot("keyJson"), Slot::json);
  EXPECT_EQ(slot("bearer"), Slot::bearer);
  EXPECT_EQ(spec.scheme("keyHeader")->requirements, (std::vector<std::string>{"R-1", "R-2"}));
  const SecurityScheme* halves = spec.scheme("halves");
  EXPECT_EQ(halves->type, SchemeType::basic);
  ASSERT_EQ(halves->carriers.size(), 2U);
  EXPECT_EQ(halves->carriers[0].ref.part, "id");
  EXPECT_EQ(halves->carriers[1].slot, Slot::basic_password);
  EXPECT_EQ(halves->carriers[1].ref.value, "api_key");
  EXPECT_TRUE(spec.scheme("keyAsPassword")->carriers[0].ignored);
  EXPECT_TRUE(spec.scheme("userinfo")->userinfo);
  EXPECT_FALSE(spec.scheme("account")->userinfo);
}

TEST(Everything, Operations) {
  const Spec spec = everything();
  const Operation& login = *spec.operation("login");
  EXPECT_EQ(login.method, "POST");
  EXPECT_EQ(login.path, "/login");
  ASSERT_EQ(login.security.size(), 3U);
  EXPECT_EQ(login.security[2].id(), "keyForm+keyCookie");
  ASSERT_TRUE(login.issues);
  EXPECT_EQ(login.issues->at, (std::vector<std::string>{"/token", "body"}));
  EXPECT_EQ(login.issues->organization, "/organization");
  const Lifetime& lifetime = *login.issues->lifetime;
  EXPECT_EQ(lifetime.parameter, "lifetime");
  EXPECT_EQ(lifetime.unit_seconds, 60);
  EXPECT_FALSE(lifetime.from_creation);
  EXPECT_EQ(lifetime.never, (std::vector<std::string>{"null", "absent"}));
  EXPECT_EQ(lifetime.reported, "/expires_in");
  const std::vector<MemberRule>& members = login.accepted.at(0).members;
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].shape, "[0-9a-f]{32}");
  EXPECT_EQ(members[1].types, (std::vector<std::string>{"date-time", "null"}));

  const Operation& prolong = *spec.operation("prolong");
  EXPECT_EQ(prolong.renews, "session");
  EXPECT_EQ(dump(*prolong.json),
            R"({"ttl":"{lifetime}","list":[1,-2.5e3,true,null,"text",{"a":{}}]})");
  EXPECT_EQ(spec.operation("logout")->revokes, "session");

  const Operation& list = *spec.operation("list");
  EXPECT_TRUE(list.anonymous_allowed());
  EXPECT_EQ(list.security.at(6).id(), "keyHeader+bearer");
  EXPECT_EQ(list.query.at(0).second, "10");
  EXPECT_EQ(list.tenant_data.size(), 2U);

  const Operation& keys = *spec.operation("keys");
  EXPECT_TRUE(keys.unstated_protection);
  EXPECT_EQ(keys.reveals->at, "/**/key");
  EXPECT_EQ(dump(*keys.rejected.at(0).json), R"({"error":"no"})");
}

TEST(Everything, TheTopLevelGivesWhatAnOperationLacks) {
  const Spec spec = everything();
  const Operation& logout = *spec.operation("logout");
  EXPECT_EQ(logout.security.at(0).id(), "bearer");
  ASSERT_EQ(logout.accepted.size(), 1U);
  EXPECT_EQ(logout.accepted[0].status.at(0).code, 200);
  EXPECT_EQ(logout.accepted[0].status.at(1).hundreds, 2);
  ASSERT_EQ(logout.rejected.size(), 2U);
  EXPECT_EQ(logout.rejected[0].level, Level::must);
  EXPECT_EQ(logout.rejected[1].level, Level::should);
  // An operation's own rules replace those of the top level.
  EXPECT_EQ(spec.operation("login")->accepted.size(), 1U);
  EXPECT_EQ(spec.operation("keys")->rejected.size(), 1U);
}

TEST(Everything, Promises) {
  const Spec spec = everything();
  EXPECT_EQ(spec.requirement("R-2")->level, Level::should);
  EXPECT_EQ(spec.requirement("R-4")->level, Level::must);
  EXPECT_EQ(spec.requirement("R-4")->proved_by,
            std::vector<std::string>{"login/*/authz/issued-works*"});
  EXPECT_EQ(spec.requirement("R-3")->proved_by,
            std::vector<std::string>{"login/*/lifecycle/expired-accepted*"});
  EXPECT_EQ(spec.requirement("R-7")->proved_by,
            std::vector<std::string>{"keys/*/authz/revealed-works*"});
  EXPECT_EQ(spec.rotations.at(0).effective, "login");
  EXPECT_FALSE(spec.rotations.at(0).at_once);
  EXPECT_EQ(spec.rotations.at(1).effective, "reset_key");
  EXPECT_TRUE(spec.rotations.at(1).at_once);
  EXPECT_EQ(spec.hooks.at(0).prints, "api_key");
  ASSERT_EQ(spec.own_cases.size(), 3U);
  EXPECT_EQ(spec.own_cases[0].principal, "outsider");
  EXPECT_EQ(spec.own_cases[1].expect, OwnCase::Expect::accepted);
  EXPECT_EQ(spec.own_cases[1].level, Level::info);
  EXPECT_EQ(spec.own_cases[1].principal, "member");
  EXPECT_EQ(spec.own_cases[2].expect, OwnCase::Expect::answer);
  EXPECT_EQ(spec.own_cases[2].answer.size(), 2U);
  EXPECT_EQ(spec.samples.size(), 3U);
  EXPECT_EQ(spec.limits.rate, 5);
  EXPECT_EQ(spec.limits.wrong_attempts, 3);
  EXPECT_EQ(spec.deviations.at(0).expires, "2027-02-28");
}

// FIPS 180-4's empty message.
TEST(Loader, DigestsTheBytesOfTheFile) {
  EXPECT_EQ(read_spec("", "x").spec.digest,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Lint, SaysWhatTheDocumentsLeaveUnsaid) {
  const std::string text = all_text(lint_spec(k_root / "specs/sociocs.yaml"));
  EXPECT_NE(text.find("warning: unsaid: whether 'root' is protected"), std::string::npos) << text;
  EXPECT_NE(text.find("with which status 'sendMessage' refuses a request"), std::string::npos);
  EXPECT_NE(text.find("'apikeyQuery' carries a secret in the URL"), std::string::npos);
  const std::string session = all_text(lint_spec(k_root / "specs/appcircle.yaml"));
  EXPECT_NE(session.find("how an issued 'session' is revoked"), std::string::npos) << session;
  // ActiveProspect says how it refuses, and has no key in a URL.
  const std::string silent = all_text(lint_spec(k_root / "specs/activeprospect.yaml"));
  EXPECT_EQ(silent.find("refuses a request"), std::string::npos) << silent;
  EXPECT_EQ(silent.find("in the URL"), std::string::npos);
}

// --- what is shipped ---

struct Shipped {
  std::string name;
  std::size_t operations, schemes, requirements;
  std::set<std::string> environment;
};

const Shipped k_shipped[] = {
    {"fulcrum",
     7,
     3,
     33,
     {"FULCRUM_EMAIL", "FULCRUM_PASSWORD", "FULCRUM_API_KEY", "FULCRUM_ORGANIZATION_ID",
      "FULCRUM_OTHER_EMAIL", "FULCRUM_OTHER_PASSWORD", "FULCRUM_OTHER_API_KEY",
      "FULCRUM_OTHER_ORGANIZATION_ID"}},
    {"appcircle", 2, 2, 9, {"APPCIRCLE_PAT", "APPCIRCLE_OTHER_PAT"}},
    {"activeprospect", 3, 1, 13, {"ACTIVEPROSPECT_API_KEY", "ACTIVEPROSPECT_OTHER_API_KEY"}},
    {"sociocs", 2, 4, 8, {"SOCIOCS_API_KEY", "SOCIOCS_OTHER_API_KEY"}},
};

TEST(Shipped, SaysWhatItsDocumentsSay) {
  std::size_t sentences = 0;
  for (const Shipped& row : k_shipped) {
    const Result<Spec> spec = load_spec(k_root / "specs" / (row.name + ".yaml"));
    ASSERT_TRUE(spec) << spec.error().text();
    EXPECT_EQ(spec->operations.size(), row.operations) << row.name;
    EXPECT_EQ(spec->schemes.size(), row.schemes) << row.name;
    EXPECT_EQ(spec->requirements.size(), row.requirements) << row.name;
    sentences += spec->requirements.size();
    std::set<std::string> environment;
    for (const Principal& principal : spec->principals) {
      for (const Value& value : principal.values) {
        if (!value.env.empty()) environment.insert(value.env);
      }
    }
    EXPECT_EQ(environment, row.environment) << row.name;
    EXPECT_EQ(spec->principals.at(0).id, "member");
    EXPECT_TRUE(spec->principals.at(1).optional);
  }
  EXPECT_EQ(sentences, 63U);
}

// The documents print credentials. They may be sent to see that they do not open; they may not be
// what anything falls back to, and what is made at random may not look up to them either.
TEST(Shipped, PrintedCredentialsStandUnderSamplesAlone) {
  std::size_t samples = 0;
  for (const Shipped& row : k_shipped) {
    const std::string text = read(k_root / "specs" / (row.name + ".yaml"));
    const Result<Spec> spec = load_spec(k_root / "specs" / (row.name + ".yaml"));
    ASSERT_TRUE(spec) << spec.error().text();
    const std::string before = text.substr(0, text.find("\nsamples:"));
    for (const auto& [value, sample] : spec->samples) {
      ++samples;
      EXPECT_EQ(before.find(sample), std::string::npos) << row.name << " " << sample;
      for (const Principal& principal : spec->principals) {
        EXPECT_NE(find_value(principal, value), nullptr) << row.name << " " << value;
        for (const Value& held : principal.values) EXPECT_NE(held.env, sample);
      }
    }
  }
  EXPECT_EQ(samples, 6U);
}

// The shape that seeds wrong keys is that of the key the document prints.
TEST(Shipped, ShapesFitThePrintedKeys) {
  for (const auto& [name, index] :
       {std::pair<std::string, std::size_t>{"fulcrum", 1}, {"sociocs", 0}}) {
    const Result<Spec> spec = load_spec(k_root / "specs" / (name + ".yaml"));
    ASSERT_TRUE(spec) << spec.error().text();
    const Value* key = find_value(spec->principals.at(0), "api_key");
    ASSERT_NE(key, nullptr);
    EXPECT_TRUE(matches_shape(key->shape, spec->samples.at(index).second)) << name;
  }
}

TEST(Docs, TheExampleLoads) {
  const std::string page = read(k_root / "docs/writing-a-spec.md");
  const std::string fence = "```yaml orders.yaml\n";
  const std::size_t begin = page.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const std::string example =
      page.substr(begin + fence.size(), page.find("\n```\n", begin) + 1 - begin - fence.size());
  const ReadSpec read = read_spec(example, "example.yaml");
  EXPECT_TRUE(std::ranges::none_of(read.problems, &Problem::error)) << all_text(read.problems);
  EXPECT_EQ(read.spec.operations.size(), 3U);
  // What the page says that lint says.
  const std::string warnings = all_text(read.problems);
  EXPECT_NE(warnings.find("how many requests a second"), std::string::npos) << warnings;
  EXPECT_NE(warnings.find("with which status 'createToken' refuses"), std::string::npos);
  EXPECT_EQ(read.problems.size(), 2U) << warnings;
}

}  // namespace
}  // namespace keyward
