// SPDX-License-Identifier: Apache-2.0
// What a request looks like whose body would hold the credential, with and without it: a form or an
// object either way, so that nothing but the credential can be what it is refused for.
#include <gtest/gtest.h>

#include "harness/run/engine.h"

namespace keyward {
namespace {

constexpr const char* k_form = "application/x-www-form-urlencoded";
constexpr const char* k_json = "application/json";

const Spec& spec() {
  static const Spec both = [] {
    Spec out;
    out.schemes = {{.id = "form", .carriers = {{Slot::form, "pat", {"pat", ""}}}},
                   {.id = "json", .carriers = {{Slot::json, "pat", {"pat", ""}}}},
                   {.id = "query", .carriers = {{Slot::query, "pat", {"pat", ""}}}}};
    return out;
  }();
  return both;
}

Request settled(const char* scheme, std::string body, const char* type = nullptr) {
  Request request;
  request.method = "POST";
  request.body = std::move(body);
  if (type != nullptr) request.add_field("Content-Type", type);
  const Alternative alternative{{scheme}};
  settle_body(request, spec(), &alternative);
  return request;
}

TEST(SettleBody, NamesTheTypeOfWhatACredentialMade) {
  EXPECT_EQ(settled("form", "pat=x").field("Content-Type")->value, k_form);
  EXPECT_EQ(settled("json", R"({"pat":"x"})").field("Content-Type")->value, k_json);
}

TEST(SettleBody, LeavesAFormOrAnObjectWithoutTheCredential) {
  const Request form = settled("form", "");
  ASSERT_NE(form.field("Content-Type"), nullptr);
  EXPECT_EQ(form.field("Content-Type")->value, k_form);
  EXPECT_EQ(form.body, "");
  const Request json = settled("json", "");
  ASSERT_NE(json.field("Content-Type"), nullptr);
  EXPECT_EQ(json.field("Content-Type")->value, k_json);
  EXPECT_EQ(json.body, "{}");
}

TEST(SettleBody, LeavesTheRestAlone) {
  EXPECT_EQ(settled("query", "").field("Content-Type"), nullptr);
  const Request own = settled("json", "x", "text/plain");
  EXPECT_EQ(own.field("Content-Type")->value, "text/plain");
  EXPECT_EQ(own.body, "x");
}

}  // namespace
}  // namespace keyward
