// SPDX-License-Identifier: Apache-2.0
// JSON texts as values: what RFC 8259 allows and refuses, what is kept of the spelling, pointers by
// RFC 6901, patterns, and dump∘parse on random values.
#include "harness/json/json.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace keyward {
namespace {

using namespace std::string_literals;

// Parses a copy of exactly the text's size, so that a byte read beyond it shows under ASan.
std::expected<Json, JsonError> parse(std::string_view text) {
  const auto copy = std::make_unique<char[]>(text.size());
  std::ranges::copy(text, copy.get());
  return parse_json({copy.get(), text.size()});
}

Json parsed(std::string_view text) {
  auto json = parse(text);
  EXPECT_TRUE(json) << text << ": " << (json ? "" : json.error().message);
  return json ? *std::move(json) : Json{};
}

TEST(Json, IsReadUntilAMember) {
  const struct {
    std::string_view text, read;
  } rows[] = {
      {R"({"a":1,"b":[2,{"c":3}],"stop":"no more)", R"({"a":1,"b":[2,{"c":3}]})"},
      {R"({"a":[{"b":1},{"c":2,"stop":0}],"d":4})", R"({"a":[{"b":1},{"c":2}]})"},
      {R"({"stop":1})", "{}"},
      {R"({"a":"stop"})", R"({"a":"stop"})"},
      {R"(["stop"])", R"(["stop"])"},
  };
  for (const auto& row : rows) {
    const auto json = parse_json_until(row.text, "stop");
    ASSERT_TRUE(json) << row.text;
    EXPECT_EQ(dump(*json), row.read) << row.text;
  }
  EXPECT_FALSE(parse_json_until(R"({"a":1 "stop":2})", "stop"));
  EXPECT_FALSE(parse_json_until(R"({"a":1)", "stop"));
}

// --- what is valid, and how it is written again ---

TEST(Json, IsReadAndWrittenAgain) {
  const struct {
    std::string_view text, dumped;
  } rows[] = {
      {"null", "null"},
      {" \t\r\n true \n", "true"},
      {"false", "false"},
      {R"("")", R"("")"},
      {"{}", "{}"},
      {"[ ]", "[]"},
      {"[[],{},[1]]", "[[],{},[1]]"},
      {R"({ "a" : [ 1 , 2 ] , "b" : { } })", R"({"a":[1,2],"b":{}})"},
      // Repeated names stay, in order (RFC 8259 section 4 leaves them open).
      {R"({"b":1,"a":2,"b":3})", R"({"b":1,"a":2,"b":3})"},
      {R"({"":0})", R"({"":0})"},
      // Numbers keep their spelling.
      {"0", "0"},
      {"-0", "-0"},
      {"-1", "-1"},
      {"1.0", "1.0"},
      {"-0.0", "-0.0"},
      {"1E5", "1E5"},
      {"1e+05", "1e+05"},
      {"0.10", "0.10"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"1e-400", "1e-400"},
      // Escapes (section 7).
      {R"("\"\\\/\b\f\n\r\t")", R"("\"\\/\u0008\u000c\n\r\t")"},
      {R"("\u0041\u00e9\u20AC")", R"("A\u00e9\u20ac")"},
      {R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
      {R"("\u0000")", R"("\u0000")"},
      {"\"\xC3\xA9\x7F\"", R"("\u00e9\u007f")"},
      {"\"\xF0\x9F\x98\x80\"", R"("\ud83d\ude00")"},
      {R"("\ufffe\uffff")", R"("\ufffe\uffff")"},
      // A byte order mark may be passed over (section 8.1).
      {"\xEF\xBB\xBF[1]", "[1]"},
  };
  for (const auto& row : rows) EXPECT_EQ(dump(parsed(row.text)), row.dumped) << row.text;
}

// --- what is refused, and where ---

TEST(Json, RefusesAtTheOffset) {
  const struct {
    std::string text;
    std::size_t offset;
  } rows[] = {
      {"", 0},
      {"   ", 3},
      {"nul", 3},
      {"True", 0},
      {"NaN", 0},
      {"Infinity", 0},
      {"'a'", 0},
      {"{", 1},
      {"[", 1},
      {"[1", 2},
      {"[1,]", 3},
      {"[,1]", 1},
      {"[1 2]", 3},
      {"[1]]", 3},
      {"{}{}", 2},
      {"1 2", 2},
      {"[1}", 2},
      {R"({"a"})", 4},
      {R"({"a":})", 5},
      {R"({"a":1,})", 7},
      {R"({a:1})", 1},
      {R"({1:1})", 1},
      {R"({"a":1 "b":2})", 9},  // the end of the string that should not be there
      {"// comment\n1", 0},
      {"[1/**/]", 2},
      {"01", 1},
      {"-", 1},
      {"-a", 1},
      {"+1", 0},
      {".5", 0},
      {"1.", 2},
      {"1.e5", 2},
      {"1e", 2},
      {"1e+", 3},
      {"0x10", 1},
      {"\"", 1},
      {"\"abc", 4},
      {"\"a\nb\"", 2},
      {"\"a\tb\"", 2},
      {"\"a\x1F"s + "b\"", 2},
      {R"("\a")", 2},
      {R"("\u12g4")", 5},
      {R"("\u12)", 5},
      // Surrogates come in pairs.
      {R"("\ud800")", 7},
      {R"("\ud800x")", 7},
      {R"("\udc00")", 6},
      {R"("\ud800\ud800")", 12},
      {R"("\ud800\n")", 8},
      // UTF-8 (section 8.1): stray and missing continuation, overlong, surrogate, beyond U+10FFFF.
      {"\"\x80\"", 1},
      {"\"\xC3\"", 2},
      {"\"\xC0\x80\"", 1},
      {"\"\xC1\xBF\"", 1},
      {"\"\xE0\x80\x80\"", 2},
      {"\"\xE2\x82\"", 3},
      {"\"\xED\xA0\x80\"", 2},
      {"\"\xF0\x80\x80\x80\"", 2},
      {"\"\xF4\x90\x80\x80\"", 2},
      {"\"\xF5\x80\x80\x80\"", 1},
      {"\"\xFF\"", 1},
      {"\xC2\xA0"
       "1",
       0},
      // U+0000 is no white space, and no end.
      {"1\0"s, 1},
      {"{}\0{}"s, 2},
      {"[1,\0"s, 3},
      {"\0"s, 0},
      {"\"\0\""s, 1},
  };
  for (const auto& row : rows) {
    const auto json = parse(row.text);
    ASSERT_FALSE(json) << row.text;
    EXPECT_EQ(json.error().offset, row.offset) << row.text << ": " << json.error().message;
    EXPECT_FALSE(json.error().message.empty()) << row.text;
  }
}

// A limit of the library's, which RFC 8259 section 6 allows.
TEST(Json, RefusesNumbersBeyondADouble) {
  EXPECT_TRUE(parse("1e308"));
  EXPECT_FALSE(parse("1e400"));
  EXPECT_FALSE(parse("[-1e400]"));
}

TEST(Json, DepthIsBounded) {
  EXPECT_TRUE(parse(std::string(256, '[') + std::string(256, ']')));
  const auto deeper = parse(std::string(257, '[') + std::string(257, ']'));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().message, "nested deeper than 256 levels");
  std::string objects;
  for (int i = 0; i < 256; ++i) objects += R"({"a":)";
  EXPECT_TRUE(parse(objects + "1" + std::string(256, '}')));
  EXPECT_FALSE(parse(objects + "[]" + std::string(256, '}')));
  // A hundred thousand brackets cost no stack.
  EXPECT_FALSE(parse(std::string(100'000, '[')));
}

TEST(Json, EveryPrefixOfADocumentIsRefusedWithinIt) {
  const std::string text = R"({"a":[1.5e3,"\u00e9\ud83d\ude00",null,true],"b":{"c":-7}})";
  ASSERT_TRUE(parse(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto json = parse(std::string_view(text).substr(0, size));
    ASSERT_FALSE(json) << size;
    EXPECT_LE(json.error().offset, size);
  }
}

// --- values and texts agree ---

Json random_value(Random& random, int depth) {
  const std::uint64_t kind = random.below(depth > 0 ? 7 : 5);
  const auto text = [&] {
    constexpr std::string_view k_pieces[] = {
        "a",    "/",        "~",    "\"",           "\\", "\n",
        "\x01", "\xC3\xA9", "\x7F", "\xE2\x82\xAC", " ",  "\xF0\x9F\x98\x80"};
    std::string out;
    for (std::uint64_t n = random.below(6); n > 0; --n) out += k_pieces[random.below(12)];
    return out;
  };
  switch (kind) {
    case 0:
      return {};
    case 1:
      return Json::of(random.below(2) == 0);
    case 2:
      return Json::of(static_cast<std::int64_t>(random.next()));
    case 3:
      return Json::of(static_cast<double>(static_cast<std::int64_t>(random.next())) / 1e7);
    case 4:
      return Json::of(std::string_view(text()));
    case 5: {
      Json array = Json::array();
      for (std::uint64_t n = random.below(4); n > 0; --n)
        array.items.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (std::uint64_t n = random.below(4); n > 0; --n)
        object.members.emplace_back(text(), random_value(random, depth - 1));
      return object;
    }
  }
}

TEST(Json, ParseUndoesDumpOnRandomValues) {
  Random random(20240607);
  for (int i = 0; i < 3000; ++i) {
    const Json value = random_value(random, 5);
    const std::string text = dump(value);
    ASSERT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; })) << text;
    const Json again = parsed(text);
    ASSERT_TRUE(equal(value, again)) << text;
    ASSERT_EQ(dump(again), text);
    ASSERT_EQ(dump(parsed(dump_pretty(value))), text);
  }
}

TEST(Json, InvalidUtf8IsWrittenAsReplacementCharacters) {
  const struct {
    std::string bytes, escaped;
  } rows[] = {
      {"\xFF", R"(\ufffd)"},
      {"a\x80z", R"(a\ufffdz)"},
      {"\xC3", R"(\ufffd)"},
      {"\xC0\x80", R"(\ufffd\ufffd)"},
      {"\xED\xA0\x80", R"(\ufffd\ufffd\ufffd)"},
      {"\xF4\x90\x80\x80", R"(\ufffd\ufffd\ufffd\ufffd)"},
      {"\xE2\x82", R"(\ufffd\ufffd)"},
      {"\0"s, R"(\u0000)"},
  };
  for (const auto& row : rows) {
    std::string out = "x";
    append_escaped(out, row.bytes);
    EXPECT_EQ(out, "x" + row.escaped);
  }
}

TEST(Json, PrettyIsTwoSpacesALevel) {
  EXPECT_EQ(dump_pretty(parsed(R"({"a":[1,{"b":2}],"c":[],"d":{}})")),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": [],\n"
            "  \"d\": {}\n}");
}

TEST(Json, EqualAsValues) {
  const struct {
    std::string_view a, b;
    bool equal;
  } rows[] = {
      {"1", "1.0", true},
      {"100", "1e2", true},
      {"0", "-0", true},
      {"1", "\"1\"", false},
      {"1", "true", false},
      {"null", "false", false},
      {"null", "{}", false},
      {"[]", "{}", false},
      {"9007199254740993", "9007199254740992", false},  // alike as doubles
      {"18446744073709551615", "18446744073709551614", false},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1})", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":1,"b":2})", R"({"a":1,"c":2})", false},
      {R"({"a":1,"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":1,"a":2})", R"({"a":1,"a":2})", true},
      {R"({"a":1,"a":2})", R"({"a":1,"a":1})", false},
      {"[1,2]", "[2,1]", false},
      {"[1,2]", "[1,2,3]", false},
      {R"("\u00e9")", "\"\xC3\xA9\"", true},
      {R"("a")", R"("A")", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(equal(parsed(row.a), parsed(row.b)), row.equal) << row.a << " " << row.b;
    EXPECT_EQ(equal(parsed(row.b), parsed(row.a)), row.equal) << row.b << " " << row.a;
  }
}

