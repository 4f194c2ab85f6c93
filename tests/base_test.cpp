// SPDX-License-Identifier: Apache-2.0
// What every floor stands on: texts, dates, randomness, secrets, errors.
#include <chrono>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/error.h"
#include "harness/base/random.h"
#include "harness/base/secret.h"
#include "harness/base/text.h"

namespace keyward {
namespace {

using namespace std::string_literals;

// --- text ---

TEST(Text, EscapeIsOneLineOfPrintableAscii) {
  const struct {
    std::string bytes, escaped;
  } rows[] = {
      {"", ""},
      {"plain ~!", "plain ~!"},
      {"a\r\nb\tc", R"(a\r\nb\tc)"},
      {R"(\r)", R"(\\r)"},  // a backslash never looks like an escape
      {"\0"s, R"(\x00)"},
      {"\x1F\x7F\x80\xFF", R"(\x1f\x7f\x80\xff)"},
      {"\x1B[31m", R"(\x1b[31m)"},
      {"\xC3\xA9", R"(\xc3\xa9)"},
  };
  for (const auto& row : rows) EXPECT_EQ(escape(row.bytes), row.escaped);
}

TEST(Text, EscapeIsOneToOne) {
  std::set<std::string> seen;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string escaped = escape(std::string(1, static_cast<char>(byte)));
    EXPECT_TRUE(seen.insert(escaped).second) << escaped;
    for (const char c : escaped) EXPECT_TRUE(c >= ' ' && c < 0x7F);
  }
}

TEST(Text, HexAndCase) {
  EXPECT_EQ(hex("\x00\x0F\xA0\xFF"s + std::string(1, '\0')), "000fa0ff00");
  EXPECT_EQ(to_lower("AZaz09[\xC3\x89"), "azaz09[\xC3\x89");
  EXPECT_EQ(to_upper("AZaz09{\xC3\xA9"), "AZAZ09{\xC3\xA9");
}

TEST(Text, SplitJoinReplace) {
  const struct {
    std::string_view text;
    std::vector<std::string> pieces;
  } rows[] = {{"", {""}},
              {"a", {"a"}},
              {"a,b", {"a", "b"}},
              {",", {"", ""}},
              {"a,,b,", {"a", "", "b", ""}}};
  for (const auto& row : rows) {
    const auto pieces = split(row.text, ',');
    EXPECT_EQ(std::vector<std::string>(pieces.begin(), pieces.end()), row.pieces) << row.text;
    EXPECT_EQ(join(row.pieces, ","), row.text);
  }
  EXPECT_EQ(join({}, ","), "");
  EXPECT_EQ(replace_all("aXbXX", "X", "yX"), "ayXbyXyX");
  EXPECT_EQ(replace_all("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replace_all("", "a", "b"), "");
}

TEST(Glob, Matches) {
  const struct {
    std::string_view pattern, text;
    bool matches;
  } rows[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a/b/c", true},
      {"?", "", false},
      {"?", "/", true},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"a*c", "ac", true},
      {"a*c", "a/b/c", true},
      {"a*c", "acd", false},
      {"*b*", "abc", true},
      {"**", "x", true},
      {"a**b", "ab", true},
      {"*ab", "aab", true},
      {"*aab", "aaab", true},
      {"a*b*c", "aXbYbZc", true},
      {"abc", "ABC", false},
      {"[ab]", "a", false},
      {"[ab]", "[ab]", true},
      {"\\*", "*", false},
      {"*", "*", true},
      {"listForms/*/presence/open-endpoint*", "listForms/anonymous/presence/open-endpoint", true},
      {"listForms/*/presence/open-endpoint*", "listFormsX/anonymous/presence/open-endpoint", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(glob_match(row.pattern, row.text), row.matches) << row.pattern << " " << row.text;
}

// Trying all splits would take longer than the universe has been there.
TEST(Glob, PathologicalPatternsEndSoon) {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(glob_match(pattern + "*b", text));
  EXPECT_TRUE(glob_match(pattern + "*", text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Text, ClosestIsNearOrNothing) {
  const std::vector<std::string> names = {"operations", "requirements", "securitySchemes",
                                          "apiKey"};
  const struct {
    std::string_view word, closest;
  } rows[] = {
      {"operation", "operations"},
      {"oprations", "operations"},
      {"apikey", "apiKey"},
      {"APIKEY", "apiKey"},
      {"securityScheme", "securitySchemes"},
      {"zzzzzz", ""},
      {"requiremnets", "requirements"},
  };
  for (const auto& row : rows) EXPECT_EQ(closest(row.word, names), row.closest) << row.word;
  EXPECT_EQ(closest("anything", {}), "");
  EXPECT_EQ(closest("cat", {"bat", "cats"}), "bat");  // the first of those equally near
}

// --- dates ---

TEST(Dates, HttpDate) {
  const struct {
    std::string_view text;
    double seconds;
  } rows[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Thu, 29 Feb 2024 23:59:60 GMT", 1709251200},  // a leap second
      {"Sat, 29 Feb 2025 00:00:00 GMT", -1},
      {"Sun, 31 Apr 2024 00:00:00 GMT", -1},
      {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
      {"Sun, 06 Nov 1994 08:60:37 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:61 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
      {"Sun, 06 Nov 1994 08:49:37 gmt", -1},
      {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
      {"Sun, 06 anF 1994 08:49:37 GMT", -1},
      {"Sun, 06 nov 1994 08:49:37 GMT", -1},
      {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
      {"Sun, +6 Nov 1994 08:49:37 GMT", -1},
      {"Sun, 06-Nov-1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 08.49.37 GMT", -1},
      {"Sun  06 Nov 1994 08:49:37 GMT", -1},
      {"Xyz, 06 Nov 1994 08:49:37 GMT", -1},
      {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
      {"Sun Nov  6 08:49:37 1994", -1},
      {"120", -1},
      {"", -1},
  };
  for (const auto& row : rows) EXPECT_EQ(parse_http_date(row.text), row.seconds) << row.text;
}

TEST(Dates, Rfc3339) {
  const struct {
    std::string_view text;
    double seconds;  ///< < 0: none
  } rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2017-04-11T19:13:58Z", 1491938038},
      {"2017-04-11t19:13:58z", 1491938038},
      {"2017-04-11 19:13:58Z", 1491938038},  // section 5.6 allows a space for readability
      {"2017-04-11T19:13:58.25Z", 1491938038.25},
      {"2017-04-11T19:13:58.5+00:00", 1491938038.5},
      {"2017-04-11T21:13:58+02:00", 1491938038},
      {"2017-04-11T13:43:58-05:30", 1491938038},
      {"2017-04-12T00:58:58+05:45", 1491938038},
      {"2016-12-31T23:59:60Z", 1483228800},
      {"2024-02-29T00:00:00-00:00", 1709164800},
      {"2023-02-29T00:00:00Z", -1},
      {"2023-13-01T00:00:00Z", -1},
      {"2023-00-01T00:00:00Z", -1},
      {"2023-01-32T00:00:00Z", -1},
      {"2023-01-01T24:00:00Z", -1},
      {"2023-01-01T00:60:00Z", -1},
      {"2023-01-01T00:00:61Z", -1},
      {"2023-01-01T00:00:00", -1},  // no zone
      {"2023-01-01T00:00:00.Z", -1},
      {"2023-01-01T00:00:00.5", -1},
      {"2023-01-01T00:00:00,5Z", -1},
      {"2023-01-01T00:00:00+24:00", -1},
      {"2023-01-01T00:00:00+01:60", -1},
      {"2023-01-01T00:00:00+0100", -1},
      {"2023-01-01T00:00:00+1:00", -1},
      {"2023-01-01T00:00:00Z ", -1},
      {"2023-01-01T00:00:00ZZ", -1},
      {"2023-01-01T00:00Z", -1},
      {"2023-1-1T00:00:00Z", -1},
      {"20230101T000000Z", -1},
      {"2023-01-01", -1},
      {"2023/01/01T00:00:00Z", -1},
      {"-023-01-01T00:00:00Z", -1},
      {"", -1},
  };
  for (const auto& row : rows) {
    if (row.seconds < 0)
      EXPECT_LT(parse_rfc3339(row.text), 0) << row.text;
    else
      EXPECT_DOUBLE_EQ(parse_rfc3339(row.text), row.seconds) << row.text;
  }
}

TEST(Dates, AreWrittenAndReadAgain) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(1491938038.9), "2017-04-11T19:13:58Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59Z");
  Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto seconds = static_cast<double>(random.below(253'402'300'800));  // to the year 9999
    EXPECT_EQ(parse_rfc3339(rfc3339(seconds)), seconds) << rfc3339(seconds);
  }
}

// --- random ---

// Reference values of SplitMix64 and of FNV-1a: a plan of last year is the plan of today.
TEST(RandomNumbers, AreTheSameOnEveryMachine) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325U);
  EXPECT_EQ(stable_hash("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8U);
  EXPECT_EQ(stable_hash("bar", stable_hash("foo")), stable_hash("foobar"));
}

TEST(RandomNumbers, DeriveFromSeedAndId) {
  const auto first = [](std::uint64_t seed, std::string_view id) {
    return Random(seed, id).next();
  };
  EXPECT_EQ(first(1, "a/b/c/d"), first(1, "a/b/c/d"));
  EXPECT_NE(first(1, "a/b/c/d"), first(2, "a/b/c/d"));
  EXPECT_NE(first(1, "a/b/c/d"), first(1, "a/b/c/e"));
}

TEST(RandomNumbers, StayInTheirBounds) {
  Random random(3);
  std::set<char> seen;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.below(7), 7U);
    seen.insert(random.pick(k_digits));
  }
  EXPECT_EQ(seen.size(), 10U);
  const std::string text = random.text(k_lower_hex, 64);
  EXPECT_EQ(text.size(), 64U);
  EXPECT_EQ(text.find_first_not_of(k_lower_hex), std::string::npos);
}

// --- secrets ---

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

TEST(Secrets, CannotBePrinted) {
  static_assert(Printable<std::string> && !Printable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  const Secret secret("member.api_key", "s3cr3t");
  EXPECT_EQ(secret.label(), "member.api_key");
  EXPECT_EQ(secret.expose(), "s3cr3t");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret("member.api_key", "").empty());
}

// --- errors ---

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorKind::usage, "odd", "here:1:2");
  return number / 2;
}

Result<int> quarter(int number) {
  KEYWARD_TRY(const int once, half(number));
  KEYWARD_TRY(const int twice, half(once));
  return twice;
}

Status divisible_by_four(int number) {
  KEYWARD_CHECK(quarter(number));
  return {};
}

TEST(Errors, ReturnToTheCaller) {
  EXPECT_EQ(quarter(8).value(), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().kind, ErrorKind::usage);
  EXPECT_EQ(quarter(6).error().text(), "here:1:2: odd");
  EXPECT_EQ((Error{ErrorKind::io, "gone"}).text(), "gone");
  EXPECT_TRUE(divisible_by_four(12));
  EXPECT_FALSE(divisible_by_four(10));
}

}  // namespace
}  // namespace keyward
