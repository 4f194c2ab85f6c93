// SPDX-License-Identifier: Apache-2.0
// Other people's parsers: what they say, how they fail, and what is called a difference.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "fuzz/differential/grid.h"
#include "fuzz/differential/normal.h"
#include "fuzz/differential/render.h"
#include "fuzz/differential/study.h"

namespace keyward {
namespace {

using namespace std::chrono_literals;

constexpr auto k_limit = 2000ms;

Answer accept(std::vector<AnswerField> fields) { return {AnswerKind::accept, std::move(fields)}; }

AnswerField raw(std::string name, std::string value) {
  return {std::move(name), KEYWARD_RAW, std::move(value)};
}

Answer rejected() { return {AnswerKind::reject, {}, {}}; }

std::vector<std::string> signatures(Grammar grammar, const Answer& one, const Answer& other) {
  std::vector<std::string> all;
  for (const Difference& each : compare(grammar, {"b", &one}, {"a", &other}))
    all.push_back(each.signature());
  return all;
}

using Texts = std::vector<std::string>;

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

Panelist start(const std::string& plugin) {
  const auto source = PluginSource::of(plugin, parser_host(KEYWARD_PLUGINS));
  auto panelist = Panelist::start(source, k_limit);
  if (!panelist) throw std::runtime_error(panelist.error().text());
  return *std::move(panelist);
}

std::string python(const std::string& arguments) {
  return "pipe:exec " KEYWARD_PYTHON " " KEYWARD_SOURCE_DIR "/tests/difftest/" + arguments;
}

TEST(Wire, CarriesEveryByte) {
  const Question question{7, Grammar::query, every_byte()};
  const auto read = read_question(render_question(question));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->input, question.input);
  EXPECT_EQ(read->grammar, Grammar::query);
  const Answer answer = accept({raw("name", every_byte()), {"value", KEYWARD_DECODED, "\xC3\xA9"}});
  const auto back = read_answer(render_answer(7, answer), question);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, answer);
}

TEST(Compare, GivesTheWorstClassAlone) {
  const Answer base = accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/")});
  struct Row {
    Answer other;
    Texts expected;
  };
  const std::vector<Row> rows = {
      {base, {}},
      {rejected(), {"a-b-url-verdict-b"}},
      {{}, {}},
      {accept({raw("scheme", "HTTP"), raw("host", "H"), raw("path", "")}),
       {"a-b-url-spelling-scheme", "a-b-url-spelling-host", "a-b-url-spelling-path"}},
      {accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/"), raw("port", "80")}),
       {"a-b-url-spelling-port"}},
      {accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/"), raw("port", "")}),
       {"a-b-url-empty-port"}},
      {accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/"), raw("port", "81")}),
       {"a-b-url-port-port"}},
      {accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/x/../"), raw("user", "")}),
       {"a-b-url-empty-user"}},
      {accept({raw("scheme", "http"), raw("host", "h"), raw("path", "/"), raw("user", "u")}),
       {"a-b-url-credentials-user"}},
      {accept({raw("scheme", "http"), raw("host", "g"), raw("path", "/x"), raw("user", "u")}),
       {"a-b-url-host-host"}},
      {accept({raw("scheme", "http"), {"host", KEYWARD_UNKNOWN, ""}, raw("path", "/x")}),
       {"a-b-url-part-path"}},
      {accept({raw("scheme", "http"), {"host", KEYWARD_DECODED, "h"}, raw("path", "/")}), {}},
  };
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(signatures(Grammar::url, base, rows[i].other), rows[i].expected) << "row " << i;
}

TEST(Compare, DecodesOnceAndTellsRawFromDecoded) {
  const Answer triplet = accept({raw("user", "a%40b")});
  const Answer decoded = accept({{"user", KEYWARD_DECODED, "a@b"}});
  EXPECT_EQ(signatures(Grammar::url, triplet, decoded), Texts{});
  EXPECT_EQ(signatures(Grammar::url, triplet, accept({raw("user", "a@b")})),
            Texts{"a-b-url-spelling-user"});
  EXPECT_EQ(signatures(Grammar::url, accept({raw("user", "a%2540b")}), decoded),
            Texts{"a-b-url-credentials-user"});
}

