// SPDX-License-Identifier: Apache-2.0
// The oracle: which answers are taken for acceptance. Each scene is a server: its two valid
// answers, its refusals, and answers it may give later. Servers here are right, however unusual,
// unless a scene says otherwise.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "harness/oracle/controls.h"

namespace keyward {
namespace {

using enum Reception;

Exchange answer(int status, std::string body = "", std::vector<HeaderField> fields = {}) {
  Exchange exchange;
  exchange.response =
      Response{.status = status, .fields = std::move(fields), .body = std::move(body)};
  return exchange;
}

Exchange page(int status, std::string body) {
  return answer(status, std::move(body), {{"Content-Type", "text/html; charset=utf-8"}});
}

Exchange fault(TransportFault fault) {
  Exchange exchange;
  exchange.fault = fault;
  return exchange;
}

struct Later {
  Exchange exchange;
  Reception reception;
  Data data = Data::same;
};

struct Scene {
  std::string_view what;
  Exchange valid, again, absent, twin;
  std::vector<Later> later;
  bool absent_accepted = false, twin_accepted = false;
};

void play(const Scene& scene, const Operation& operation) {
  SCOPED_TRACE(scene.what);
  Controls controls;
  controls.operation = &operation;
  learn_valid(controls, scene.valid);
  learn_valid(controls, scene.again);
  learn_absent(controls, scene.absent);
  learn_twin(controls, scene.twin);
  EXPECT_TRUE(controls.valid_ok) << controls.problem;
  EXPECT_EQ(controls.absent_accepted, scene.absent_accepted);
  EXPECT_EQ(controls.twin_accepted, scene.twin_accepted);
  EXPECT_EQ(controls.usable(), !scene.absent_accepted && !scene.twin_accepted);
  // What it was taught with is told again.
  EXPECT_EQ(receive(controls, scene.valid), accepted);
  EXPECT_EQ(receive(controls, scene.again), accepted);
  EXPECT_EQ(receive(controls, scene.absent) == accepted, scene.absent_accepted);
  EXPECT_EQ(receive(controls, scene.twin) == accepted, scene.twin_accepted);
  for (const Later& later : scene.later) {
    EXPECT_EQ(name(receive(controls, later.exchange, later.data)), name(later.reception))
        << (later.exchange.response ? later.exchange.response->body : "");
  }
}

void play(const std::vector<Scene>& scenes, const Operation& operation = {}) {
  for (const Scene& scene : scenes) play(scene, operation);
}

constexpr std::string_view k_forms =
    R"({"forms":[{"id":"f-1","name":"Trees"},{"id":"f-2","name":"Wells"}],"total":2})";

TEST(Oracle, TellsRefusalsByStatus) {
  const Exchange forms = answer(200, std::string(k_forms));
  play({{.what = "a usual server",
         .valid = forms,
         .again = forms,
         .absent = answer(401, R"({"error":"unauthorized"})"),
         .twin = answer(403, R"({"error":"forbidden"})"),
         .later = {{forms, accepted},
                   {answer(200, R"({"forms":[],"total":0})"), Reception::similar},
                   {answer(200, R"({"forms":[{"id":"x","name":"y"}],"total":1})"), accepted},
                   {answer(200), refused},
                   {answer(200, "   \r\n"), refused},
                   {answer(204), refused},
                   {answer(200, "{}"), refused},
                   {answer(200, "[]"), refused},
                   {answer(200, "null"), refused},
                   {answer(200, R"({"error":"unauthorized"})"), refused},
                   {answer(200, R"({"message":"malformed header"})"), refused},
                   {page(200, "<!doctype html><title>Sign in</title>"), refused},
                   {answer(200, std::string(k_forms).substr(0, 40)), refused},
                   {answer(302, std::string(k_forms), {{"Location", "/login"}}), refused},
                   {answer(401, std::string(k_forms)), refused},
                   {answer(400, "bad"), refused},
                   {answer(404), refused},
                   {answer(304), refused},
                   {answer(429), throttled},
                   {answer(503, "", {{"Retry-After", "1"}}), throttled},
                   {answer(503), failed},
                   {answer(500, std::string(k_forms)), failed},
                   {answer(502), failed},
                   {answer(501), refused},
                   {answer(505), refused},
                   {fault(TransportFault::timeout), none},
                   {fault(TransportFault::closed), none}}},
        {.what = "refusals redirect",
         .valid = forms,
         .again = forms,
         .absent = answer(302, "", {{"Location", "/login"}}),
         .twin = answer(302, "", {{"Location", "/login?next=%2Fforms"}}),
         .later = {{answer(302, "", {{"Location", "/login"}}), refused},
                   {answer(200, R"({"login":true})"), refused}}},
        {.what = "refusals have no body",
         .valid = forms,
         .again = forms,
         .absent = answer(401),
         .twin = answer(200),
         .later = {{answer(200), refused}, {answer(200, R"({"status":"denied"})"), refused}}},
        {.what = "the refusal's name holds data of a sort",
         .valid = forms,
         .again = forms,
         .absent = answer(200, R"({"forms":[],"total":0,"hint":"sign in"})"),
         .twin = answer(200, R"({"forms":[],"total":0,"hint":"wrong key"})"),
         .later = {{answer(200, R"({"forms":[],"total":0,"hint":"malformed"})"), refused},
                   {answer(200, R"({"forms":[],"total":0})"), refused},
                   {answer(200, R"({"forms":[{"id":"9","name":"z"}],"total":1})"), accepted}}}});
}

// What is requested stands in it, another replica answers, a list has run empty.
TEST(Oracle, TakesNoSuccessForARefusalThatHasItsOwnStatus) {
  constexpr Reception similar = Reception::similar;
  const Exchange denied = answer(401, R"({"error":"unauthorized"})");
  play({{.what = "the address of the request",
         .valid = answer(200, R"({"forms":[{"id":"f"}],"self":"/forms?token=k"})"),
         .again = answer(200, R"({"forms":[{"id":"f"}],"self":"/forms?token=k"})"),
         .absent = denied,
         .twin = denied,
         .later = {{answer(200, R"({"forms":[{"id":"f"}],"self":"/forms?t%6Fken=k"})"), similar},
                   {answer(200, R"({"error":"unauthorized","self":"/forms"})"), refused}}},
        {.what = "a text that names the session",
         .valid = answer(200, "orders for session AB12C"),
         .again = answer(200, "orders for session AB12C"),
         .absent = answer(401, "no"),
         .twin = answer(401, "no"),
         .later = {{answer(200, "orders for session XY34Z"), accepted, Data::other},
                   {answer(200, "XY34Z"), similar, Data::other}}},
        {.what = "a queue that is empty at times",
         .valid = answer(200, R"([{"id":"a1"},{"id":"a2"}])"),
         .again = answer(200, R"([{"id":"a1"},{"id":"a2"}])"),
         .absent = denied,
         .twin = denied,
         .later = {{answer(200, "[]"), similar}, {answer(200, "{}"), refused}}},
        {.what = "refusals have the status of success",
         .valid = answer(200, R"({"forms":[{"id":"f"}],"self":"/a"})"),
         .again = answer(200, R"({"forms":[{"id":"f"}],"self":"/a"})"),
         .absent = answer(200, R"({"self":"/b"})"),
         .twin = denied,
         .later = {{answer(200, R"({"self":"/c"})"), refused}}}});
}

TEST(Oracle, TellsAnEnvelopeByWhatIsInIt) {
  play({{.what = "one word apart",
         .valid = answer(200, R"({"status":"ok"})"),
         .again = answer(200, R"({"status":"ok"})"),
         .absent = answer(200, R"({"status":"denied"})"),
         .twin = answer(200, R"({"status":"denied"})"),
         .later = {{answer(200, R"({"status":"ok"})"), accepted},
                   {answer(200, R"({"status":"no"})"), refused},
                   {answer(200, R"({"status":"malformed"})"), refused}}},
        {.what = "a refusal in the envelope of acceptance that no control showed",
         .valid = answer(200, R"({"status":"ok","version":"1.2"})"),
         .again = answer(200, R"({"status":"ok","version":"1.2"})"),
         .absent = answer(401, R"({"error":"no key"})"),
         .twin = answer(401, R"({"error":"wrong key"})"),
         .later = {{answer(200, R"({"status":"malformed","version":"1.2"})"), Reception::similar},
                   {answer(200, R"({"status":"ok","version":"1.2"})"), accepted}}},
        {.what = "code and message, data null",
         .valid = answer(200, R"({"code":0,"message":"ok","data":null,"request_id":"a1"})"),
         .again = answer(200, R"({"code":0,"message":"ok","data":null,"request_id":"b2"})"),
         .absent = answer(200, R"({"code":401,"message":"no key","data":null,"request_id":"c3"})"),
         .twin = answer(200, R"({"code":401,"message":"bad key","data":null,"request_id":"d4"})"),
         .later = {{answer(200, R"({"code":400,"message":"bad","data":null,"request_id":"e"})"),
                    refused},
                   {answer(200, R"({"code":0,"message":"ok","data":null,"request_id":"f6"})"),
                    accepted}}},
        {.what = "code and message, data there",
         .valid = answer(200, R"({"code":0,"message":"ok","data":{"user":{"id":7,"name":"ada"}}})"),
         .again = answer(200, R"({"code":0,"message":"ok","data":{"user":{"id":7,"name":"ada"}}})"),
         .absent = answer(200, R"({"code":401,"message":"no key","data":null})"),
         .twin = answer(200, R"({"code":401,"message":"bad key","data":{}})"),
         .later =
             {{answer(200, R"({"code":400,"message":"malformed","data":{"hint":"x"}})"), refused},
              {answer(200, R"({"code":0,"message":"ok","data":{"user":{"id":8,"name":"eve"}}})"),
               accepted, Data::other}}},
        {.what = "numbers alone",
         .valid = answer(200, R"({"result":1})"),
         .again = answer(200, R"({"result":1})"),
         .absent = answer(200, R"({"result":0})"),
         .twin = answer(200, R"({"result":0})"),
         .later = {{answer(200, R"({"result":-1})"), refused},
                   {answer(200, R"({"result":1.0})"), refused}}},
        {.what = "booleans alone",
         .valid = answer(200, R"({"success":true,"message":"welcome, 3 letters"})"),
         .again = answer(200, R"({"success":true,"message":"welcome, 3 letters"})"),
         .absent = answer(200, R"({"success":false,"message":"denied"})"),
         .twin = answer(200, R"({"success":false,"message":"denied"})"),
         .later = {{answer(200, R"({"success":true,"message":"welcome, 4 letters"})"), accepted},
                   {answer(200, R"({"success":false,"message":"malformed"})"), refused}}},
        {.what = "null instead of a token",
         .valid = answer(200, R"({"token":"kq83nvu2b7"})"),
         .again = answer(200, R"({"token":"p0x7mm3dqe"})"),
         .absent = answer(200, R"({"token":null})"),
         .twin = answer(200, R"({"token":null})"),
         .later = {{answer(200, R"({"token":"z81hs6ttwo"})"), accepted},
                   {answer(200, R"({"token":null})"), refused},
                   {answer(200, R"({"token":""})"), refused},
                   {answer(200, R"({})"), refused}}},
        {.what = "words in the place of a token",
         .valid = answer(200, R"({"session":"kq83nvu2b7"})"),
         .again = answer(200, R"({"session":"p0x7mm3dqe"})"),
         .absent = answer(200, R"({"session":"missing credentials"})"),
         .twin = answer(200, R"({"session":"wrong"})"),
         .later = {{answer(200, R"({"session":"z81hs6ttwo"})"), accepted},
                   {answer(200, R"({"session":"malformed header"})"), refused}}},
        {.what = "the same and an error beside it",
         .valid = answer(200, R"({"items":[],"page":1})"),
         .again = answer(200, R"({"items":[],"page":1})"),
         .absent = answer(200, R"({"items":[],"page":1,"error":"no key"})"),
         .twin = answer(200, R"({"items":[],"page":1,"error":"bad key"})"),
         .later = {{answer(200, R"({"items":[],"page":1,"error":"malformed"})"), refused},
                   {answer(200, R"({"items":[{"id":1}],"page":1})"), accepted}}},
        {.what = "GraphQL",
         .valid = answer(200, R"({"data":{"viewer":{"login":"ada"}}})"),
         .again = answer(200, R"({"data":{"viewer":{"login":"ada"}}})"),
         .absent = answer(200, R"({"data":null,"errors":[{"message":"sign in"}]})"),
         .twin = answer(200, R"({"data":{"viewer":null},"errors":[{"message":"wrong key"}]})"),
         .later = {
             {answer(200, R"({"data":{"viewer":null}})"), refused},
             {answer(200, R"({"errors":[{"message":"malformed"}]})"), refused},
             {answer(200, R"({"data":{"viewer":{"login":"eve"}}})"), accepted, Data::other}}}});
}

// --- answers that vary ---

TEST(Oracle, KnowsAValidAnswerThatVaries) {
  const Exchange no = answer(401, R"({"error":"unauthorized"})");
  play(
      {{.what = "random ids, extra members, times",
        .valid =
            answer(200, R"({"user":"ada","request_id":"a1","x-91":1,"at":"2026-11-21T04:00:31Z"})"),
        .again =
            answer(200, R"({"user":"ada","request_id":"b2","x-17":2,"at":"2026-11-21T04:00:31Z"})"),
        .absent = answer(401, R"({"error":"no","incident":"i-1"})"),
        .twin = answer(401, R"({"error":"no","incident":"i-2"})"),
        .later = {{answer(200,
                          R"({"user":"ada","request_id":"c","x-5":3,"at":"2026-11-21T05:09:00Z"})"),
                   accepted},
                  {answer(200, R"({"error":"no","incident":"i-3"})"), refused}}},
       {.what = "a time and a token in an issued credential",
        .valid = answer(
            201,
            R"({"token":"kq83","created":"2026-11-21T04:00:31Z","expires":"2026-11-21T05:00:31Z"})"),
        .again = answer(
            201,
            R"({"token":"p0x7","created":"2026-11-21T04:00:31Z","expires":"2026-11-21T05:00:31Z"})"),
        .absent = no,
        .twin = no,
        .later =
            {{answer(201, R"({"token":"z81h","created":"2026-11-21T04:10:00Z","expires":null})"),
              accepted},
             {answer(200, R"({"token":"z81h","created":"2026-11-21T04:10:00Z","expires":null})"),
              accepted}}},
       {.what = "a list that grows from nothing",
        .valid = answer(200, R"({"forms":[],"total":0})"),
        .again = answer(200, R"({"forms":[],"total":0})"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, R"({"forms":[{"id":"f","name":"n"}],"total":1})"), accepted},
                  {answer(200, R"({"message":"denied"})"), refused}}},
       {.what = "a bare list that grows from nothing",
        .valid = answer(200, "[]"),
        .again = answer(200, "[]"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, R"([{"id":"f","name":"n"}])"), accepted}, {no, refused}}},
       {.what = "a feed in which nothing stays",
        .valid = answer(200, R"([{"id":1,"what":"login"},{"id":2,"what":"read"}])"),
        .again = answer(200, R"([{"id":2,"what":"read"},{"id":3,"what":"read"}])"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, R"([{"id":99,"what":"write"}])"), accepted}}},
       {.what = "a feed beside two counts",
        .valid = answer(200, R"({"events":[{"id":"e1"}],"total":1,"unread":1})"),
        .again = answer(200, R"({"events":[{"id":"e1"}],"total":1,"unread":1})"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, R"({"events":[{"id":"e7"},{"id":"e8"}],"total":14,"unread":0})"),
                   accepted}}},
       {.what = "links that repeat the request",
        .valid =
            answer(200, R"({"links":{"self":"/f?token=k"},"data":[{"id":"1","type":"form"}]})"),
        .again =
            answer(200, R"({"links":{"self":"/f?token=k"},"data":[{"id":"1","type":"form"}]})"),
        .absent = answer(401, R"({"errors":[{"status":"401"}]})"),
        .twin = answer(401, R"({"errors":[{"status":"401"}]})"),
        .later = {{answer(200,
                          R"({"links":{"self":"/f?token=%6B"},"data":[{"id":"1","type":"form"}]})"),
                   accepted}}},
       {.what = "members that may be null",
        .valid = answer(200, R"({"id":"7","expires":null,"note":"n"})"),
        .again = answer(200, R"({"id":"7","expires":null,"note":"n"})"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, R"({"id":"7","expires":"2026-11-21T04:00:31Z","note":"n"})"),
                   accepted}}},
       {.what = "members in any order",
        .valid = answer(200, R"({"a":"1","b":"2"})"),
        .again = answer(200, R"({"b":"2","a":"1"})"),
        .absent = no,
        .twin = no,
        .later = {{answer(200, " {\n \"b\" : \"2\" , \"a\" : \"1\" } "), accepted}}},
       {.what = "created, then there",
        .valid = answer(201),
        .again = answer(204),
        .absent = no,
        .twin = no,
        .later = {{answer(204), accepted}, {answer(201), accepted}, {answer(200), refused}}}});
}

