// SPDX-License-Identifier: Apache-2.0
// What other programs make of a secret: dumps, codes of codes, pieces with something between them.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/redactor.h"
#include "harness/base/text.h"
#include "harness/json/json.h"
#include "tests/written.h"

namespace keyward::testing {
namespace {

// As dumps, debuggers and programs print bytes.
TEST(Redactor, HidesBytesThatAreSpelledOut) {
  const std::string secret = "Zq8v-N2mXc4L_kR7tYw1Bd5HsJ9f";
  const Redactor redactor = hiding(secret);
  const auto joined = [&](const char* format, std::string_view gap) {
    std::string out;
    for (const char c : secret) {
      if (!out.empty()) out += gap;
      out += each_byte(std::string(1, c), format);
    }
    return out;
  };
  std::string wide;
  for (const char c : secret) wide += std::string(1, c) + '\0';
  const std::string octal = joined("\\%03o", "");
  for (const std::string& spelled :
       {joined("%02x", ":"), joined("%02X", " "), joined("%02x", "-"), joined("0x%02x", ", "),
        joined("%d", ","), joined("%d", ", "), joined("=%02X", ""), octal, wide, '\0' + wide,
        base64(base64(secret)), base64("key=" + base64(secret)), base64(base64(secret), true)}) {
    for (const std::string& text : {spelled, "[" + spelled + "]", "k=" + spelled + "; next"}) {
      const std::string cleaned = redactor.clean(text);
      EXPECT_TRUE(cleaned.contains(k_label)) << text;
      EXPECT_LT(cleaned.size(), text.size() / 2 + 24) << cleaned;
    }
    std::string json = "{\"at\":\"";
    append_escaped(json, spelled);
    json += "\"}";
    EXPECT_TRUE(redactor.clean(json).contains(k_label)) << json;
    EXPECT_TRUE(parse_json(redactor.clean(json))) << redactor.clean(json);
  }
  for (const std::string_view plain : {"11:22:33 44:55:66", "127.0.0.1, 10.0.0.1", "[1,2,3,4,5,6]",
                                       "de:ad:be:ef:00:11", "a=b=c=d=ee=ff"}) {
    EXPECT_EQ(redactor.clean(plain), plain);
  }
}

// What a reader with patience, or a program of three lines, has the secret from.
TEST(Redactor, HidesWhatIsHeldInAnotherCode) {
  const std::string secret = "Zq8vN2mXc4LkR7tYw1Bd5HsJ9f";
  const Redactor redactor = hiding(secret);
  std::string wide;
  for (const char c : secret) wide += std::string(1, c) + '\0';
  std::string turned = secret;
  for (char& c : turned) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (letter) c = static_cast<char>(((c | 0x20) - 'a' + 13) % 26 + (c & 0x20 ? 'a' : 'A'));
  }
  std::string lines = base64(std::string(48, 'x') + secret + std::string(60, 'y'));
  lines.insert(76, "\r\n");
  for (const std::string& coded :
       {base64(hex(secret)),
        hex(base64(secret)),
        hex(hex(secret)),
        base64(wide),
        hex(wide),
        base64(base64(base64(secret))),
        base64(each_byte(secret, "%%%02X")),
        base64(to_upper(secret)),
        hex(to_lower(secret)),
        turned,
        std::string(secret.rbegin(), secret.rend()),
        std::string(
            "K5XEKNDENM2HSYSWNBVE4RLYOJKWUZBQK5MGG6CRNVITCU2IJZFU6V2ZHU"),  // base32 of base64
        std::string("LJYTQ5SOGJWVQYZUJRVVEN3ULF3TCQTEGVEHGSRZMY"),          // base32
        std::string("b9ojgtie69mlgopk9hll4drkb5rj2gj46l476ihpco"),          // base32hex
        each_byte(secret, "%%u00%02x"),
        each_byte(secret, "\\u{%x}"),
        each_byte(secret, "&#%d"),
        each_byte(secret, "\\U000000%02X"),
        each_byte(secret, "\\%x "),
        each_byte(secret, "U+00%02X "),
        each_byte(secret, "%03o "),
        lines}) {
    const std::string cleaned = redactor.clean("{\"k\": \"" + coded + "\"}");
    EXPECT_TRUE(cleaned.contains(k_label)) << coded;
    EXPECT_LT(cleaned.size(), coded.size() - secret.size() + 32) << cleaned;
    EXPECT_TRUE(redactor.clean(coded).contains(k_label)) << coded;
  }
  EXPECT_EQ(redactor.clean("\xEF\xBC\xBAq8v\xEF\xBC\xAE"
                           "2mX"),  // in full width
            std::string(k_label));
}

// Written by Python's base64 and binascii, and as Bitcoin does.
TEST(Redactor, HidesRareCodes) {
  const std::string secret = "Zq8vN2mXc4LkR7tYw1Bd5HsJ9f";
  const Redactor redactor = hiding(secret);
  for (const std::string_view coded : {
           R"(>&cNF:,6Zg@l-kp;E&]#G;2Ep2+Vd\3G&)",        // Ascii85
           R"(D.Pb3EB&,:12U-'1e_[_2fr2H0g]D.897B`Ac)",    // behind three bytes
           R"(Ydu<VICf4lZCGP8Olwj%bXj*XLS!{ab4od8J0N%)",  // as of RFC 1924, within others
           R"(:6G$X=DXR;5AC-$QK4C=T67<Q0F0U2'-*.68 )",    // uuencode
           R"(;:UIQ.'9.,FU88S1,:U(W=%EW,4)D-4AS2CEF)",    // behind one byte
           "3mdNY3isiepiFvS6d55vozbz11LYda5Zrnp5",        // base58
       }) {
    for (const std::string& text :
         {std::string(coded), "{\"k\":\"" + json_escaped(coded) + "\"}"}) {
      const std::string cleaned = redactor.clean(text);
      EXPECT_TRUE(cleaned.contains(k_label)) << text;
      EXPECT_LT(cleaned.size(), k_label.size() + 20) << cleaned;
    }
  }
}

TEST(Redactor, HidesWhatSeparatorsPartOnly) {
  const std::string secret = "Zq8vN2mXc4LkR7tYw1Bd5HsJ9f";
  const Redactor redactor = hiding(secret);
  const Redactor phrase = hiding("correct horse-battery");
  for (const char* gap :
       {" ", "\n", "\r\n", ".", "-", ", ", "\", \"", "\xE2\x80\x8B", "\xC2\xAD",
        "\\u00e2\\u0080\\u008b", "<wbr>", "</b><b>", "&shy;", "&#8203;", "\\u200b", "\0\0\0"}) {
    for (const std::size_t size : {1UL, 4UL, 7UL}) {
      std::string parted;
      for (std::size_t i = 0; i < secret.size(); i += size)
        parted += (i > 0 ? gap : "") + secret.substr(i, size);
      const std::string cleaned = redactor.clean("<p>" + parted + "</p>");
      EXPECT_TRUE(cleaned.starts_with("<p>" + std::string(k_label))) << cleaned;
      for (const char c : std::string_view("Zq8vN2mXc4LkR7tYw1"))
        EXPECT_FALSE(replace_all(cleaned, k_label, "").substr(3).contains(c) &&
                     !std::string_view(gap).contains(c))
            << c << " in " << cleaned;
    }
  }
  EXPECT_EQ(redactor.clean(R"(["Zq8vN2m","Xc4LkR7","tYw1Bd5"])"),
            "[\"" + std::string(k_label) + R"(","",""])");
  // Beside a piece that is long enough, a character or two are chance.
  EXPECT_EQ(redactor.clean("token=Zq8vN2mXc4Lk&R=7"), "token=" + std::string(k_label) + "&R=7");
  EXPECT_EQ(phrase.clean("correcthorsebattery"), std::string(k_label));
}

