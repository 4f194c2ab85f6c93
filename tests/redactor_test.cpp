// SPDX-License-Identifier: Apache-2.0
// The promise "it never leaks", at its root: each spelling of a secret, in each surrounding, whole
// and in pieces, is replaced; and nothing else is.
#include "harness/base/redactor.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/near.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/json/json.h"
#include "tests/written.h"

namespace keyward::testing {
namespace {

using namespace std::string_literals;

struct Spelling {
  const char* name;
  std::function<std::string(std::string_view)> write;
};

const std::vector<Spelling>& spellings() {
  static const std::vector<Spelling> all = {
      {"raw", [](std::string_view s) { return std::string(s); }},
      {"upper case", [](std::string_view s) { return to_upper(s); }},
      {"lower case", [](std::string_view s) { return to_lower(s); }},
      {"base64", [](std::string_view s) { return base64(s); }},
      {"base64 without padding", [](std::string_view s) { return without_padding(base64(s)); }},
      {"base64url", [](std::string_view s) { return base64(s, true); }},
      {"base64, percent-encoded", [](std::string_view s) { return percent_minimal(base64(s)); }},
      {"hex", [](std::string_view s) { return hex(s); }},
      {"upper hex", [](std::string_view s) { return to_upper(hex(s)); }},
      {"percent", [](std::string_view s) { return each_byte(s, "%%%02x"); }},
      {"upper percent", [](std::string_view s) { return each_byte(s, "%%%02X"); }},
      {"minimal percent", percent_minimal},
      {"doubly percent", [](std::string_view s) { return each_byte(s, "%%25%02X"); }},
      {"doubly minimal", [](std::string_view s) { return percent_minimal(percent_minimal(s)); }},
      {"form", [](std::string_view s) { return replace_all(percent_minimal(s), "%20", "+"); }},
      {"JSON", json_escaped},
      {"JSON in JSON", [](std::string_view s) { return json_escaped(json_escaped(s)); }},
      {"JSON of percent", [](std::string_view s) { return json_escaped(percent_minimal(s)); }},
      {"escaped for a terminal", [](std::string_view s) { return escape(s); }},
      {"HTML", html_escaped},
      {"HTML decimal", [](std::string_view s) { return each_byte(s, "&#%d;"); }},
      {"HTML hexadecimal", [](std::string_view s) { return each_byte(s, "&#x%02x;"); }},
      {"mixed", mixed},
  };
  return all;
}

const std::vector<std::string>& secrets() {
  static const std::vector<std::string> all = {
      "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069a1b2c3d4e5f60718",
      "Zx9!pQ2@vL5#",
      "q w+e/r%t\\y\"u&i<o>p'",
      "org-117:sk_live_4eC39HqLyjWDarjtT1zdp7dc",
      "p\xC3\xA4ssw\xC3\xB6rd-\xE2\x82\xAC",
      "\x01\x02\x03nul\0in it\x7f"s,
  };
  return all;
}

struct Surrounding {
  const char* name;
  std::string before, after;
};

const std::vector<Surrounding>& surroundings() {
  static const std::vector<Surrounding> all = {
      {"alone", "", ""},
      {"JSON", "{\"token\":\"", "\",\"n\":1}"},
      {"URL", "https://api.example/v2/forms?page=1&token=", "&x=%20"},
      {"field", "GET / HTTP/1.1\r\nX-ApiToken: ", "\r\nHost: a\r\n\r\n"},
      {"HTML", "<p title=\"&lt;", "\">&amp;</p>"},
      {"behind escapes", "%41\\u0041&#65;%2541", "%0a"},
  };
  return all;
}

TEST(Redactor, HidesEverySpellingInEverySurrounding) {
  for (const std::string& secret : secrets()) {
    const Redactor redactor = hiding(secret);
    for (const Spelling& spelling : spellings()) {
      for (const Surrounding& around : surroundings()) {
        const std::string cleaned =
            redactor.clean(around.before + spelling.write(secret) + around.after);
        EXPECT_EQ(replace_all(cleaned, "=", ""),
                  replace_all(around.before + std::string(k_label) + around.after, "=", ""))
            << escape(secret) << " as " << spelling.name << " in " << around.name;
      }
    }
  }
}

TEST(Redactor, HidesBase64AtEveryAlignment) {
  for (const std::string& secret : secrets()) {
    const Redactor redactor = hiding(secret);
    for (const bool url : {false, true}) {
      for (std::size_t before = 0; before < 6; ++before) {
        for (std::size_t after = 0; after < 6; ++after) {
          const std::string around(before, '<');
          const std::string text = base64(around + secret + std::string(after, '>'), url);
          const std::string cleaned = redactor.clean(text);
          ASSERT_NE(cleaned.find(k_label), std::string::npos) << escape(secret) << " " << text;
          // What is left are the neighbours' own characters, at most two of them shared.
          EXPECT_LE(cleaned.size() - k_label.size(),
                    4 * ((before + 2) / 3) + 4 * ((after + 2) / 3) + 4);
        }
      }
    }
  }
}

TEST(Redactor, HidesBasicUserPassGivenAsItsBase64) {
  Redactor redactor;
  redactor.add("member.account", base64("someone@example.com:hunter2"));
  EXPECT_EQ(
      redactor.clean("Authorization: Basic " + base64("someone@example.com:hunter2") + "\r\n"),
      "Authorization: Basic «member.account»\r\n");
  EXPECT_EQ(redactor.clean("someone@example.com"), "someone@example.com");
}

TEST(Redactor, HidesEveryPieceOfEightBytes) {
  for (const std::string& secret : secrets()) {
    const Redactor redactor = hiding(secret);
    for (const std::string& text : {secret, hex(secret), base64(secret)}) {
      for (std::size_t from = 0; from + 8 <= text.size(); ++from) {
        for (std::size_t size = 8; from + size <= text.size(); ++size) {
          for (const char* before : {"", "~", "~~", "~~~"}) {
            const std::string cleaned = redactor.clean(before + text.substr(from, size) + "~");
            ASSERT_EQ(replace_all(replace_all(cleaned, "=", ""), "\"", ""),
                      before + std::string(k_label) + "~")
                << escape(text) << " " << from << "+" << size;
          }
        }
      }
    }
    const std::string seven = "<" + secret.substr(2, 7) + ">";
    EXPECT_EQ(redactor.clean(seven), seven);
  }
}

// As those of JSON Web Tokens do, whose headers are one.
TEST(Redactor, HidesLongTokensThatBeginAlike) {
  Redactor redactor;
  std::vector<std::string> tokens;
  for (int i = 0; i < 200; ++i) {
    Random random(7, "token " + std::to_string(i));
    tokens.push_back("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJrZXl3YXJkI." +
                     random.text(k_alphanumeric, 120));
    redactor.add("member.token", tokens.back());
  }
  for (const std::string& token : {tokens.front(), tokens[100], tokens.back()}) {
    for (const std::string& text :
         {token, hex(token), base64(token), base64("x" + token), base64(base64(token)),
          std::string(token.rbegin(), token.rend()), json_escaped(each_byte(token, "%%%02x"))}) {
      const std::string cleaned = redactor.clean("a: " + text + "\r\n");
      EXPECT_TRUE(cleaned.contains("«member.token»")) << text;
      for (std::size_t at = 0; at + 12 <= text.size(); ++at)
        ASSERT_FALSE(cleaned.contains(text.substr(at, 12))) << cleaned;
    }
  }
}

TEST(Redactor, HidesWhatMutationsLeave) {
  const std::string secret = secrets().front();
  const Redactor redactor = hiding(secret);
  const std::string label(k_label);
  EXPECT_EQ(redactor.clean(secret + "junk"), label + "junk");
  EXPECT_EQ(redactor.clean("junk" + secret), "junk" + label);
  EXPECT_EQ(redactor.clean(secret.substr(1)), label);
  EXPECT_EQ(redactor.clean(secret + secret), label);
  EXPECT_EQ(redactor.clean(secret + " " + secret), label + " " + label);
  std::string flipped = secret;
  flipped[40] = '~';
  EXPECT_EQ(redactor.clean(flipped), label + "~" + label);
}

// Fewer than 8 bytes in a row are left, and all of the secret is told.
TEST(Redactor, HidesWhatMutationsLeaveOfShortSecrets) {
  const Redactor pin = hiding("00838478", "member.pin");
  for (const char* near : {"0083847?", "90838478", "00838-478", "0083847", "0838478", "008384",
                           "083847", "0083847800", "00\\u00b838478", "00838418", "x0838478x"}) {
    const std::string cleaned = pin.clean("Key: " + std::string(near) + "\r\n");
    EXPECT_TRUE(cleaned.starts_with("Key: ") && cleaned.ends_with("\r\n")) << cleaned;
    EXPECT_TRUE(cleaned.contains("«member.pin»")) << cleaned;
    EXPECT_LE(cleaned.size(), std::string("Key: «member.pin»\r\n").size() + 3) << cleaned;
  }
  EXPECT_EQ(pin.clean("{\"n\":\"0083847\",\"m\":1}"), "{\"n\":\"«member.pin»\",\"m\":1}");
  const Redactor seven = hiding("hunter2", "member.password");
  for (const char* near : {"hunter", "unter2", "hunter!", "Hunter2", "hun.ter2"})
    EXPECT_TRUE(seven.clean(near).starts_with("«member.password»")) << near;
  EXPECT_EQ(seven.clean("The hunt is over: under 2"), "The hunt is over: under 2");
  EXPECT_EQ(pin.clean("10.04511500083026476, 2026-11-30 08:38:47"),
            "10.04511500083026476, 2026-11-30 08:38:47");
}

TEST(Near, FindsTheClosestPlaceOfEach) {
  const Near near("abcdefgh", 2);
  const auto at = [&](std::string_view text) {
    std::string out;
    for (const TextRange& range : near.search(text))
      out += std::string(text.substr(range.begin, range.end - range.begin)) + "|";
    return out;
  };
  EXPECT_EQ(at("..abcdefgh.."), "abcdefgh|");
  EXPECT_EQ(at("..abcdefgabcdefgh..ABxDEFGH"), "abcdefg|abcdefgh|ABxDEFGH|");
  EXPECT_EQ(at("abcde abfgh"), "");
  EXPECT_EQ(at(""), "");
}

TEST(Redactor, NamesTheSecretThatFitsBest) {
  Redactor redactor;
  redactor.add("member.api_key", "org-117:sk_live_4eC39Hq");
  redactor.add("member.api_key.secret", "sk_live_4eC39Hq");
  redactor.add("outsider.api_key", "org-118:sk_live_4eC39Hq");
  EXPECT_EQ(redactor.clean("=org-117:sk_live_4eC39Hq="), "=«member.api_key»=");
  EXPECT_EQ(redactor.clean("=sk_live_4eC39Hq="), "=«member.api_key.secret»=");
  EXPECT_EQ(redactor.clean("=org-118:sk_live_4eC39Hq="), "=«outsider.api_key»=");
  EXPECT_EQ(redactor.clean("sk_live_4eC39Hqorg-118:sk_live_4eC39Hq"),
            "«member.api_key.secret»«outsider.api_key»");
  EXPECT_EQ(redactor.size(), 3U);
  redactor.add("again", "sk_live_4eC39Hq");
  EXPECT_EQ(redactor.size(), 3U);
}

TEST(Redactor, LeavesNothingWhereSecretsOverlap) {
  Redactor redactor;
  redactor.add("a", "aaaaBBBBccccDDDD");
  redactor.add("b", "ccccDDDDeeeeFFFF");
  EXPECT_EQ(redactor.clean("<aaaaBBBBccccDDDDeeeeFFFF>"), "<«a»«b»>");
}

TEST(Redactor, HidesShortSecretsAsAWhole) {
  const Redactor redactor = hiding("h7!x", "member.pin");
  for (const char* text : {"h7!x", "H7!X", "h7%21x", "h7\\u0021x"})
    EXPECT_EQ(redactor.clean(text), "«member.pin»");
  EXPECT_EQ(redactor.clean("683721 78"), "«member.pin» ");
  EXPECT_EQ(redactor.clean(hex("h7!x")), "«member.pin»");
  EXPECT_EQ(without_padding(redactor.clean(base64("h7!x"))).substr(0, 14), "«member.pin»");
  EXPECT_EQ(redactor.clean("h7!"), "h7!");
  const Redactor seven = hiding("hunter2", "member.password");
  EXPECT_EQ(seven.clean("?p=hunter2&p=hunt"), "?p=«member.password»&p=hunt");
  for (std::size_t before = 0; before < 3; ++before) {
    EXPECT_NE(
        seven.clean(base64(std::string(before, '<') + "hunter2>>>")).find("«member.password»"),
        std::string::npos);
  }
}

TEST(Redactor, LeavesOutSecretsTooShortToHide) {
  const Redactor redactor = hiding("abc");
  EXPECT_EQ(redactor.size(), 0U);
  EXPECT_EQ(redactor.clean("abc"), "abc");
}

TEST(Redactor, NeverBreaksAnEscape) {
  // The secret begins with what are the last digits of an escape that stands before it.
  const Redactor redactor = hiding("41abcdefgh");
  EXPECT_EQ(redactor.clean("x%41abcdefgh"), "x«member.api_key»");
  EXPECT_EQ(redactor.clean("x\\u0041abcdefgh"), "x«member.api_key»");
  EXPECT_EQ(redactor.clean("x\\\\u0041abcdefgh"), "x«member.api_key»");
  const Redactor backslash = hiding("abcdefgh\\");
  EXPECT_EQ(backslash.clean("\"abcdefgh\\\"\""), "\"«member.api_key»\"");
}

TEST(Redactor, KeepsJsonValid) {
  Random random(20261121);
  for (int round = 0; round < 3000; ++round) {
    // Secrets made of what escapes are made of, so that they run into each other all the time.
    constexpr std::string_view k_alphabet = "u0041\\\"n&#;%2x\n";
    const std::string secret = random.text(k_alphabet, 8 + random.below(12));
    const Redactor redactor = hiding(secret);
    const std::string inner = random.text(k_alphabet, random.below(20)) + secret +
                              random.text(k_alphabet, random.below(20));
    const std::string cleaned = redactor.clean("\"" + json_escaped(inner) + "\"");
    const auto parsed = parse_json(cleaned);
    ASSERT_TRUE(parsed) << escape(cleaned) << " secret " << escape(secret);
    ASSERT_NE(parsed->text.find("«"), std::string::npos)
        << escape(cleaned) << " secret " << escape(secret);
    ASSERT_EQ(parsed->text.find(secret), std::string::npos) << escape(cleaned);
  }
}

// Words, numbers, field lines, digests: whatever a run writes down.
std::string ordinary_text(std::size_t size) {
  constexpr std::string_view k_words[] = {"Authorization",
                                          "accepted",
                                          "refused",
                                          "listForms/apiKeyHeader/credential/case-swapped",
                                          "Content-Type: application/json\\r\\n",
                                          "\"organization_id\":",
                                          "2026-11-21T04:00:31Z",
                                          "https://api.fulcrumapp.com/api/v2/forms?token=%20",
                                          "&amp;",
                                          "200, like the valid request"};
  Random random(7);
  std::string text;
  while (text.size() < size) {
    text += k_words[random.below(std::size(k_words))];
    text += random.below(4) == 0 ? random.text(k_lower_hex, 64) : std::string(" ");
  }
  return text;
}

// As quoted-printable, =31 is the character that a key of 31… has second; and d=d2… is near d2….
TEST(Redactor, LeavesWhatStandsBeforeTheSecret) {
  const std::string rest = "b1c0ffee5eed0ddba11facade";
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string key = each_byte(std::string(1, static_cast<char>(byte)), "%02x") + rest;
    for (const std::string_view before : {"/forms?token=", "sid=", "token%3d", "key="}) {
      for (const std::size_t size : {10, 12, 20, 27}) {
        const std::string text = std::string(before) + key.substr(0, size);
        const std::string cleaned = std::string(before) + std::string(k_label);
        EXPECT_EQ(hiding(key.substr(0, size)).clean(text + "&a"), cleaned + "&a");
        if (size >= 20) {
          EXPECT_EQ(hiding(key).clean(text), cleaned);
        }
      }
    }
  }
}

// Text is cut within what is padding: what stands at either side, and within it, is found all the
// same.
TEST(Redactor, HidesWhatStandsBesideLongRuns) {
  const std::string secret = "Kq7Zr2mXv9LwT4bNc8Hd";
  const Redactor redactor = hiding(secret);
  for (const char padding : {'A', '0', 'x', '='}) {
    for (const std::size_t size : {1000, 1024, 1100, 5000}) {
      const std::string run(size, padding);
      const std::string text = run + secret + run + base64("<" + secret + run) + run + secret + run;
      const std::string cleaned = redactor.clean(text);
      EXPECT_FALSE(cleaned.contains(secret)) << padding << size;
      EXPECT_FALSE(cleaned.contains(base64("<" + secret).substr(2, 20))) << padding << size;
      const std::string label(k_label);
      EXPECT_TRUE(cleaned.starts_with(run + label + run)) << padding << size;
      EXPECT_TRUE(cleaned.ends_with(run + label + run)) << padding << size;
    }
  }
}

TEST(Redactor, HidesSecretsOfOneCharacterInLongRuns) {
  for (const std::string_view secret :
       {"aaaa", "aaaaaaa", "aaaaaaaaaaaaaaaa", "Zq7aaaaaaaaaaaaaaa"}) {
    const Redactor redactor = hiding(secret);
    const std::string cleaned = redactor.clean("<" + std::string(5000, 'a') + ">");
    EXPECT_FALSE(cleaned.contains(secret.substr(secret.find('a')).substr(0, 8))) << secret;
  }
}

TEST(Redactor, LeavesOrdinaryTextAlone) {
  Redactor redactor;
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    redactor.add("hex", random.text(k_lower_hex, 80));
    redactor.add("mixed", random.text(k_alphanumeric, 32));
  }
  // Eight hexadecimal digits of 8,000 stand in so much of others by chance, now and then.
  const std::string cleaned = redactor.clean(ordinary_text(100'000));
  EXPECT_LE(std::ranges::count(cleaned, '\xAB'), 5) << cleaned;
}

TEST(Redactor, AppendsAndIsSharedByThreads) {
  Redactor redactor;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&redactor, t] {
      Random random(static_cast<std::uint64_t>(t));
      for (int i = 0; i < 50; ++i) {
        const std::string secret = random.text(k_alphanumeric, 24);
        redactor.add("s", secret);
        std::string out = "<";
        redactor.clean_into(out, secret);
        EXPECT_EQ(out, "<«s»");
      }
    });
  }
  threads.clear();
  EXPECT_EQ(redactor.size(), 200U);
}

}  // namespace
}  // namespace keyward::testing