// --- bodies that are no JSON objects ---

TEST(Oracle, TellsTextsByTheirWords) {
  const std::string home =
      "<!doctype html><title>Forms</title><h1>Forms of ada</h1><p>Trees, Wells</p>";
  const std::string login =
      "<!doctype html><title>Sign in</title><h1>Please sign in</h1><p>to see Forms</p>";
  const Exchange no = answer(401, R"({"error":"unauthorized"})");
  play({{.what = "pages",
         .valid = page(200, home),
         .again = page(200, home),
         .absent = page(401, login),
         .twin = page(200, login),
         .later = {{page(200, login + "<p>That key is malformed</p>"), refused},
                   {page(200, home + "<p>Ponds</p>"), accepted}}},
        {.what = "a page of refusal that no control showed",
         .valid = page(200, home),
         .again = page(200, home),
         .absent = no,
         .twin = no,
         .later = {{page(200, login), refused}, {page(200, home), accepted}}},
        {.what = "a page with a nonce",
         .valid = page(200, home + "<input value=\"n1\">"),
         .again = page(200, home + "<input value=\"n2\">"),
         .absent = page(200, login + "<input value=\"n3\">"),
         .twin = page(200, login + "<input value=\"n4\">"),
         .later = {{page(200, home + "<input value=\"n5\">"), accepted},
                   {page(200, login + "<input value=\"n6\">"), refused}}},
        {.what = "one word",
         .valid = answer(200, "OK"),
         .again = answer(200, "OK"),
         .absent = no,
         .twin = no,
         .later = {{answer(200, "OK"), accepted},
                   {answer(200, "NOT OK"), refused},
                   {answer(200, "Denied"), refused}}},
        {.what = "one word against two",
         .valid = answer(200, "OK\n"),
         .again = answer(200, "OK\n"),
         .absent = answer(200, "NOT OK\n"),
         .twin = answer(200, "NOT OK\n"),
         .later = {{answer(200, "NOT OK\n"), refused}}},
        {.what = "a token is the whole body",
         .valid = answer(200, "kq83nvu2b7pp03hdy2ls"),
         .again = answer(200, "p0x7mm3dqe01vjw4k8ra"),
         .absent = answer(200, "Unauthorized"),
         .twin = answer(200, "Wrong token"),
         .later = {{answer(200, "z81hs6ttwo55cq9xe7bn"), accepted},
                   {answer(200, "Unauthorized"), refused},
                   {answer(200, "Malformed"), refused},
                   {answer(200, R"({"error":"no"})"), refused}}},
        {.what = "a token in quotes is the whole body",
         .valid = answer(200, R"("kq83nvu2b7pp03hdy2ls")"),
         .again = answer(200, R"("p0x7mm3dqe01vjw4k8ra")"),
         .absent = no,
         .twin = answer(200, R"("denied")"),
         .later = {{answer(200, R"("z81hs6ttwo55cq9xe7bn")"), accepted},
                   {answer(200, R"("malformed")"), refused}}},
        {.what = "scalars",
         .valid = answer(200, "true"),
         .again = answer(200, "true"),
         .absent = answer(200, "false"),
         .twin = answer(200, "false"),
         .later = {{answer(200, "null"), refused}, {answer(200, " true"), accepted}}},
        {.what = "XML",
         .valid = answer(200, "<r><status>ok</status></r>"),
         .again = answer(200, "<r><status>ok</status></r>"),
         .absent = no,
         .twin = no,
         .later = {{answer(200, "<r><status>denied</status></r>"), refused}}}});
}