TEST(Json, NumbersAreReadWhereTheyFit) {
  EXPECT_EQ(parsed("42").integer(), 42);
  EXPECT_EQ(parsed("-9223372036854775808").integer(), INT64_MIN);
  EXPECT_EQ(parsed("9223372036854775808").integer(), std::nullopt);
  EXPECT_EQ(parsed("1.0").integer(), std::nullopt);
  EXPECT_EQ(parsed("\"42\"").integer(), std::nullopt);
  EXPECT_EQ(parsed("1.5e1").number(), 15.0);
  EXPECT_EQ(parsed("\"1\"").number(), std::nullopt);
  EXPECT_EQ(dump(Json::of(0.1)), "0.1");
  EXPECT_EQ(dump(Json::of(1.0 / 0.0)), "0");
  EXPECT_EQ(dump(Json::of("text")), "\"text\"");
}

TEST(Json, MembersAreFoundAndSet) {
  Json json = parsed(R"({"a":1,"b":2,"a":3})");
  ASSERT_NE(json.find("a"), nullptr);
  EXPECT_EQ(json.find("a")->text, "1");
  EXPECT_EQ(json.find("c"), nullptr);
  json.set("b", Json::of("x")).text += "y";
  json.set("c", Json{});
  EXPECT_EQ(dump(json), R"({"a":1,"b":"xy","a":3,"c":null})");
  Json made;
  made.set("k", Json::of(true));
  EXPECT_EQ(dump(made), R"({"k":true})");
}