TEST(Compare, ListsByOrderAndChallengesByName) {
  const auto pair = [](std::string name, std::string value) {
    return std::vector{raw("name", std::move(name)), raw("value", std::move(value))};
  };
  const auto list = [](std::initializer_list<std::vector<AnswerField>> parts) {
    std::vector<AnswerField> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return accept(all);
  };
  const Answer two = list({pair("a", "1"), pair("b", "2")});
  EXPECT_EQ(signatures(Grammar::query, two, list({pair("a", "1")})),
            Texts{"a-b-query-credentials-count"});
  EXPECT_EQ(signatures(Grammar::query, two, list({pair("a", "%31"), pair("b", "2")})), Texts{});
  EXPECT_EQ(signatures(Grammar::query, accept({raw("name", "a")}), list({pair("a", "")})),
            Texts{"a-b-query-empty-value"});
  EXPECT_EQ(signatures(Grammar::query, two, list({pair("b", "2"), pair("a", "1")})),
            (Texts{"a-b-query-credentials-name", "a-b-query-credentials-value"}));
  const std::vector<AnswerField> scheme = {raw("scheme", "Digest")};
  EXPECT_EQ(signatures(Grammar::challenge, list({scheme, pair("A", "1"), pair("b", "2")}),
                       list({scheme, pair("b", "2"), pair("a", "1")})),
            Texts{});
}

TEST(Normal, Hosts) {
  EXPECT_EQ(normal_host("[2001:DB8:0:0::1]"), "2001:db8::1");
  EXPECT_EQ(normal_host("[fe80:0::1%Eth0]"), "fe80::1%eth0");
  EXPECT_EQ(normal_host("EXAMPLE.com."), "example.com.");
  EXPECT_EQ(normal_host("[not an address]"), "not an address");
}

TEST(Isolation, SharedObject) {
  Panelist panelist = start(KEYWARD_MISBEHAVING);
  struct Row {
    std::string input;
    AnswerKind kind;
    std::string detail;
  };
  const std::vector<Row> rows = {
      {"fine", AnswerKind::accept, ""},
      {"crash", AnswerKind::crash, "signal 11"},
      {"end", AnswerKind::crash, "exit code 3"},
      {"hang", AnswerKind::hang, "no answer in 2000 ms"},
      {"field", AnswerKind::garbage, "hostname"},
      {"null", AnswerKind::garbage, "there is no field"},
      {"verdict", AnswerKind::garbage, "verdict"},
      {"print", AnswerKind::accept, ""},
  };
  for (const Row& row : rows) {
    const Answer answer = panelist.ask(Grammar::url, row.input);
    EXPECT_EQ(name(answer.kind), name(row.kind)) << row.input << ": " << answer.detail;
    EXPECT_NE(answer.detail.find(row.detail), std::string::npos) << answer.detail;
    const Answer after = panelist.ask(Grammar::url, "after " + row.input);
    EXPECT_EQ(after, accept({raw("host", "after " + row.input)})) << after.detail;
  }
  EXPECT_EQ(panelist.ask(Grammar::query, "a").kind, AnswerKind::abstain);
}

TEST(Isolation, Pipe) {
  Panelist panelist = start(python("misbehaving.py"));
  struct Row {
    std::string input;
    AnswerKind kind;
  };
  const std::vector<Row> rows = {
      {"noise", AnswerKind::garbage},   {"array", AnswerKind::garbage},
      {"id", AnswerKind::garbage},      {"verdict", AnswerKind::garbage},
      {"pair", AnswerKind::garbage},    {"field", AnswerKind::garbage},
      {"form", AnswerKind::garbage},    {"wide", AnswerKind::garbage},
      {"endless", AnswerKind::garbage}, {"end", AnswerKind::crash},
      {"hang", AnswerKind::hang},
  };
  for (const Row& row : rows) {
    const Answer answer = panelist.ask(Grammar::url, row.input);
    EXPECT_EQ(name(answer.kind), name(row.kind)) << row.input << ": " << answer.detail;
    EXPECT_FALSE(answer.detail.empty()) << row.input;
    EXPECT_EQ(panelist.ask(Grammar::url, "h"), accept({raw("host", "h")})) << row.input;
  }
}