TEST(Oracle, TellsEmptyAnswersByStatusAndFields) {
  const Exchange no = answer(401, R"({"error":"unauthorized"})");
  play({{.what = "nothing to say",
         .valid = answer(204, "", {{"Server", "s"}}),
         .again = answer(204, "", {{"Server", "s"}}),
         .absent = no,
         .twin = no,
         .later = {{answer(204, "", {{"Server", "s"}, {"Vary", "Origin"}}), accepted},
                   {answer(200), refused},
                   {answer(204, "x"), refused},
                   {answer(204, "", {{"Allow", "GET, DELETE, OPTIONS"}}), refused}}},
        {.what = "a cookie is all one gets",
         .valid = answer(204, "", {{"Set-Cookie", "s=1"}}),
         .again = answer(204, "", {{"Set-Cookie", "s=2"}}),
         .absent = answer(204),
         .twin = answer(204),
         .later = {{answer(204, "", {{"Set-Cookie", "s=3"}}), accepted}, {answer(204), refused}}}});
  Operation leads_on;
  leads_on.accepted = {{.status = {{.code = 302}}}};
  play({{.what = "a redirect is documented, and so are two places",
         .valid = answer(302, "", {{"Location", "/home?at=1"}}),
         .again = answer(302, "", {{"Location", "/home?at=2"}}),
         .absent = answer(302, "", {{"Location", "/login?next=/home"}}),
         .twin = answer(302, "", {{"Location", "/login?next=/home"}}),
         .later = {{answer(302, "", {{"Location", "/home"}}), accepted},
                   {answer(302, "", {{"Location", "/locked"}}), refused},
                   {answer(200), refused}}},
        {.what = "it leads to what was made, another one each time",
         .valid = answer(302, "", {{"Location", "/notes/amber-17"}}),
         .again = answer(302, "", {{"Location", "/notes/reed-4"}}),
         .absent = answer(302, "", {{"Location", "/login"}}),
         .twin = answer(302, "", {{"Location", "/login"}}),
         .later = {{answer(302, "", {{"Location", "/notes/kelp-9"}}), accepted},
                   {answer(302, "", {{"Location", "/login"}}), refused}}}},
       leads_on);
}

