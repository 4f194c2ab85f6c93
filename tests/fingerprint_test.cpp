// SPDX-License-Identifier: Apache-2.0
// What an answer is made of: shares, and bounds.
#include "harness/oracle/fingerprint.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace keyward {
namespace {

TEST(Fingerprint, SharesAreOfWhatIsWanted) {
  EXPECT_EQ(share({1, 2, 3}, {2, 3, 4, 5}), 0.5);
  EXPECT_EQ(share({}, {1}), 0);
  EXPECT_EQ(share({1}, {}), 1);
  EXPECT_EQ(unite({1, 3}, {2, 3}), (Features{1, 2, 3}));
  EXPECT_EQ(intersect({1, 3}, {2, 3}), (Features{3}));
  EXPECT_EQ(subtract({1, 3}, {2, 3}), (Features{1}));
}

TEST(Fingerprint, IsBounded) {
  std::string members = "{";
  std::string words;
  for (int i = 0; i < 20'000; ++i) {
    members += "\"m" + std::to_string(i) + "\":\"v" + std::to_string(i) + "\",";
    words += "w" + std::to_string(i) + " ";
  }
  members += "\"last\":0}";
  for (const std::string& body : {members, words}) {
    const Fingerprint print = fingerprint({.status = 200, .body = body});
    for (const Features& features :
         {print.structure, print.outline, print.values, print.texts, print.lengths}) {
      EXPECT_LE(features.size(), 4096U);
      EXPECT_TRUE(std::ranges::is_sorted(features));
    }
  }
  EXPECT_EQ(fingerprint({.status = 200, .body = std::string(300, '[')}).form, Form::text);
}

}  // namespace
}  // namespace keyward
