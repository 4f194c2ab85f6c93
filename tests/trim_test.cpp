// SPDX-License-Identifier: Apache-2.0
// What a request can do without, and how it is cut.
#include "harness/run/trim.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/syntax/basic.h"

namespace keyward {
namespace {

Request documented() {
  Request request;
  request.path = "/things";
  request.query = {"page=1", "key=abcdefgh"};
  request.add_field("Host", "api.example");
  request.add_field("Accept", "*/*");
  request.add_field("X-Key", "abcdefgh");
  return request;
}

// The X-Key that is left of `value` with so much of the change.
std::string kept(const std::string& value, std::size_t from, std::size_t length) {
  Request request = documented();
  request.set_field("X-Key", value);
  const auto made = apply({.without = {}, .kept = {{from, length}}}, documented(), request);
  return made ? request.field("X-Key")->value : "none";
}

TEST(Trim, NamesWhatMayBeLeftOut) {
  Request request = documented();
  EXPECT_EQ(parts_of(request),
            (std::vector<std::string>{"header Accept", "header X-Key", "query page", "query key"}));
  request.body = "a=b";
  request.add_field("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(parts_of(request).size(), 4U) << "the type of a body stays";
}

TEST(Trim, LeavesOut) {
  Request request = documented();
  ASSERT_TRUE(
      apply({.without = {"header Accept", "query page", "header Host"}}, documented(), request));
  EXPECT_EQ(render(request),
            "GET /things?key=abcdefgh HTTP/1.1\r\nHost: api.example\r\nX-Key: abcdefgh\r\n\r\n");
}

TEST(Trim, KeepsAPartOfTheChange) {
  EXPECT_EQ(kept("abcdWXYZ", 0, 1), "abcdWfgh");
  EXPECT_EQ(kept("abcdWXYZ", 3, 1), "abcdefgZ");
  EXPECT_EQ(kept("abcdefgh12345", 0, 2), "abcdefgh12") << "of what was put in";
  EXPECT_EQ(kept("abc", 4, 1), "abcdefg") << "of what was taken out";
  EXPECT_EQ(kept("a12345h", 0, 1), "none") << "replaced by less is not one change";
  EXPECT_EQ(kept("abcdWXYZ", 4, 1), "none") << "there is no fifth byte";
}

TEST(Trim, NeverMakesTheRightCredential) {
  EXPECT_EQ(kept("abcdeXgZ", 1, 1), "none") << "the byte between is as documented";
}

TEST(Trim, SeesOneChangedValueOnly) {
  Request request = documented();
  EXPECT_EQ(change_size(request, documented()), 0U);
  request.set_field("X-Key", "abcdWXYZ");
  EXPECT_EQ(change_size(request, documented()), 4U);
  request.query[1] = "key=other";
  EXPECT_EQ(change_size(request, documented()), 0U);
  request = documented();
  request.add_field("X-Key", "twice");
  EXPECT_EQ(change_size(request, documented()), 0U);
}

TEST(Trim, ReadsBasicBeforeItCompares) {
  Request right = documented(), wrong = documented();
  right.add_field("Authorization", "Basic " + render_basic("me", "secret-word"));
  wrong.add_field("Authorization", "Basic " + render_basic("me", "secret-WORD"));
  EXPECT_EQ(change_size(wrong, right), 4U);
  const auto made = apply({.without = {}, .kept = {{3, 1}}}, right, wrong);
  ASSERT_TRUE(made);
  EXPECT_EQ(wrong.field("Authorization")->value, "Basic " + render_basic("me", "secret-worD"));
  EXPECT_EQ((*made)[1], "secret-worD") << "named, so that it can be hidden";
}

TEST(Trim, IsWrittenAndReadBack) {
  const Trim trim{.without = {"header Accept", "query page"}, .kept = {{12, 3}}};
  const std::vector<std::string> lines = write_trim(trim);
  EXPECT_EQ(lines.back(), "change 12+3");
  EXPECT_EQ(write_trim(read_trim(lines)), lines);
  EXPECT_TRUE(read_trim({"change x", "change 1", "change 1+0", "nonsense"}).empty());
}

}  // namespace
}  // namespace keyward