TEST(Oracle, LooksPastALongList) {
  std::string list = R"({"public":[)";
  for (int i = 0; i < 5000; ++i) list += R"({"n":)" + std::to_string(i) + R"(,"s":"x"},)";
  list += R"({"n":-1}],)";
  play({{.what = "what tells stands behind it",
         .valid = answer(200, list + R"("user":"ada"})"),
         .again = answer(200, list + R"("user":"ada"})"),
         .absent = answer(200, list + R"("user":null,"error":"no key"})"),
         .twin = answer(200, list + R"("user":null,"error":"bad key"})"),
         .later = {{answer(200, list + R"("user":"ada"})"), accepted},
                   {answer(200, list + R"("user":null})"), refused}}}});
}

// --- servers that are wrong ---

TEST(Oracle, SeesAnOpenDoor) {
  const Exchange forms = answer(200, std::string(k_forms));
  play({{.what = "200 for everything, with everything",
         .valid = forms,
         .again = forms,
         .absent = forms,
         .twin = forms,
         .absent_accepted = true,
         .twin_accepted = true},
        {.what = "any secret opens",
         .valid = forms,
         .again = forms,
         .absent = answer(401),
         .twin = forms,
         .twin_accepted = true},
        {.what = "tokens for everybody",
         .valid = answer(200, R"({"access_token":"kq83nvu2b7","token_type":"Bearer","id":"1"})"),
         .again = answer(200, R"({"access_token":"p0x7mm3dqe","token_type":"Bearer","id":"2"})"),
         .absent = answer(400, R"({"error":"invalid_request"})"),
         .twin = answer(200, R"({"access_token":"z81hs6ttwo","token_type":"Bearer","id":"3"})"),
         .twin_accepted = true},
        {.what = "bare tokens for everybody",
         .valid = answer(200, "kq83nvu2b7pp03hdy2ls"),
         .again = answer(200, "p0x7mm3dqe01vjw4k8ra"),
         .absent = answer(401),
         .twin = answer(200, "z81hs6ttwo55cq9xe7bn"),
         .twin_accepted = true},
        {.what = "everybody is told everything, by another name",
         .valid = answer(200, R"({"viewer":"ada","forms":[{"id":"1","name":"Trees","by":"ada"},)"
                              R"({"id":"2","name":"Wells","by":"ada"}],"page":1,"pages":1})"),
         .again = answer(200, R"({"viewer":"ada","forms":[{"id":"1","name":"Trees","by":"ada"},)"
                              R"({"id":"2","name":"Wells","by":"ada"}],"page":1,"pages":1})"),
         .absent = answer(200, R"({"viewer":"guest","forms":[{"id":"1","name":"Trees","by":"ada"},)"
                               R"({"id":"2","name":"Wells","by":"ada"}],"page":1,"pages":1})"),
         .twin = answer(401),
         .absent_accepted = true},
        {.what = "deletes for everybody",
         .valid = answer(204),
         .again = answer(204),
         .absent = answer(204),
         .twin = answer(401),
         .absent_accepted = true},
        {.what = "OK for everybody",
         .valid = answer(200, "OK"),
         .again = answer(200, "OK"),
         .absent = answer(200, "OK"),
         .twin = answer(200, "OK"),
         .absent_accepted = true,
         .twin_accepted = true}});
}

