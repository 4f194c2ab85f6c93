// SPDX-License-Identifier: Apache-2.0
// The words of an issuing answer that might be a credential, and those that are none.
#include "harness/run/issued_text.h"

#include <string_view>

#include <gtest/gtest.h>

namespace keyward {
namespace {

TEST(RandomWords, LookDrawn) {
  for (const std::string_view word :
       {"wf4PgUjq81Zt", "kw_live_8sd7f6g5h4", "0f5c2a61-8b7d-4e1f-9a3b-5c6d7e8f9a0b",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "a1-b2_c3~d4.e5-f6_g7-h8-i9"}) {
    const auto found = random_words(word);
    ASSERT_EQ(found.size(), 1U) << word;
    EXPECT_EQ(found.front(), word);
  }
}

TEST(RandomWords, AreNoneOfTheUsualOnes) {
  for (const std::string_view text :
       {"application/vnd.api.v2+json; charset=utf-8", "2026-12-01T03:02:12Z", "127.0.0.1:46663",
        "/api/v2/authorizations.json", "Tue, 01 Dec 2026 03:02:12 GMT", "nginx/1.25.3",
        "unauthorized_client", "1234567890123456"})
    EXPECT_TRUE(random_words(text).empty()) << text;
}

TEST(RandomWords, AreFoundInBrokenAnswers) {
  const auto found = random_words(R"(HTTP/1.1 201 Created\n\n{"token": "wf4PgUjq81Zt", "tok)");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front(), "wf4PgUjq81Zt");
}

}  // namespace
}  // namespace keyward