// RFC 9112 section 7.1: the body of a request or an answer, in chunks of fewer bytes than a piece.
TEST(Redactor, HidesWhatChunksPart) {
  const std::string secret = "FpJdyqUj33fcbfiBnDNHLZD4rME1EGB2";
  const Redactor redactor = hiding(secret);
  for (const std::string_view line_end : {"\r\n", "\n"}) {
    for (const std::string_view extension : {"", ";x=1", " "}) {
      for (std::size_t size = 1; size < 8; ++size) {
        for (const std::string& body :
             {"pat=" + secret, base64("pat:" + secret), each_byte(secret, "%%%02X"),
              each_byte(secret, "\\u%04x")}) {
          std::string chunked;
          for (std::size_t at = 0; at < body.size(); at += size) {
            const std::string chunk = body.substr(at, size);
            chunked += std::to_string(chunk.size());
            chunked.append(extension).append(line_end).append(chunk).append(line_end);
          }
          for (const std::string& text : {chunked, json_escaped(chunked)}) {
            const std::string clean = redactor.clean("POST / HTTP/1.1\r\n\r\n" + text + "0\r\n");
            EXPECT_TRUE(clean.contains(k_label)) << text;
            EXPECT_LT(clean.size(), 120U) << clean;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace keyward::testing
