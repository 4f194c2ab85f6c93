// SPDX-License-Identifier: Apache-2.0
// The curl line of a case sends what the case sent, and shows no secret.
#include "harness/run/curl_line.h"

#include <gtest/gtest.h>

#include "harness/syntax/base64.h"
#include "harness/syntax/basic.h"

namespace keyward {
namespace {

std::string line(const std::vector<std::string>& authorization) {
  Request request{.path = "/items"};
  request.fields = {
      {"Host", "127.0.0.1:8080", {}}, {"User-Agent", "keyward", {}}, {"Accept", "*/*", {}}};
  for (const std::string& value : authorization) request.add_field("Authorization", value);
  const Endpoint endpoint{.server = "api",
                          .origin = {"http", "127.0.0.1", 8080},
                          .base_path = "",
                          .host_field = "127.0.0.1:8080"};
  return curl_line(request, endpoint, {{"correct-horse", "API_PASSWORD"}});
}

const std::string k_right = render_basic("jane", "correct-horse");
const std::string k_wrong = render_basic("jane", "battery-staple");

TEST(CurlLine, SpellsPlainBasicAsAnOption) {
  EXPECT_EQ(line({"Basic " + k_right}),
            R"(curl -sS -i --path-as-is -u "jane:${API_PASSWORD}" http://127.0.0.1:8080/items)");
}

TEST(CurlLine, KeepsOddSpellingsOfBasic) {
  EXPECT_EQ(line({"bAsIc  " + k_right}),
            "curl -sS -i --path-as-is -H \"Authorization: bAsIc  "
            "$(printf %s \"jane:${API_PASSWORD}\" | base64 -w0)\" http://127.0.0.1:8080/items");
}

// No strict reader takes them, and the defect is that somebody does.
TEST(CurlLine, SpellsBentBasic) {
  const std::string right = render_basic("janet", "correct-horse");
  const std::string unpadded = right.substr(0, right.find('='));
  const std::string made = "$(printf %s \"janet:${API_PASSWORD}\" | base64 -w0 | tr -d =)";
  ASSERT_NE(unpadded, right);
  EXPECT_NE(line({"Basic " + unpadded}).find("-H \"Authorization: Basic " + made + "\""),
            std::string::npos);
  EXPECT_NE(line({"Basic " + unpadded + "==="}).find("Basic " + made + "===\""), std::string::npos);
  EXPECT_NE(line({"Basic " + encode_base64("correct-horse")})
                .find("Basic $(printf %s \"${API_PASSWORD}\" | base64 -w0)\""),
            std::string::npos);
}

// Of several -u, curl takes the last.
TEST(CurlLine, SendsEachOfTwoCredentials) {
  EXPECT_EQ(line({"Basic " + k_right, "Basic " + k_wrong}),
            "curl -sS -i --path-as-is -H \"Authorization: Basic "
            "$(printf %s \"jane:${API_PASSWORD}\" | base64 -w0)\" -H \"Authorization: Basic "
            "$(printf %s jane:battery-staple | base64 -w0)\" http://127.0.0.1:8080/items");
}

TEST(CurlLine, LeavesWhatIsNoBasicAsItIs) {
  EXPECT_EQ(line({"Basic " + k_right + "~"}),
            "curl -sS -i --path-as-is -H \"Authorization: Basic " + k_right +
                "~\" http://127.0.0.1:8080/items");
  EXPECT_EQ(line({"Bearer correct-horse"}),
            "curl -sS -i --path-as-is -H \"Authorization: Bearer ${API_PASSWORD}\" "
            "http://127.0.0.1:8080/items");
}

// A changed byte leaves a beginning that is too short to be told for the secret's by itself.
TEST(CurlLine, NamesTheSecretOnBothSidesOfAChange) {
  EXPECT_EQ(line({"Bearer corrXct-horse"}),
            "curl -sS -i --path-as-is -H \"Authorization: Bearer "
            "${API_PASSWORD:0:4}X${API_PASSWORD:5:8}\" http://127.0.0.1:8080/items");
  EXPECT_EQ(line({"Bearer corrX"}),
            "curl -sS -i --path-as-is -H \"Authorization: Bearer corrX\" "
            "http://127.0.0.1:8080/items");
}

TEST(CurlLine, CountsWhatIsRepeated) {
  EXPECT_EQ(line({"Bearer " + std::string(300, 'x') + "y"}),
            "curl -sS -i --path-as-is -H \"Authorization: Bearer $(printf 'x%.0s' {1..300})y\" "
            "http://127.0.0.1:8080/items");
}

// One argument takes 128 KiB.
TEST(CurlLine, ReadsALongBodyFromAPipe) {
  Request request{.path = "/items", .body = std::string(150000, 'x')};
  request.fields = {
      {"Host", "127.0.0.1:8080", {}}, {"User-Agent", "keyward", {}}, {"Accept", "*/*", {}}};
  const Endpoint endpoint{.server = "api",
                          .origin = {"http", "127.0.0.1", 8080},
                          .base_path = "",
                          .host_field = "127.0.0.1:8080"};
  EXPECT_EQ(curl_line(request, endpoint, {}),
            "curl -sS -i --path-as-is -X GET --data-binary @<(printf %s "
            "\"$(printf 'x%.0s' {1..150000})\") http://127.0.0.1:8080/items");
}

// curl adds these by itself; a request without them is another one to some servers.
TEST(CurlLine, TakesBackWhatCurlWouldAdd) {
  Request request{.path = "/items"};
  request.fields = {{"Host", "127.0.0.1:8080", {}}, {"User-Agent", "keyward", {}}};
  const Endpoint endpoint{.server = "api",
                          .origin = {"http", "127.0.0.1", 8080},
                          .base_path = "",
                          .host_field = "127.0.0.1:8080"};
  EXPECT_EQ(curl_line(request, endpoint, {}),
            "curl -sS -i --path-as-is -H Accept: http://127.0.0.1:8080/items");
}

}  // namespace
}  // namespace keyward
