// SPDX-License-Identifier: Apache-2.0
// What the redactor reads a text as: where each byte stood, and that the quick looks which say
// "there is none here" agree with the readers.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "harness/base/coded.h"
#include "harness/base/random.h"
#include "harness/base/spelled.h"
#include "harness/base/squeezed.h"
#include "harness/base/text.h"
#include "harness/base/unchunk.h"
#include "harness/base/unescape.h"

namespace keyward {
namespace {

constexpr int k_rounds = 20'000;

TEST(Unescape, LeadsBackToWhatWasWritten) {
  Unescaped decoded;
  ASSERT_TRUE(unescape("a%41\\u0042&#67;\\ud83d\\ude00z", decoded));
  EXPECT_EQ(decoded.text, "aABC\xF0\x9F\x98\x80z");
  const auto original = [&](std::size_t begin, std::size_t end) {
    const TextRange range = decoded.original({begin, end});
    return std::pair(range.begin, range.end);
  };
  EXPECT_EQ(original(0, 1), std::pair(0UL, 1UL));
  EXPECT_EQ(original(0, 2), std::pair(0UL, 4UL));
  EXPECT_EQ(original(2, 4), std::pair(4UL, 15UL));
  EXPECT_EQ(original(5, 6), std::pair(15UL, 27UL));
  EXPECT_EQ(original(8, 9), std::pair(27UL, 28UL));
  EXPECT_EQ(decoded.widened({2, 6}).begin, 1U);
  EXPECT_EQ(decoded.widened({2, 6}).end, 10U);
}

TEST(Unescape, PassesOverWhatIsNoEscape) {
  Unescaped decoded;
  for (const char* text :
       {"",         "%",    "%4",    "%4g",    "\\",      "\\u",         "\\u12",       "\\u12g4",
        "\\x4",     "\\q",  "&",     "&;",     "&#;",     "&#x;",        "&#99999999;", "&amp",
        "&nosuch;", "%u12", "\\u{}", "\\u{41", "\\U0041", "\xEF\xBC\x80"})
    EXPECT_FALSE(unescape(text, decoded)) << text;
}

TEST(Unchunk, LeadsBackAcrossTheLinesBetween) {
  Unescaped joined;
  ASSERT_TRUE(unchunk("\r\n\r\n7\r\npat=FpJ\r\n1;x=\"1\"\r\nd\n00a \nq", joined));
  EXPECT_EQ(joined.text, "\r\npat=FpJdq");
  EXPECT_EQ(joined.original({6, 11}).begin, 11U);
  EXPECT_EQ(joined.original({6, 11}).end, 33U);
}

TEST(Unchunk, PassesOverOtherLines) {
  Unescaped joined;
  for (const char* text : {"", "\n", "7\r\n", "\n7", "\n7\r", "\nDate: x\r\n", "\nabcg\r\n",
                           "\n\r\n", "\n;\r\n", "\r\nFade\rx"})
    EXPECT_FALSE(unchunk(text, joined)) << escape(text);
}

// Texts that are nearly lists: figures of each base, gaps, and now and then something else.
std::string nearly_a_list(Random& random) {
  static const std::string_view pieces[] = {"90",       "0x5a",    "5A",  "255", "256",  "0132",
                                            "U+005A",   "1",       "0",   "777", "1012", "z",
                                            "01011010", "0101101", "x41", "+",   "g7"};
  static const std::string_view gaps[] = {" ",    ",", ", ", ":", "-", "\"",
                                          "\r\n", "",  "[",  "T", "=", "\\"};
  std::string text;
  for (std::uint64_t i = 0, size = random.below(12); i < size; ++i) {
    text += pieces[random.below(std::size(pieces))];
    text += gaps[random.below(random.below(3) == 0 ? std::size(gaps) : 5)];
  }
  return text;
}

TEST(Spelled, NothingIsFoundWhereNothingMayBe) {
  Random random(1);
  int found = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const std::string text = nearly_a_list(random);
    const SpelledSet ways = may_spell(text);
    Unescaped read;
    for (const Spelled how : k_spelled) {
      if (!read_spelled(text, how, read)) continue;
      ++found;
      ASSERT_TRUE(ways.has(how)) << text << " as " << static_cast<int>(how);
    }
  }
  EXPECT_GT(found, k_rounds / 20);
}

TEST(Spelled, ADateIsNoList) {
  for (const char* text :
       {"Date: Mon, 30 Nov 2026 23:52:10 GMT\r\n", "2026-11-30T23:52:10Z", "HTTP/1.1 200 OK\r\n"})
    EXPECT_FALSE(may_spell(text).has(Spelled::decimal)) << text;
  EXPECT_TRUE(may_spell("[90,113,56,1]").has(Spelled::decimal));
}

TEST(Squeezed, EachCharacterStandsWhereItSays) {
  Random random(2);
  for (int round = 0; round < k_rounds; ++round) {
    const std::string text = random.text("aZ09 .,<>/b\"\xC3", random.below(30));
    const Squeezed squeezed = squeeze(text);
    ASSERT_EQ(squeezed.text.size(), squeezed.at.size());
    for (std::size_t i = 0; i < squeezed.text.size(); ++i)
      ASSERT_EQ(squeezed.text[i], text[squeezed.at[i]]) << text;
    if (squeezed.text.empty()) continue;
    std::string again;
    for (const TextRange& part : squeezed.original({0, squeezed.text.size()}))
      again += text.substr(part.begin, part.end - part.begin);
    EXPECT_EQ(again, squeezed.text) << text;
  }
}

TEST(Squeezed, PartsEndWhereSomethingIsLeftOut) {
  const Squeezed squeezed = squeeze("ab-c<b>d</b>");
  EXPECT_EQ(squeezed.text, "abcd");
  const auto parts = squeezed.original({1, 4});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].begin, 1U);
  EXPECT_EQ(parts[1].begin, 3U);
  EXPECT_EQ(parts[2].end, 8U);
}

