// SPDX-License-Identifier: Apache-2.0
// The transport against servers that do exactly what a test says: what goes out, what is made of
// what comes in, and what each way of going wrong is called.
#include "harness/transport/transport.h"

#include <chrono>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <thread>

#include <zlib.h>

#include "tests/scripted_server.h"

namespace keyward {
namespace {

using namespace std::chrono_literals;

constexpr const char* k_get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr const char* k_ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::unique_ptr<Transport> make(const ScriptedServer& server, TransportOptions options = {},
                                const std::string& scheme = "http") {
  auto transport = make_curl_transport({{scheme, "127.0.0.1", server.port()}}, std::move(options));
  if (!transport) throw std::runtime_error(transport.error().text());
  return *std::move(transport);
}

Exchange make_one(Transport& transport, Outgoing outgoing) {
  std::optional<Exchange> result;
  transport.submit(std::move(outgoing), [&](Exchange exchange) { result = std::move(exchange); });
  EXPECT_FALSE(result) << "called back from submit";
  while (transport.run_once(10)) {
  }
  return result.value();  // throws where nobody called back
}

Exchange make_one(Transport& transport) { return make_one(transport, {.bytes = k_get}); }

/// What becomes of these bytes, sent after one request on a connection that is then closed.
Exchange answer(const std::string& bytes, Outgoing outgoing = {.bytes = k_get},
                TransportOptions options = {}) {
  const ScriptedServer server([&](Peer& peer) {
    peer.request();
    peer.send(bytes);
  });
  return make_one(*make(server, std::move(options)), std::move(outgoing));
}

std::string deflated(const std::string& plain, int wrapping) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, wrapping, 8, Z_DEFAULT_STRATEGY);
  std::string coded(deflateBound(&stream, plain.size()), '\0');
  std::string copy = plain;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  return coded;
}

std::string coded_answer(const std::string& coding, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// --- What goes out ---

TEST(Transport, SendsExactlyTheBytesItWasGiven) {
  constexpr std::string_view odd =
      "get //a/../b?x=%zz#f HTTP/1.1\r\nHOST:h\r\nhost : i\r\nA:\x01\xff\n b\r\n\r\n";
  const std::string long_body(3'000'000, 'x');
  const std::string big =
      "POST http://u:p@h/ HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n" + long_body;
  for (const std::string& bytes : {std::string(odd), big}) {
    std::string seen;
    Exchange exchange;
    {
      const ScriptedServer server([&](Peer& peer) {
        std::this_thread::sleep_for(20ms);  // lets the socket's buffer fill up
        seen = peer.request();
        peer.send(k_ok);
      });
      exchange = make_one(*make(server), {.bytes = bytes});
    }
    EXPECT_EQ(seen, bytes);
    EXPECT_EQ(exchange.request, bytes);
    EXPECT_EQ(exchange.response.value().body, "ok");
  }
}

TEST(Transport, TakesAnAnswerThatComesBeforeTheRequestIsSent) {
  const ScriptedServer server([](Peer& peer) {
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    std::this_thread::sleep_for(50ms);
  });
  const Exchange exchange = make_one(*make(server), {.bytes = k_get + std::string(8'000'000, 'x')});
  EXPECT_EQ(exchange.fault, TransportFault::none) << exchange.detail;
  EXPECT_EQ(exchange.response.value().status, 413);
  EXPECT_EQ(server.connections(), 1);
}

// --- What comes in ---

TEST(Transport, ReadsTheResponse) {
  const Exchange exchange = answer(
      "HTTP/1.1 401 Who Are You\r\nB: 1\r\nA: 2\r\nb: 3\r\nContent-Length: 3\r\n"
      "WWW-Authenticate: \t Basic realm=\"x\" \r\n\r\nno\n");
  ASSERT_TRUE(exchange.response) << exchange.detail;
  const Response& response = *exchange.response;
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.version, 11);
  EXPECT_EQ(response.reason, "Who Are You");
  ASSERT_EQ(response.fields.size(), 5U);
  EXPECT_EQ(response.fields[0].name, "B");
  EXPECT_EQ(response.fields[1].name, "A") << "the order on the wire";
  EXPECT_EQ(response.fields[2].name, "b");
  EXPECT_EQ(response.fields[2].value, "3");
  EXPECT_EQ(response.fields[4].value, "Basic realm=\"x\"");
  EXPECT_EQ(response.body, "no\n");
  EXPECT_FALSE(response.cut);
  EXPECT_FALSE(response.close);
  EXPECT_EQ(exchange.fault, TransportFault::none);
  EXPECT_EQ(exchange.detail, "");
  EXPECT_EQ(exchange.position, 0);
  EXPECT_GT(exchange.connection, 0U);
  EXPECT_GT(exchange.duration, 0);
  EXPECT_LT(exchange.duration, 5);
  EXPECT_NEAR(exchange.started, static_cast<double>(std::time(nullptr)), 60);
}