// --- pointers (RFC 6901) ---

TEST(JsonPointer, FindsByTheRules) {
  // The document of section 5, with an array of arrays beside it.
  const std::string_view text =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,)"
      R"("m~n":8,"~1":9,"0":10,"deep":[[11]]})";
  const Json root = parsed(text);
  const struct {
    std::string_view pointer, found;  ///< "" = nothing
  } rows[] = {
      {"/foo", R"(["bar","baz"])"},
      {"/foo/0", "\"bar\""},
      {"/foo/1", "\"baz\""},
      {"/foo/2", ""},
      {"/foo/-", ""},
      {"/foo/-1", ""},
      {"/foo/+1", ""},
      {"/foo/01", ""},  // section 4: no leading zeros
      {"/foo/00", ""},
      {"/foo/0x", ""},
      {"/foo/", ""},
      {"/foo/99999999999999999999", ""},
      {"/foo/0/x", ""},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/e^f", "3"},
      {"/g|h", "4"},
      {"/i\\j", "5"},
      {"/k\"l", "6"},
      {"/ ", "7"},
      {"/m~0n", "8"},
      {"/~01", "9"},  // ~01 is ~1, and not /
      {"/0", "10"},
      {"/deep/0/0", "11"},
      {"/none", ""},
      {"/none/none", ""},
      {"foo", ""},
      {"foo/0", ""},
  };
  for (const auto& row : rows) {
    const Json* found = at(root, row.pointer);
    EXPECT_EQ(found == nullptr ? "" : dump(*found), row.found) << row.pointer;
  }
  EXPECT_EQ(at(root, ""), &root);
}