TEST(Isolation, AnAnswerTooManyIsNotTakenForTheNext) {
  Panelist panelist = start(python("misbehaving.py"));
  EXPECT_EQ(panelist.ask(Grammar::url, "twice").kind, AnswerKind::accept);
  EXPECT_EQ(panelist.ask(Grammar::url, "h").kind, AnswerKind::garbage);
  EXPECT_EQ(panelist.ask(Grammar::url, "h").kind, AnswerKind::accept);
}

TEST(Isolation, WhatDoesNotStartSaysWhy) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"./no-such.so", "exit code 2"},
      {"pipe:exit 5", "exit code 5"},
      {"pipe:no-such-command-here", "exit code 127"},
      {python("misbehaving.py version"), "no 'keyward_parser': 1"},
      {python("misbehaving.py name"), "a to z"},
      {python("misbehaving.py grammar"), "there is no grammar 'uri'"},
      {python("misbehaving.py text"), "hello"},
  };
  for (const auto& [plugin, words] : rows) {
    const auto source = PluginSource::of(plugin, parser_host(KEYWARD_PLUGINS));
    const auto panelist = Panelist::start(source, k_limit);
    ASSERT_FALSE(panelist) << plugin;
    EXPECT_NE(panelist.error().text().find(words), std::string::npos) << panelist.error().text();
  }
}

TEST(BuiltIn, AgreeOnAnOrdinaryUrl) {
  std::vector<Panelist> panel;
  for (const PluginSource& source : built_in_plugins(KEYWARD_PLUGINS)) {
    auto panelist = Panelist::start(source, k_limit);
    if (panelist) panel.push_back(*std::move(panelist));
  }
  ASSERT_GE(panel.size(), 4U) << "keyward, libcurl, boost_url and boost_beast need no package more";
  const std::atomic<bool> stop = false;
  const std::vector<Input> inputs = {
      {Grammar::url, "https://user:pa%3Ass@example.com:8443/a/b?x=1#top", "plain"},
      {Grammar::query, "token=a+b&c=%2F", "plain"},
      {Grammar::authorization, "Basic dXNlcjpwYXNz", "plain"},
      {Grammar::request, "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n",
       "plain"}};
  const Study result = study(panel, inputs, Quirks{}, stop);
  ASSERT_EQ(result.rows.size(), inputs.size());
  for (const StudyRow& row : result.rows) {
    EXPECT_TRUE(row.differences.empty()) << render_plain(grid_of(result.parsers, row), "");
    EXPECT_TRUE(std::ranges::any_of(row.answers, [](const Answer& answer) {
      return answer.kind == AnswerKind::accept;
    })) << row.input.text;
  }
}

constexpr const char* k_quirks = R"(findings:
  - id: two
    parser: b
    version: 1.*
    grammar: url
    class: host
    says: {host: '@'}
    reason: r
    source: s
quirks:
  - {id: one, parser: a, against: [x, b], grammar: url, class: [verdict], input: '^x', reason: r, source: s}
)";

