// SPDX-License-Identifier: Apache-2.0
// The judges judge: the matcher reads ABNF as RFC 5234 means it, the standards' rules take what the
// standards take, the steps are counted, and a breach is told to whoever wants to know.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fuzz/oracle/abnf.h"
#include "fuzz/oracle/literal.h"
#include "fuzz/oracle/rules.h"
#include "fuzz/properties/check.h"
#include "fuzz/properties/properties.h"
#include "fuzz/properties/steps.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/cookie.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/url.h"

namespace keyward::fuzz {
namespace {

TEST(Abnf, ReadsWhatTheRfcsUse) {
  const abnf::Grammar grammar(
      "OWS = *\" \"\n"
      "; a comment\n"
      "word = 1*%x61-63\n"
      "any-case = \"aB\"\n"
      "exact = %s\"aB\"\n"
      "counted = 2word-char / 1*3\"x\"\n"
      "word-char = \"y\"\n"
      "maybe = [ word ] \"!\"\n"
      "both = word\n"
      "      / \"z\" word\n"
      "words = #word\n"
      "greedy = *\"a\" \"a\"\n");
  const auto matches = [&](std::string_view rule, std::string_view text) {
    return grammar.matches(grammar.rule(rule), text);
  };
  EXPECT_TRUE(matches("word", "abc") && !matches("word", "") && !matches("word", "abd"));
  EXPECT_TRUE(matches("any-case", "Ab") && matches("exact", "aB") && !matches("exact", "AB"));
  EXPECT_TRUE(matches("counted", "yy") && !matches("counted", "y") && matches("counted", "xxx"));
  EXPECT_FALSE(matches("counted", "xxxx"));
  EXPECT_TRUE(matches("maybe", "!") && matches("maybe", "a!") && !matches("maybe", "a"));
  EXPECT_TRUE(matches("both", "a") && matches("both", "zc") && !matches("both", "z"));
  EXPECT_TRUE(matches("words", "") && matches("words", "a , ,b,") && !matches("words", "a b"));
  EXPECT_TRUE(matches("greedy", "aaa")) << "a repetition gives back what comes after it needs";
}

TEST(Rules, AreTheStandards) {
  const auto matches = [](const char* rule, std::string_view text) {
    return literal::Rule(rule)(text);
  };
  EXPECT_TRUE(matches("credentials", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));     // RFC 7617
  EXPECT_TRUE(matches("WWW-Authenticate", "Basic realm=\"a\", , Newauth x=y"));  // RFC 9110
  EXPECT_FALSE(matches("WWW-Authenticate", "Basic realm=\"a"));
  EXPECT_TRUE(matches("URI-reference", "ldap://[2001:db8::7]/c=GB?objectClass?one"));  // RFC 3986
  EXPECT_TRUE(matches("IPv6address", "::ffff:1.2.3.4") && !matches("IPv6address", "1::2::3"));
  EXPECT_FALSE(matches("IPv4address", "1.2.3.256"));
  EXPECT_TRUE(matches("standard-padded", "Zm9vYg==") && !matches("standard-padded", "Zm9vYh=="));
  EXPECT_TRUE(matches("cookie-string", "SID=31d4; lang=en-US"));  // RFC 6265
  EXPECT_TRUE(matches("UTF8-octets", "\xE2\x82\xAC") && !matches("UTF8-octets", "\xC0\x80"));
}

TEST(Literal, DoesWhatTheStandardsSay) {
  EXPECT_EQ(literal::base64_bytes("Zm9vYmE="), "fooba");  // RFC 4648 section 10
  EXPECT_EQ(literal::percent_bytes("%41%7e%4"), "A~%4");
  EXPECT_EQ(literal::quoted_value(R"(a\"b\\)"), R"(a"b\)");
  EXPECT_EQ(literal::without_dot_segments("/a/b/c/./../../g"), "/a/g");  // RFC 3986 section 5.2.4
  const auto base = literal::url_parts("http://a/b/c/d;p?q");
  EXPECT_EQ(literal::recompose(literal::resolved(base, literal::url_parts("../g"))),
            "http://a/b/g");
  EXPECT_EQ(literal::recompose(literal::resolved(base, literal::url_parts("?y"))),
            "http://a/b/c/d;p?y");
}

// The figures behind k_steps_per_byte: pieces on which a parser that steps back would be quadratic.
TEST(Steps, OfOurParsersStayFarBelowTheLimit) {
  std::uint64_t most = 0;
  const auto count = [&](std::string_view text, auto parse) {
    const std::uint64_t before = steps();
    static_cast<void>(parse(text));
    most = std::max(most, (steps() - before) / text.size());
  };
  for (const std::string_view piece :
       {"a", " ",   ",", "=",  "\"", "\\\"", "%",  "%41",         "&",     ";",        ":",  "@",
        "/", "/..", "[", "a,", "a=", "a=b,", "a ", "b=\"\\\\\",", "x=y; ", "A: b\r\n", "::", "."}) {
    for (const std::string_view head : {"", "B ", "B a=\"", "http://", "http://h/", "a=b; "}) {
      std::string text(head);
      while (text.size() < 16384) text += piece;
      count(text, parse_credentials);
      count(text, parse_challenges);
      count(text, parse_url);
      count(text, parse_field_block);
      count(text, parse_quoted_string);
      count(text, parse_form);
      count(text, parse_set_cookie);
    }
  }
  EXPECT_GT(most, 1U) << "nothing was counted";
  EXPECT_LT(most, k_steps_per_byte / 2);
}

struct Caught {
  Judge judge;
  std::string property;
};

TEST(Breaches, AreTold) {
  set_on_breach(
      [](const Breach& breach) { throw Caught{breach.judge, std::string(breach.property)}; });
  // A parser that begins again for every eighth byte.
  const std::string letters(20000, 'a');
  const auto quadratic = [](std::string_view text) {
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < text.size(); i += 8) tokens += is_token(text.substr(i)) ? 1 : 0;
    return tokens;
  };
  try {
    static_cast<void>(parse_in_steps(letters, quadratic));
    ADD_FAILURE() << "a quadratic parser passed";
  } catch (const Caught& caught) {
    EXPECT_EQ(caught.judge, Judge::steps);
    EXPECT_EQ(caught.property, "parsing is linear");
  }
  try {
    FUZZ_AGREE(1 + 1 == 3, "arithmetic", "x");
    ADD_FAILURE() << "a breach passed";
  } catch (const Caught& caught) {
    EXPECT_EQ(caught.judge, Judge::grammar);
  }
  set_on_breach(nullptr);
  EXPECT_DEATH(report({Judge::property, "what ought to hold", "a\n\x01"}),
               "property: \"what ought to hold\" does not hold for \"a.n.x01\"");
}

}  // namespace
}  // namespace keyward::fuzz
