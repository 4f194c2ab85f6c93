// SPDX-License-Identifier: Apache-2.0
// What HTTP/2 can say of an HTTP/1.1 request, and what it cannot (RFC 9113 section 8). On the wire
// it is tried against real servers: tests/servers/run.py.
#include "harness/transport/http2_message.h"

#include <gtest/gtest.h>

#include "harness/transport/transport.h"

namespace keyward {
namespace {

std::string get(const std::string& fields, const std::string& line = "GET /a?b=c HTTP/1.1") {
  return line + "\r\nHost: api.example\r\n" + fields + "\r\n";
}

TEST(Http2Message, IsWhatWasWritten) {
  const std::string bytes =
      "POST /a%2Fb?key=1&key=2 HTTP/1.1\r\nHost: api.example:81\r\nX-Key: a b\r\nX-Empty:\r\n"
      "X-Key: c\r\nContent-Length: 4\r\n\r\n\r\n\r\n";
  const Http2Message message = http2_message(bytes);
  EXPECT_EQ(message.obstacle, "");
  EXPECT_EQ(message.method, "POST");
  EXPECT_EQ(message.target, "/a%2Fb?key=1&key=2");
  EXPECT_EQ(message.fields, (std::vector<std::string>{"Host: api.example:81", "X-Key: a b",
                                                      "X-Empty;", "X-Key: c"}));
  EXPECT_TRUE(message.has_body);
  EXPECT_EQ(message.body, "\r\n\r\n");
}

TEST(Http2Message, AnEmptyBodyIsOneWhereItIsSaid) {
  EXPECT_TRUE(http2_message(get("Content-Length: 0\r\n", "POST / HTTP/1.1")).has_body);
  EXPECT_FALSE(http2_message(get("", "POST / HTTP/1.1")).has_body);
}

struct Row {
  std::string bytes, obstacle;
};

TEST(Http2Message, HasAnObstacle) {
  const Row rows[] = {
      {get("", "GET / HTTP/1.0"), "another version of HTTP"},
      {get("", "GET /"), "a request line of another form"},
      {get("", "\r\nGET / HTTP/1.1"), "a request line of another form"},
      {get("", "G(T / HTTP/1.1"), "a method that is no token"},
      {get("", "CONNECT a:1 HTTP/1.1"), "CONNECT"},
      {get("", "GET http://api.example/ HTTP/1.1"), "a request target that is no path"},
      {get("", "GET /a b HTTP/1.1"), "a path with controls or spaces"},
      {get("", std::string("GET /a\0 HTTP/1.1", 16)), "a path with controls or spaces"},
      {get("X-Key : a\r\n"), "a field line of another form"},
      {get("X-Key: a\r\n folded\r\n"), "a field line of another form"},
      {get("Connection: close\r\n"), "the field connection"},
      {get("TRANSFER-encoding: chunked\r\n"), "the field transfer-encoding"},
      {get("Upgrade: h2c\r\n"), "the field upgrade"},
      {get(std::string("X-Key: a\0b\r\n", 12)), "a control character in a field value"},
      {get("X-Key: a\rb\r\n"), "a control character in a field value"},
      {get("X-Key:a\r\n"), "a field value without a space before it"},
      {get("X-Key:  a\r\n"), "white space around a field value"},
      {get("X-Key: a\t\r\n"), "white space around a field value"},
      {get("Content-Length: 3\r\n"), "a Content-Length that is not the body's"},
      {get("") + "body", "a body without Content-Length"},
      {get("Host: other.example\r\n"), "two Host fields, or an empty one"},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "two Host fields, or an empty one"},
      {"GET / HTTP/1.1\r\n\r\n", "no Host field"},
      {"GET / HTTP/1.1\r\nHost: a", "a head without an end"},
      {"", "a head without an end"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(http2_message(row.bytes).obstacle, row.obstacle) << row.bytes;
}

TEST(Http2Obstacle, IsAlsoWhatRidesTheConnection) {
  const Outgoing plain{.bytes = get("")};
  EXPECT_EQ(http2_obstacle(plain), "");
  Outgoing other = plain;
  other.answers = 2;
  EXPECT_EQ(http2_obstacle(other), "pipelining");
  other = plain;
  other.pause_at = 5;
  EXPECT_EQ(http2_obstacle(other), "bytes that come in pieces");
  other = plain;
  other.half_close = true;
  EXPECT_EQ(http2_obstacle(other), "a connection closed in one direction");
}

}  // namespace
}  // namespace keyward