// Somebody else's object has the members of one's own, and other values.
TEST(Oracle, SeesSomebodyElsesObject) {
  const Exchange no = answer(404, R"({"error":"not found"})");
  const Exchange own = answer(200, R"({"id":"a-1","note":"mine","token":"kq83"})");
  const Exchange other = answer(200, R"({"id":"b-2","note":"theirs","token":"p0x7"})");
  const Scene scene{.what = "by the foreign principal",
                    .valid = own,
                    .again = own,
                    .absent = no,
                    .twin = no,
                    .later = {{other, accepted, Data::other}, {no, refused, Data::other}}};
  play(scene, {});
  Controls controls;
  const Operation by_id{.path = "/things/{id}"};
  controls.operation = &by_id;
  for (int i = 0; i < k_valid_samples; ++i) learn_valid(controls, own);
  learn_absent(controls, no);
  EXPECT_EQ(receive(controls, other), accepted);  // the path may name another object each time
}

// --- controls that cannot be used ---

TEST(Controls, SayWhatIsWrong) {
  const Exchange good = answer(200, std::string(k_forms));
  const Operation operation;
  const struct {
    std::string_view what;
    Exchange valid, again;
    std::string_view text;
  } rows[] = {
      {"refused", answer(401), answer(401), "refused (401)"},
      {"refused once", good, answer(401), "refused (401)"},
      {"accepted too late", answer(401), good, "accepted (200)"},
      {"a server failure", answer(500), answer(500), "server failure (500)"},
      {"throttled", good, answer(429), "throttled (429)"},
      {"unreachable", fault(TransportFault::connect), good, "accepted (200)"},
      {"not the same twice", good, answer(200), "accepted (200)"},
  };
  for (const auto& row : rows) {
    Controls controls;
    controls.operation = &operation;
    learn_valid(controls, row.valid);
    learn_valid(controls, row.again);
    EXPECT_FALSE(controls.valid_ok) << row.what;
    EXPECT_FALSE(controls.usable()) << row.what;
    EXPECT_EQ(controls.valid_text, row.text) << row.what;
    EXPECT_EQ(controls.problem.empty(), row.what != "not the same twice") << row.what;
  }
}