TEST(JsonPointer, LetsAValueBeChanged) {
  Json root = parsed(R"({"a":[{"b":1}]})");
  ASSERT_NE(at(root, "/a/0/b"), nullptr);
  *at(root, "/a/0/b") = Json::of("new");
  EXPECT_EQ(dump(root), R"({"a":[{"b":"new"}]})");
  EXPECT_EQ(at(root, "/a/1"), nullptr);
}

// --- patterns ---

TEST(JsonSelect, MatchesPatterns) {
  const Json root = parsed(
      R"({"id":0,"forms":[{"id":1,"sub":{"id":2}},{"id":3},4],"by":{"x":{"id":5},"y/z":{"id":6}}})");
  const struct {
    std::string_view pattern, found;
  } rows[] = {
      {"/id", "[0]"},
      {"/forms/1/id", "[3]"},
      {"/forms/*/id", "[1,3]"},
      {"/*/*/id", "[1,3,5,6]"},
      {"/by/*/id", "[5,6]"},
      {"/by/y~1z/id", "[6]"},
      {"/**/id", "[0,1,2,3,5,6]"},
      {"/forms/**/id", "[1,2,3]"},
      {"/**/sub/*", "[2]"},
      {"/**/sub/**", R"([{"id":2},2])"},
      {"/forms/*", R"([{"id":1,"sub":{"id":2}},{"id":3},4])"},
      {"/none/*", "[]"},
      {"/id/**", "[0]"},
      {"/id/*", "[]"},
      {"id", "[]"},
      {"**", "[]"},
  };
  for (const auto& row : rows) {
    Json found = Json::array();
    for (const Json* value : select(root, row.pattern)) found.items.push_back(*value);
    EXPECT_EQ(dump(found), row.found) << row.pattern;
  }
  EXPECT_EQ(select(root, ""), (std::vector<const Json*>{&root}));
  EXPECT_EQ(select(root, "/**").size(), 15U);
  EXPECT_EQ(select(root, "/**").front(), &root);
}

TEST(Json, TypesHaveNames) {
  const struct {
    std::string_view text, type;
  } rows[] = {{"null", "null"},   {"true", "boolean"}, {"1", "number"},
              {"\"\"", "string"}, {"[]", "array"},     {"{}", "object"}};
  for (const auto& row : rows) EXPECT_EQ(name(parsed(row.text).type), row.type);
}

}  // namespace
}  // namespace keyward
