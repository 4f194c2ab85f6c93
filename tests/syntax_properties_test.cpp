// SPDX-License-Identifier: Apache-2.0
// What holds for every input, not only for the vectors. Each property is tried on four sorts of
// text: made by the parser's grammar (must be accepted), such a text with a few bytes changed,
// delimiters thrown together, and random bytes. Deterministic: one seed, one sequence.
#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/bearer.h"
#include "harness/syntax/challenge.h"
#include "harness/syntax/cookie.h"
#include "harness/syntax/credentials.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"
#include "harness/syntax/percent.h"
#include "harness/syntax/request_target.h"
#include "harness/syntax/url.h"
#include "harness/syntax/utf8.h"
#include "tests/vectors/grammars.h"

namespace keyward {
namespace {

using namespace grammars;  // the test is about nothing else

constexpr int k_rounds = 20000;
constexpr std::uint64_t k_seed = 20261121;

// --- running a property -----------------------------------------------------------------------

/// One claim about one text.
void holds(bool claim, std::string_view what, std::string_view input) {
  if (!claim) ADD_FAILURE() << what << ", input: " << escape(input);
}

bool inside(std::string_view part, std::string_view whole) {
  const std::less_equal<const char*> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

/// Parses `rounds` texts and hands each accepted value to `check(value, text)`. Texts have no spare
/// byte behind them. Refusals must point into the text; what the grammar makes is never refused.
template <class Parse, class Check>
void for_all(std::string_view id, const Grammar& grammar, Parse parse, Check check) {
  Random random(k_seed, id);
  int accepted = 0;
  for (int round = 0; round < k_rounds && !testing::Test::HasFailure(); ++round) {
    const std::string made = random_text(random, grammar, round);
    const std::vector<char> exact(made.begin(), made.end());
    const std::string_view text(exact.data(), exact.size());
    const auto parsed = parse(text);
    if (parsed) {
      ++accepted;
      check(*parsed, text);
    } else {
      holds(round % 4 != 0, "the grammar's text is accepted", text);
      holds(parsed.error().offset <= text.size(), "the offset is inside", text);
    }
  }
  EXPECT_GE(accepted, k_rounds / 4);
}

std::string swap_case(std::string_view text) {
  std::string swapped(text);
  for (char& c : swapped) {
    if (k_alpha.contains(c)) c = static_cast<char>(c ^ 0x20);
  }
  return swapped;
}

// --- properties -------------------------------------------------------------------------------

TEST(FieldProperties, LineSurvivesRenderingCaseAndWhitespace) {
  for_all("field-line", make_field_line, parse_field_line,
          [](const FieldLine& line, std::string_view text) {
            holds(inside(line.name, text) && inside(line.value, text), "views are inside", text);
            holds(is_token(line.name), "the name is a token", text);
            holds(trim_ows(line.value) == line.value, "the value is trimmed", text);
            holds(parse_field_line(render_field_line(line)) == line, "render, parse", text);
            const std::string name = swap_case(line.name);
            const std::string other = name + ":\t " + std::string(line.value) + " \t";
            const auto again = parse_field_line(other);
            holds(again && equals_ignoring_case(again->name, line.name), "name case", text);
            holds(again && again->value == line.value, "white space around", text);
          });
}

TEST(FieldProperties, BlockIsItsLines) {
  const Grammar grammar = [](Random& random) {
    std::string block;
    while (coin(random)) block += make_field_line(random) + "\r\n";
    return block + maybe(random, make_field_line(random));
  };
  for_all("field-block", grammar, parse_field_block,
          [](const std::vector<FieldLine>& lines, std::string_view text) {
            std::string rendered;
            for (const FieldLine& line : lines) {
              holds(inside(line.name, text) && inside(line.value, text), "views are inside", text);
              rendered += render_field_line(line) + "\r\n";
            }
            holds(parse_field_block(rendered) == lines, "render, parse", text);
          });
}

TEST(FieldProperties, QuotingIsUndoneByParsing) {
  for_all("quoted-string", make_quoted, parse_quoted_string,
          [](const std::string& value, std::string_view text) {
            holds(parse_quoted_string(quote(value)) == value, "quote, parse", text);
            holds(value.size() + 2 <= text.size(), "the value is shorter by its quotes", text);
          });
}

void check_params(const std::vector<AuthParam>& params, std::string_view text) {
  for (const AuthParam& param : params) {
    holds(inside(param.name, text) && inside(param.raw_value, text), "views are inside", text);
    holds(find_param(params, swap_case(param.name)) == &param, "names are unique", text);
    const bool legal = param.quoted || is_token(param.raw_value);
    holds(is_token(param.name) && legal, "parameters are tokens or quoted", text);
  }
}

TEST(CredentialsProperties, SurviveRenderingAndSchemeCase) {
  for_all("credentials", make_credentials, parse_credentials,
          [](const Credentials& credentials, std::string_view text) {
            check_params(credentials.params, text);
            holds(is_token(credentials.scheme), "the scheme is a token", text);
            holds(!credentials.token68 || credentials.params.empty(), "one or the other", text);
            holds(parse_credentials(render_credentials(credentials)) == credentials,
                  "render, parse", text);
            if (!credentials.params.empty()) {
              const std::string name = swap_case(credentials.params.front().name);
              const std::string longer = std::string(text) + ", " + name + "=x";
              const SyntaxError twice{Reason::duplicate_parameter, text.size() + 2};
              const auto repeated = parse_credentials(longer);
              holds(!repeated && repeated.error() == twice, "a name occurs once", longer);
              const auto challenge = parse_challenges(longer);
              holds(!challenge && challenge.error() == twice, "a name occurs once", longer);
            }
            const std::string scheme = swap_case(credentials.scheme);
            const std::string other = scheme + std::string(text.substr(scheme.size()));
            const auto again = parse_credentials(other);
            holds(again && again->params == credentials.params, "scheme case", text);
            holds(again && again->token68 == credentials.token68, "scheme case", text);
          });
}

TEST(ChallengeProperties, ListIsStableUnderSplittingAndJoining) {
  for_all("challenge", make_challenges, parse_challenges,
          [](const std::vector<Challenge>& challenges, std::string_view text) {
            std::string joined = ", ,";
            for (const Challenge& challenge : challenges) {
              check_params(challenge.params, text);
              const std::string alone = render_challenge(challenge);
              const auto again = parse_challenges(alone);
              holds(again && again->size() == 1 && again->front() == challenge, "alone", text);
              const auto sent_back = parse_credentials(alone);
              holds(sent_back && sent_back->params == challenge.params, "as credentials", text);
              joined += "\t" + alone + " , ,";
            }
            holds(parse_challenges(joined) == challenges, "joined with empty elements", text);
            holds(parse_challenges(render_challenges(challenges)) == challenges, "render, parse",
                  text);
          });
}

TEST(BasicProperties, PairsSurvive) {
  const Grammar grammar = [](Random& random) {
    const ByteSet legal = ByteSet::range(0x00, 0xFF) - k_control;
    return render_basic(some(random, legal - ByteSet(":"), 0, 6), some(random, legal, 0, 6));
  };
  for_all("basic", grammar, parse_basic, [](const UserPass& pair, std::string_view text) {
    holds(render_basic(pair.user_id, pair.password) == text, "one text for one pair", text);
    holds(pair.user_id.find(':') == std::string::npos, "no colon in a user-id", text);
    const std::string field = "bASIC " + std::string(text);
    holds(parse_basic_credentials(field) == pair, "in a field value", text);
  });
}

TEST(BearerProperties, TokensSurvive) {
  const Grammar grammar = [](Random& random) { return render_bearer(make_token68(random)); };
  for_all("bearer", grammar, parse_bearer_credentials,
          [](std::string_view token, std::string_view text) {
            holds(inside(token, text) && parse_token68(token).has_value(), "a view", text);
            holds(parse_bearer_credentials(render_bearer(token)) == token, "render, parse", text);
          });
}

TEST(Base64Properties, OneTextForOneSequenceOfBytes) {
  for (const auto alphabet : {Base64Alphabet::standard, Base64Alphabet::url_safe}) {
    for (const auto padding :
         {Base64Padding::required, Base64Padding::forbidden, Base64Padding::optional}) {
      const bool padded = padding != Base64Padding::forbidden;
      const Grammar grammar = [&](Random& random) {
        return encode_base64(random_bytes(random, 12), alphabet, padded);
      };
      const auto parse = [&](std::string_view text) {
        return decode_base64(text, alphabet, padding);
      };
      for_all("base64", grammar, parse, [&](const std::string& bytes, std::string_view text) {
        const bool same = encode_base64(bytes, alphabet, padded) == text;
        const bool bare = encode_base64(bytes, alphabet, false) == text;
        holds(same || (padding == Base64Padding::optional && bare), "decode, encode", text);
      });
    }
  }
}

TEST(PercentProperties, NormalFormIsStableAndMeansTheSame) {
  const Grammar grammar = [](Random& random) {
    return with_triplets(random, ByteSet::range(0x00, 0xFF) - ByteSet("%"), 8);
  };
  for_all("percent", grammar, decode_percent, [](const std::string& bytes, std::string_view text) {
    const auto normal = normalize_percent(text);
    holds(normal && normalize_percent(*normal) == *normal, "idempotent", text);
    holds(normal && decode_percent(*normal) == bytes, "the same bytes", text);
    for (const ByteSet& keep :
         {k_unreserved, k_keep_path_segment, k_keep_userinfo, k_keep_query_value, k_keep_form}) {
      const std::string encoded = encode_percent(bytes, keep);
      holds(decode_percent(encoded) == bytes, "encode, decode", text);
      const ByteSet marked = keep | ByteSet("%");
      holds(decode_percent(encode_percent(bytes, marked)) == bytes, "a percent sign goes", text);
      holds(marked.span(encoded) == encoded.size(), "only kept bytes", text);
    }
  });
}

TEST(FormProperties, FieldsSurviveRenderingAndSerializing) {
  const auto parse = [](std::string_view text) {
    return Parsed<std::vector<FormField>>(parse_form(text));  // no text is refused
  };
  for_all("form", make_form, parse,
          [](const std::vector<FormField>& fields, std::string_view text) {
            std::vector<FormPair> pairs;
            for (const FormField& field : fields) {
              holds(inside(field.raw_name, text) && inside(field.raw_value, text), "a view", text);
              pairs.push_back({field.name(), field.value()});
            }
            const std::string rendered = render_form(fields);
            holds(parse_form(rendered) == fields, "render, parse", text);
            const std::string serialized = serialize_form(pairs);
            const auto again = parse_form_strict(serialized);
            holds(again && again->size() == pairs.size(), "serialize, parse strictly", text);
            for (std::size_t i = 0; again && i < pairs.size(); ++i) {
              const FormField& field = (*again)[i];
              holds(FormPair{field.name(), field.value()} == pairs[i], "the same pair", text);
            }
          });
  for_all("form-strict", make_form, parse_form_strict,
          [](const std::vector<FormField>& fields, std::string_view text) {
            holds(parse_form(text) == fields, "strict is a part of lenient", text);
          });
}

void check_authority(const Authority& authority, std::string_view text) {
  const std::string_view host = authority.host;
  holds(inside(host, text), "views are inside", text);
  holds(host.find_first_of("/?#@\\ \t\r\n") == host.npos, "no delimiter in a host", text);
  holds(host.starts_with('[') || host.find(':') == host.npos, "no colon without brackets", text);
  std::string userinfo(authority.user);
  if (authority.password) (userinfo += ':') += *authority.password;
  holds(userinfo == authority.userinfo.value_or(""), "user and password are the userinfo", text);
  const bool has_number = authority.port && !authority.port->empty();
  holds(authority.port_number.has_value() == has_number, "a port with digits is a number", text);
}

TEST(UrlProperties, AuthorityIsItsParts) {
  for_all("authority", make_authority, parse_authority,
          [](const Authority& authority, std::string_view text) {
            check_authority(authority, text);
            holds(render_authority(authority) == text, "render", text);
            const std::string crowded = "x@" + std::string(text);
            holds(parse_authority(crowded).has_value() == !authority.userinfo, "one at sign", text);
          });
}

TEST(UrlProperties, UrlIsItsPartsAndHasANormalForm) {
  for_all("url", make_url, parse_url, [](const Url& url, std::string_view text) {
    if (url.authority) check_authority(*url.authority, text);
    holds(inside(url.path, text), "views are inside", text);
    holds(render_url(url) == text, "render", text);
    const std::string normal = normalize_url(url);
    const auto again = parse_url(normal);
    holds(again && normalize_url(*again) == normal, "the normal form is stable", text);
    const bool has_origin = url.scheme && url.authority;
    holds(again && same_origin(url, *again) == has_origin, "and has the same origin", text);
  });
}

TEST(UrlProperties, HostIsDeafToWhatFollows) {
  const Grammar grammar = [](Random& random) { return "http://" + make_authority(random); };
  for_all("url-suffix", grammar, parse_url, [](const Url& url, std::string_view text) {
    if (!url.authority || !url.path.empty() || url.query || url.fragment) return;
    for (const char* suffix :
         {"/", "/@evil/", "//x:1@y/", "?@evil", "#@evil", "/..//z", "?a#b@c"}) {
      const std::string longer = std::string(text) + suffix;
      const auto again = parse_url(longer);
      holds(again && again->authority == url.authority, suffix, text);
    }
  });
}

TEST(UrlProperties, ResolvingGivesUrls) {
  const Url base = *parse_url("http://u:p@h:1/a/b/../c;d?q#f");
  for_all("resolve", make_url, parse_url, [&](const Url& reference, std::string_view text) {
    const std::string target = resolve(base, reference);
    const auto url = parse_url(target);
    holds(url && url->scheme.has_value(), "the target is absolute", text);
    holds(url && url->fragment == reference.fragment, "its fragment is the reference's", text);
    const bool elsewhere = reference.authority && !reference.authority->userinfo;
    const bool leaks = elsewhere && url && url->authority && url->authority->userinfo;
    holds(!leaks, "a userinfo goes to no other authority", text);
    const std::string path = remove_dot_segments(reference.path);
    holds(remove_dot_segments(path) == path, "dot segments go once", text);
  });
}

TEST(RequestTargetProperties, TargetIsItsText) {
  const Grammar origin = [](Random& random) {
    return "/" + make_path(random) + make_query(random);
  };
  for (const std::string_view method : {"GET", "OPTIONS", "CONNECT"}) {
    const Grammar connect = [](Random& random) { return "h:" + some(random, k_digit, 1, 4); };
    const auto parse = [&](std::string_view text) { return parse_request_target(method, text); };
    for_all("request-target", method == "CONNECT" ? connect : origin, parse,
            [](const RequestTarget& target, std::string_view text) {
              holds(render_request_target(target) == text, "render", text);
              holds(!target.url.fragment, "no fragment", text);
            });
  }
}

TEST(CookieProperties, CookiesAreTheirText) {
  for_all("cookie", make_cookies, parse_cookies,
          [](const std::vector<CookiePair>& pairs, std::string_view text) {
            holds(render_cookies(pairs) == text, "render", text);
            for (const CookiePair& pair : pairs) {
              holds(inside(pair.name, text) && inside(pair.value, text), "a view", text);
            }
          });
  for_all("set-cookie", make_set_cookie, parse_set_cookie,
          [](const SetCookie& cookie, std::string_view text) {
            holds(render_set_cookie(cookie) == text, "render", text);
          });
}

TEST(Utf8Properties, PrefixesAreUtf8UpToTheRefusal) {
  Random random(k_seed, "utf8");
  for (int round = 0; round < k_rounds && !HasFailure(); ++round) {
    const std::string text = random_text(random, make_utf8, round);
    const auto checked = check_utf8(text);
    if (checked) {
      holds(is_utf8(text + make_utf8(random)), "valid and valid is valid", text);
      continue;
    }
    holds(round % 4 != 0, "what was encoded is valid", text);
    const std::size_t offset = checked.error().offset;
    holds(offset < text.size(), "the offset is inside", text);
    holds(is_utf8(text.substr(0, offset)), "what comes before is valid", text);
  }
}

/// A control character is what header injection, truncation in C and terminal escapes are made of.
TEST(ControlCharacters, AreRefusedWhereverTheyStand) {
  struct Row {
    Grammar grammar;
    bool (*accepts)(std::string_view text);
  };
  const Row rows[] = {
      {make_field_line, [](auto text) { return parse_field_line(text).has_value(); }},
      {make_quoted, [](auto text) { return parse_quoted_string(text).has_value(); }},
      {make_credentials, [](auto text) { return parse_credentials(text).has_value(); }},
      {make_challenges, [](auto text) { return parse_challenges(text).has_value(); }},
      {make_token68, [](auto text) { return parse_token68(text).has_value(); }},
      {make_token68, [](auto text) { return decode_base64(text).has_value(); }},
      {make_authority, [](auto text) { return parse_authority(text).has_value(); }},
      {make_url, [](auto text) { return parse_url(text).has_value(); }},
      {make_url, [](auto text) { return parse_request_target("GET", text).has_value(); }},
      {make_cookies, [](auto text) { return parse_cookies(text).has_value(); }},
      {make_set_cookie, [](auto text) { return parse_set_cookie(text).has_value(); }},
  };
  Random random(k_seed, "controls");
  for (int round = 0; round < k_rounds && !HasFailure(); ++round) {
    const Row& row = rows[random.below(std::size(rows))];
    std::string text = row.grammar(random);
    const char control = random.pick({"\0\r\n\x0B\x1B\x7F", 6});
    text.insert(random.below(text.size() + 1), 1, control);
    holds(!row.accepts(text), "refused", text);
  }
}

// Why the parsers are linear: every scan starts where the last accepted piece ended, and steps back
// to the start of its own element at most (no token68? then a parameter), so each byte is read a
// bounded number of times; only the search for repeated names sorts. Here the texts are so long
// that one quadratic scan would take 10^12 steps: no clock is needed to notice.
TEST(LongInputs, ArePassedOverOnce) {
  constexpr std::size_t k_size = 1 << 20;
  for (const std::string_view piece : {"a",
                                       " ",
                                       ",",
                                       "=",
                                       "\"",
                                       "\\\"",
                                       "%",
                                       "%41",
                                       "&",
                                       ";",
                                       ":",
                                       "@",
                                       "/",
                                       "/..",
                                       "../",
                                       "[",
                                       "A: b\r\n",
                                       "a,",
                                       "a=",
                                       "a=b,",
                                       "a ",
                                       "a b,",
                                       "b=\"\\\\\",",
                                       "x=y; ",
                                       "\xF0\x9F\x98\x80",
                                       "::",
                                       "0",
                                       "."}) {
    std::string text;
    while (text.size() < k_size) text += piece;
    for (const std::string_view head : {"", "B ", "B a=\"", "http://", "http://h/", "a=b; "}) {
      const std::string whole = std::string(head) + text;
      const auto refused_inside = [&](const auto& parsed) {
        return parsed.has_value() || parsed.error().offset <= whole.size();
      };
      holds(refused_inside(parse_field_block(whole)), "field block", piece);
      holds(refused_inside(parse_quoted_string(whole)), "quoted string", piece);
      holds(refused_inside(parse_credentials(whole)), "credentials", piece);
      holds(refused_inside(parse_challenges(whole)), "challenges", piece);
      holds(refused_inside(parse_basic(whole)), "basic", piece);
      holds(refused_inside(parse_form_strict(whole)), "form", piece);
      holds(refused_inside(parse_cookies(whole)), "cookies", piece);
      holds(refused_inside(parse_set_cookie(whole)), "set-cookie", piece);
      holds(refused_inside(parse_request_target("GET", whole)), "request target", piece);
      holds(refused_inside(check_utf8(whole)), "UTF-8", piece);
      holds(remove_dot_segments(whole).size() <= whole.size(), "dot segments", piece);
      if (const auto url = parse_url(whole)) holds(!normalize_url(*url).empty(), "URL", piece);
    }
  }
}

}  // namespace
}  // namespace keyward