TEST(Controls, SayWhichRefusalIsUnclear) {
  const Operation operation;
  for (const Exchange& unclear : {answer(500), answer(429), fault(TransportFault::timeout)}) {
    Controls controls;
    controls.operation = &operation;
    learn_valid(controls, answer(200, "OK"));
    learn_valid(controls, answer(200, "OK"));
    learn_absent(controls, unclear);
    learn_twin(controls, answer(401));
    EXPECT_TRUE(controls.absent_unclear);
    EXPECT_FALSE(controls.twin_unclear);
    EXPECT_FALSE(controls.absent_accepted);
    EXPECT_EQ(controls.twin_text, "refused (401)");
  }
}

TEST(Oracle, GoesByTheDocumentedStatus) {
  Operation operation;
  EXPECT_TRUE(documented_acceptance(operation, 200) && documented_acceptance(operation, 299));
  EXPECT_FALSE(documented_acceptance(operation, 199) || documented_acceptance(operation, 302));
  operation.accepted = {{.content_type = "application/json"}};  // says nothing of the status
  EXPECT_TRUE(documented_acceptance(operation, 204));
  operation.accepted.push_back({.status = {{.code = 201}, {.code = 303}}});
  EXPECT_TRUE(documented_acceptance(operation, 201) && documented_acceptance(operation, 303));
  EXPECT_FALSE(documented_acceptance(operation, 200));
}

TEST(Oracle, DescribesWhatWasSeen) {
  EXPECT_EQ(describe(answer(200), accepted), "accepted (200)");
  EXPECT_EQ(describe(answer(503), throttled), "throttled (503)");
  Exchange broken = fault(TransportFault::tls);
  EXPECT_EQ(describe(broken, none), "TLS failure");
  broken.detail = "self-signed";
  EXPECT_EQ(describe(broken, none), "TLS failure (self-signed)");
}

}  // namespace
}  // namespace keyward