struct Body {
  const char* name;
  const char* bytes;
  int status;
  const char* body;
  bool head = false;
};

const Body k_bodies[] = {
    {"chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: "
     "t\r\n\r\n",
     200, "abcde"},
    {"close_delimited", "HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end"},
    {"http_1_0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old"},
    {"no_reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", 200, "x"},
    {"head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", true},
    {"no_content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
    {"not_modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, ""},
    {"interim",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 "
     "OK\r\nContent-Length: 1\r\n\r\n1",
     200, "1"},
    {"interim_to_head", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
     200, "", true},
    {"switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
     101, ""},
};

class TransportBody : public testing::TestWithParam<Body> {};

TEST_P(TransportBody, IsReadWhole) {
  const Body& row = GetParam();
  const Exchange exchange = answer(row.bytes, {.bytes = k_get, .head = row.head});
  ASSERT_TRUE(exchange.response) << exchange.detail;
  EXPECT_EQ(exchange.response->status, row.status);
  EXPECT_EQ(exchange.response->body, row.body);
  EXPECT_FALSE(exchange.response->has("link"));
  EXPECT_FALSE(exchange.response->has("t")) << "a trailer field";
}

TEST_P(TransportBody, IsReadByteByByte) {
  const Body& row = GetParam();
  const ScriptedServer server([&](Peer& peer) {
    peer.request();
    for (const char byte : std::string_view(row.bytes)) {
      peer.send({&byte, 1});
      std::this_thread::sleep_for(200us);
    }
  });
  const Exchange exchange = make_one(*make(server), {.bytes = k_get, .head = row.head});
  ASSERT_TRUE(exchange.response) << exchange.detail;
  EXPECT_EQ(exchange.response->status, row.status);
  EXPECT_EQ(exchange.response->body, row.body);
}

INSTANTIATE_TEST_SUITE_P(Rows, TransportBody, testing::ValuesIn(k_bodies),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Transport, UndoesContentCodings) {
  const std::string text = "the same text, the same text, the same text";
  const std::string gzip = deflated(text, 31);
  const std::pair<const char*, std::string> rows[] = {
      {"gzip", gzip},
      {"X-GZip", gzip},
      {"gzip", gzip + deflated("", 31)},
      {"gzip", gzip + "garbage"},
      {"deflate", deflated(text, 15)},
      {"deflate", deflated(text, -15)},
      {"identity", text},
      {"deflate, gzip", deflated(deflated(text, 15), 31)},
  };
  for (const auto& [coding, body] : rows) {
    const Exchange exchange = answer(coded_answer(coding, body));
    ASSERT_TRUE(exchange.response) << exchange.detail;
    EXPECT_EQ(exchange.response->body, text) << coding;
    EXPECT_EQ(exchange.detail, "") << coding;
  }
}

TEST(Transport, LeavesACodingItCannotUndoAndSaysSo) {
  const std::string gzip = deflated("the same text, the same text", 31);
  const std::pair<const char*, std::string> rows[] = {
      {"br", "whatever"}, {"gzip", "not gzip at all"}, {"gzip", gzip.substr(0, gzip.size() / 2)}};
  for (const auto& [coding, body] : rows) {
    const Exchange exchange = answer(coded_answer(coding, body));
    ASSERT_TRUE(exchange.response) << exchange.detail;
    EXPECT_EQ(exchange.response->body, body);
    EXPECT_EQ(exchange.detail.substr(0, 14), "content coding");
  }
}

TEST(Transport, CutsAtTheBodyLimit) {
  const TransportOptions small{.body_limit = 10};
  const std::string long_body(5'000'000, 'x');
  const std::string chunk =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n";
  const std::string answers[] = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + long_body,
      "HTTP/1.1 200 OK\r\n\r\n" + long_body,
      chunk + "abcdefgh\r\n0\r\n\r\n",
  };
  for (const std::string& bytes : answers) {
    const Exchange exchange = answer(bytes, {.bytes = k_get}, small);
    ASSERT_TRUE(exchange.response) << exchange.detail;
    EXPECT_EQ(exchange.response->body.size(), 10U);
    EXPECT_TRUE(exchange.response->cut);
    EXPECT_TRUE(exchange.response->close);
  }
  const Exchange bomb = answer(coded_answer("gzip", deflated(std::string(8'000'000, '0'), 31)));
  EXPECT_EQ(bomb.response.value().body, std::string(std::size_t{1} << 20, '0'));
  EXPECT_TRUE(bomb.response->cut);
}

// It need not end: who waited for that would wait for ever.
TEST(Transport, TakesTheHeadOfAStreamOfEventsForTheAnswer) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& bytes : {head, head + "9\r\ndata: 1\n\n\r\n"}) {
    const Exchange exchange = answer(bytes, {.bytes = k_get});
    ASSERT_TRUE(exchange.response) << exchange.detail;
    EXPECT_EQ(exchange.response->body, "");
    EXPECT_TRUE(exchange.response->cut);
    EXPECT_TRUE(exchange.response->close);
  }
}