TEST(QuirksFile, Explains) {
  const auto quirks = Quirks::read(k_quirks, "q.yaml");
  ASSERT_TRUE(quirks) << quirks.error().text();
  const Answer odd = accept({raw("host", "a@b")});
  const Answer even = accept({raw("host", "b")});
  const Difference host{"a", "b", Grammar::url, DifferenceClass::host, "host"};
  const auto explained = [&](const Difference& difference, const std::string& input,
                             const std::string& version, const Answer& answer) {
    const auto found = quirks->explain(difference, input, {"9", &even}, {version, &answer});
    return found.empty() ? "" : found.front()->id;
  };
  EXPECT_EQ(explained(host, "x", "1.2", odd), "two");
  EXPECT_EQ(explained(host, "x", "2.0", odd), "") << "another version";
  EXPECT_EQ(explained(host, "x", "1.2", even), "") << "says something else";
  const Difference verdict{"a", "b", Grammar::url, DifferenceClass::verdict, "a"};
  EXPECT_EQ(explained(verdict, "xy", "1", odd), "one");
  EXPECT_EQ(explained(verdict, "yx", "1", odd), "") << "another input";
  const Difference other{"a", "c", Grammar::url, DifferenceClass::verdict, "a"};
  EXPECT_EQ(explained(other, "xy", "1", odd), "") << "against another parser";
}

TEST(QuirksFile, RefusalsHaveAPlace) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"quirk: []\n", "q.yaml:1:1: there is no key 'quirk'; did you mean 'quirks'?"},
      {"quirks: 1\n", "q.yaml:1:9: quirks is not a list"},
      {"quirks:\n  - 1\n", "q.yaml:2:5: not a map"},
      {"quirks:\n  - {id: a}\n", "q.yaml:2:5: it needs a text or a list of texts 'parser'"},
      {"quirks:\n  - id: a\n    grammar: uri\n", "q.yaml:3:14: there is no grammar 'uri'"},
      {"quirks:\n  - id: a\n    class: hosts\n", "q.yaml:3:12: there is no class 'hosts'"},
      {"quirks:\n  - id: a\n    input: '['\n", "q.yaml:3:12: no regular expression"},
      {"quirks:\n  - id: a\n    grammar: url\n    says: {hots: a}\n",
       "q.yaml:4:12: there is no field 'hots'"},
      {"quirks:\n  - id: a\n    version: 1\n", "q.yaml:3:5: there is no key 'version'"},
      {"quirks:\n  - id: a\n  - id: a\n", "q.yaml:3:9: the id 'a' is taken"},
      {"findings:\n  - id: a\n", "needs a text or a list of texts 'version'"},
  };
  for (const auto& [source, words] : rows) {
    const auto quirks = Quirks::read(source, "q.yaml");
    ASSERT_FALSE(quirks) << source;
    EXPECT_NE(quirks.error().message.find(words), std::string::npos) << quirks.error().message;
  }
}

TEST(Inputs, Lists) {
  const auto folder = std::filesystem::path(testing::TempDir());
  std::ofstream(folder / "urls.txt") << "http://a\r\n\nhttp://b\n";
  const auto urls = read_list(folder / "urls.txt", Grammar::url);
  ASSERT_TRUE(urls);
  ASSERT_EQ(urls->size(), 2U);
  EXPECT_EQ((*urls)[1].text, "http://b");
  EXPECT_EQ((*urls)[1].source, "urls.txt:3");
  std::ofstream(folder / "headers.txt") << "authorization: Basic YTpi \nWWW-Authenticate: Basic\n";
  const auto headers = read_headers(folder / "headers.txt");
  ASSERT_TRUE(headers);
  EXPECT_EQ((*headers)[0].text, "Basic YTpi");
  EXPECT_EQ((*headers)[1].grammar, Grammar::challenge);
  std::ofstream(folder / "other.txt") << "Host: h\n";
  const auto other = read_headers(folder / "other.txt");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().where, "other.txt:1");
}

TEST(Inputs, VectorsOfEveryGrammar) {
  const auto inputs = read_vectors(KEYWARD_SOURCE_DIR "/tests/vectors");
  ASSERT_TRUE(inputs) << inputs.error().text();
  for (const Grammar grammar : k_grammars) {
    EXPECT_GE(std::ranges::count(*inputs, grammar, &Input::grammar), 20) << name(grammar);
  }
  EXPECT_TRUE(std::ranges::any_of(*inputs, [](const Input& input) {
    return input.text == std::string("http://h/a\0b", 12) && input.source == "url/nul-in-path";
  }));
  EXPECT_FALSE(read_vectors("no/such/folder"));
}

}  // namespace
}  // namespace keyward