// Digits of all codes, with line breaks where some codes go on.
std::string nearly_coded(Random& random) {
  static const std::string_view alphabets[] = {
      "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
      "abcXYZ012-_+/", k_alphanumeric};
  static const std::string_view gaps[] = {"\r\n", "\n ", " ", "\"", ":", ""};
  std::string text;
  for (std::uint64_t i = 0, size = 1 + random.below(5); i < size; ++i) {
    text += random.text(alphabets[random.below(std::size(alphabets))], random.below(48));
    text += gaps[random.below(std::size(gaps))];
  }
  return text;
}

TEST(Coded, IsTheSameWithinTheRunsOfBase64) {
  Random random(3);
  int found = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const std::string text = nearly_coded(random);
    const Coded base64(text, Code::base64);
    for (const Code code : k_other_codes) {
      const Coded alone(text, code);
      const Coded within(base64, code);
      for (unsigned skip = 0; skip < alone.alignments(); ++skip) {
        Unescaped a;
        Unescaped b;
        ASSERT_EQ(alone.read(skip, a), within.read(skip, b)) << text << static_cast<int>(code);
        ASSERT_EQ(a.text, b.text) << text << static_cast<int>(code);
        found += a.text.empty() ? 0 : 1;
      }
    }
  }
  EXPECT_GT(found, k_rounds / 20);
}

TEST(Coded, HoldsNoTextInACodeThatItMayNotBe) {
  Random random(4);
  int left_out = 0;
  for (int round = 0; round < k_rounds; ++round) {
    const std::string text = nearly_coded(random);
    const Coded base64(text, Code::base64);
    const CodeSet codes = base64.may_be();
    const auto holds_text = [](const Coded& coded) {
      Unescaped read;
      for (unsigned skip = 0; skip < coded.alignments(); ++skip)
        if (coded.read(skip, read)) return true;
      return false;
    };
    if (!codes.has(Code::base64)) {
      ASSERT_FALSE(holds_text(base64)) << text;
      ++left_out;
    }
    for (const Code code : k_other_codes) {
      if (codes.has(code)) continue;
      ASSERT_FALSE(holds_text(Coded(base64, code))) << text << static_cast<int>(code);
      ++left_out;
    }
  }
  EXPECT_GT(left_out, k_rounds);
}

// A code is found at any place of the text.
TEST(Coded, IsFoundAnywhere) {
  const std::pair<Code, std::string_view> codes[] = {
      {Code::base64, "VGhlIG1hZ2ljIHdvcmRzIGFyZQ"},
      {Code::hexadecimal, "546865206d6167696320776f726473"},
      {Code::base32, "KRUGKIDNMFTWSYZAO5XXEZDT"}};
  for (const auto& [code, written] : codes) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text =
          std::string(before, before % 2 == 0 ? '.' : ' ') + std::string(written);
      const Coded coded(text, code);
      bool found = false;
      for (unsigned skip = 0; skip < coded.alignments(); ++skip) {
        Unescaped read;
        found = found || (coded.read(skip, read) && read.text.starts_with("The magic words"));
      }
      EXPECT_TRUE(found) << text;
    }
  }
}

}  // namespace
}  // namespace keyward