// --- What goes wrong ---

struct Broken {
  const char* name;
  const char* bytes;
  TransportFault fault;
  const char* detail;  // how it begins
};

const Broken k_broken[] = {
    {"nothing", "", TransportFault::closed, "closed before an answer"},
    {"half_a_head", "HTTP/1.1 200 OK\r\nContent-", TransportFault::closed_midway,
     "closed after 25 bytes"},
    {"half_a_body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", TransportFault::closed_midway,
     "closed after 40 bytes"},
    {"half_a_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
     TransportFault::closed_midway, "closed after"},
    {"only_interim", "HTTP/1.1 100 Continue\r\n\r\n", TransportFault::closed_midway,
     "closed after"},
    {"other_protocol", "SSH-2.0-x\r\n\x01\r\n\r\n", TransportFault::malformed,
     "bad version; it began: SSH-2.0-x\\r\\n\\x01\\r\\n"},
    {"bad_status", "HTTP/1.1 20x OK\r\n\r\n", TransportFault::malformed, "bad status"},
    {"bad_length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", TransportFault::malformed,
     "bad Content-Length"},
    {"two_lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
     TransportFault::malformed, ""},
    {"bad_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     TransportFault::malformed, "bad chunk"},
    {"bad_field", "HTTP/1.1 200 OK\r\nSpace Name: x\r\n\r\n", TransportFault::malformed,
     "bad field"},
};

class TransportBroken : public testing::TestWithParam<Broken> {};

TEST_P(TransportBroken, HasItsName) {
  const Broken& row = GetParam();
  const Exchange exchange = answer(row.bytes);
  EXPECT_EQ(exchange.fault, row.fault) << name(exchange.fault);
  EXPECT_EQ(exchange.detail.substr(0, std::string_view(row.detail).size()), row.detail);
  EXPECT_FALSE(exchange.response);
  EXPECT_EQ(exchange.detail.find("localhost"), std::string::npos) << "a byte of the request";
}

INSTANTIATE_TEST_SUITE_P(Rows, TransportBroken, testing::ValuesIn(k_broken),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Transport, QuotesAMalformedHeadOnlyInPart) {
  const Exchange exchange =
      answer("HTTP/1.1 200 OK\r\nBad Name" + std::string(5000, 'x') + ": 1\r\n\r\n");
  EXPECT_EQ(exchange.fault, TransportFault::malformed);
  EXPECT_LT(exchange.detail.size(), 250U);
}

TEST(Transport, CallsAResetClosed) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    if (peer.number == 1) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    std::this_thread::sleep_for(20ms);
    peer.reset();
  });
  const auto transport = make(server);
  const Exchange before = make_one(*transport);
  EXPECT_EQ(before.fault, TransportFault::closed);
  EXPECT_NE(before.detail.find("reset"), std::string::npos) << before.detail;
  EXPECT_EQ(server.connections(), 1) << "a new connection is not given a second chance";
  const Exchange midway = make_one(*transport);
  EXPECT_EQ(midway.fault, TransportFault::closed_midway);
  EXPECT_NE(midway.detail.find("reset"), std::string::npos) << midway.detail;
}

TEST(Transport, RunsOutOfTime) {
  const ScriptedServer server([](Peer& peer) {
    peer.request();
    if (peer.number == 1) {
      for (int i = 0; i < 100; ++i) {
        peer.send(i == 0 ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" : "x");
        std::this_thread::sleep_for(10ms);
      }
    }
    peer.rest();
  });
  const auto transport = make(server);
  for (const char* during : {"waiting for an answer", "reading an answer"}) {
    const Exchange exchange = make_one(*transport, {.bytes = k_get, .timeout = 0.1});
    EXPECT_EQ(exchange.fault, TransportFault::timeout);
    EXPECT_EQ(exchange.detail, std::string("out of time while ") + during);
    EXPECT_GT(exchange.duration, 0.09);
    EXPECT_LT(exchange.duration, 0.6);
  }
}

TEST(Transport, SaysThatNobodyListensOrAnswersToTheName) {
  int port = 0;
  {
    const ScriptedServer gone([](Peer&) {});
    port = gone.port();
  }
  const auto transport =
      make_curl_transport({{"http", "127.0.0.1", port}, {"http", "nonexistent.invalid", 80}}, {})
          .value();
  const Exchange refused = make_one(*transport);
  EXPECT_EQ(refused.fault, TransportFault::connect);
  EXPECT_NE(refused.detail.find("connect"), std::string::npos) << refused.detail;
  const Exchange unknown = make_one(*transport, {.server = 1, .bytes = k_get});
  EXPECT_EQ(unknown.fault, TransportFault::resolve);
  EXPECT_NE(unknown.detail.find("nonexistent.invalid"), std::string::npos) << unknown.detail;
}

}  // namespace
}  // namespace keyward
