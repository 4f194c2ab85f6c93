// SPDX-License-Identifier: Apache-2.0
// Checks of secrets that the request did not bring, of password hashes, and of what a token says of
// its own life: which answers they let pass, and which not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/syntax/base64.h"
#include "tests/catalogue_looks.h"
#include "tests/catalogue_secrets.h"

namespace keyward::testing {
namespace {

struct Shown {
  std::string_view check;
  Look::Result want;
  std::string_view why;
  std::string body;
  std::string_view request = {};  // its header section's last field
  Reception reception = Reception::accepted;
  std::optional<Level> level = {};
  std::string_view operation = "list";
  std::string_view actor = "member";
};

Look look_at(const Shown& row) {
  static const Spec k_spec = spec_with_secrets();
  std::vector<KnownSecret> known;
  const auto know_of = [&](const Principal& who, std::string_view name, std::string_view bytes) {
    know(known, k_spec, who, name, bytes);
  };
  const Principal& member = k_spec.principals[0];
  know_of(member, "email", "jane.doe.1@example.com");
  know_of(member, "password", k_password);
  know_of(member, "api_key", k_key);
  know_of(member, "session", k_session);
  know_of(member, "pair", "key-id-00001:Zq8-secret-half");
  know_of(k_spec.principals[1], "api_key", k_other_key);
  const Operation& operation = *k_spec.operation(row.operation);
  Exchange exchange{.response = Response{.status = 200, .body = row.body},
                    .started = 1'000'000'000};
  exchange.request = "GET " + operation.path + " HTTP/1.1\r\nHost: api.example\r\n" +
                     std::string(row.request) + "\r\n\r\n";
  std::vector<Secret> sent;
  if (!row.request.empty()) sent.emplace_back("sent", std::string(row.request));
  return find_check(row.check)->look({.spec = k_spec,
                                      .operation = operation,
                                      .alternative = operation.security.front(),
                                      .exchange = exchange,
                                      .reception = row.reception,
                                      .method = "GET",
                                      .documented_request = true,
                                      .well_formed = true,
                                      .sent = sent,
                                      .actor = row.actor,
                                      .known = known});
}

void expect_shown(const Shown& row) {
  const Look seen = look_at(row);
  EXPECT_EQ(seen.result, row.want) << row.why << ": " << seen.actual;
  if (row.want != breach) return;
  EXPECT_EQ(seen.level.value_or(find_check(row.check)->level),
            row.level.value_or(find_check(row.check)->level))
      << row.why << ": " << seen.actual;
  for (const std::string_view secret : {k_password, k_key, k_other_key, k_session})
    EXPECT_FALSE(seen.actual.contains(secret)) << row.why;
}

std::string quoted(std::string_view name, std::string_view value) {
  return fmt::format(R"({{"{}":"{}"}})", name, value);
}

std::string token(std::string_view claims) {
  const auto encoded = [](std::string_view text) {
    return encode_base64(text, Base64Alphabet::url_safe, false);
  };
  return encoded(R"({"alg":"HS256"})") + "." + encoded(claims) + "." + encoded("signature");
}

constexpr std::string_view k_with_key = "X-ApiToken: 0123456789abcdef0123456789abcdef";
constexpr std::string_view k_with_other = "X-ApiToken: fedcba9876543210fedcba9876543210";
constexpr auto k_refused = Reception::refused;

TEST(SecretChecks, SeeSecretsThatTheRequestDidNotBring) {
  const std::string session = R"("session":"sess-5f1c7b0a9d")";
  const Shown rows[] = {
      {"secret-shown", fine, "nothing", R"({"forms":[]})", k_with_key},
      {"secret-shown", fine, "a public value", quoted("by", "jane.doe.1@example.com"), k_with_key},
      {"secret-shown", breach, "its holder's password", quoted("pw", k_password), k_with_key,
       k_accepted, Level::should},
      {"secret-shown", breach, "escaped", R"({"pw":"Tr0ub4dor\u00263\u0020horse"})", k_with_key,
       k_accepted, Level::should},
      {"secret-shown", breach, "in a token", quoted("t", token(quoted("pw", k_password))),
       k_with_key, k_accepted, Level::should},
      {"secret-shown", breach, "the secret half", quoted("half", "Zq8-secret-half"), k_with_key,
       k_accepted, Level::info},
      {"secret-shown", fine, "the half that is a name", quoted("half", "key-id-00001"), k_with_key},
      {"secret-shown", fine, "part of a longer word", quoted("id", std::string(k_key) + "00"),
       k_with_key},
      {"secret-shown", breach, "what was sent, as many do", quoted("key", k_key), k_with_key,
       k_accepted, Level::info},
      {"secret-shown", breach, "a session, to its holder", "{" + session + "}", k_with_key,
       k_accepted, Level::info},
      {"secret-shown", breach, "another's key", quoted("key", k_other_key), k_with_key, k_accepted,
       Level::must},
      {"secret-shown", breach, "asked by another", quoted("key", k_key), k_with_other, k_accepted,
       Level::must, "list", "other"},
      {"secret-shown", breach, "asked by nobody", quoted("key", k_key), "", k_accepted,
       Level::must},
      {"secret-shown", breach, "a refusal", quoted("try", k_key), "", k_refused, Level::must},
      {"secret-shown", breach, "a refusal completes what was sent", quoted("did_you_mean", k_key),
       "X-ApiToken: 0123456789abcdef0123", k_refused, Level::must},
      {"secret-shown", fine, "a refusal repeats: secret-echo", quoted("key", k_key), k_with_key,
       k_refused},
      {"secret-shown", fine, "a refusal repeats what came encoded", quoted("key", k_key),
       "Authorization: Basic amFuZTowMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg==", k_refused},
      {"secret-shown", fine, "a refusal renews what goes with the key", "{" + session + "}",
       k_with_key, k_refused},
      {"secret-shown",
       fine,
       "where it is issued",
       "{" + session + "}",
       k_with_key,
       k_accepted,
       {},
       "issue-session"},
      {"secret-shown", breach, "beside what is issued",
       "{" + session + R"(,"pw":"Tr0ub4dor&3 horse"})", "X-Password: Tr0ub4dor&3 horse", k_accepted,
       Level::should, "issue-session"},
      {"secret-shown",
       fine,
       "where the document says so",
       R"({"keys":[{"token":"0123456789abcdef0123456789abcdef"}]})",
       "X-Password: Tr0ub4dor&3 horse",
       k_accepted,
       {},
       "reveal"},
      {"secret-shown", breach, "another value where the document says so of one",
       R"({"keys":[{"token":"Tr0ub4dor&3 horse"}]})", k_with_key, k_accepted, Level::should,
       "reveal"},
      {"secret-shown", breach, "elsewhere than the document says", quoted("key", k_key),
       "X-Password: Tr0ub4dor&3 horse", k_accepted, Level::info, "reveal"},
  };
  for (const Shown& row : rows) expect_shown(row);
}

TEST(SecretChecks, SeeNamesThatARefusalTellsAStranger) {
  const std::string named = quoted("owner", "jane.doe.1@example.com");
  const Shown rows[] = {
      {"name-shown", breach, "to whoever guessed", named, k_with_other, k_refused},
      {"name-shown", breach, "to a part of the key", named, "X-ApiToken: 0123456789abcdef0123",
       k_refused},
      {"name-shown", fine, "to its holder, whatever was wrong", named, k_with_key, k_refused},
      {"name-shown", fine, "as the request did", named,
       "Authorization: Basic amFuZS5kb2UuMUBleGFtcGxlLmNvbTp3cm9uZw==", k_refused},
      {"name-shown", fine, "nobody", quoted("error", "unauthorized"), k_with_other, k_refused},
      {"name-shown", not_applicable, "in the answer that was asked for", named, k_with_key},
  };
  for (const Shown& row : rows) expect_shown(row);
}

TEST(SecretChecks, SeePasswordHashesInTheirCompleteForm) {
  const std::string md5 = "fbcabbbb8a4b3a3d0f5bbf2a3b1f5b4e";
  std::string hex_of_password;
  for (const auto& [algorithm, octets] : digests_of(k_password)) {
    if (algorithm == "SHA1") hex_of_password = keyward::hex(octets);
  }
  std::string hex_of_key;
  for (const auto& [algorithm, octets] : digests_of(k_key)) {
    if (algorithm == "SHA256") hex_of_key = keyward::hex(octets);
  }
  const std::string h43 = "2FzQ8kP0sVbYxLrTn3mJdWc7HgEaUi5oKv1qRyZtX4A";
  const Shown rows[] = {
      {"password-hash", breach, "bcrypt",
       quoted("h", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"), k_with_key},
      {"password-hash", breach, "in a refusal",
       quoted("h", R"($2y$12$R9h\/cIPz0gi.URNNX3kh2OPST9\/PgBkqquzi.Ss7KIUgO2t0jWMUW)"), "",
       k_refused},
      {"password-hash", breach, "Argon2",
       quoted("h", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$" + h43), k_with_key},
      {"password-hash", breach, "SHA-crypt", quoted("h", "$6$rounds=5000$salt$" + h43 + h43),
       k_with_key},
      {"password-hash", breach, "PBKDF2", quoted("h", "pbkdf2_sha256$600000$salt$" + h43 + "="),
       k_with_key},
      {"password-hash", breach, "LDAP", quoted("h", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"),
       k_with_key},
      {"password-hash", fine, "a manual's words", quoted("h", "$2b$12$..., or $argon2id$v=19$"),
       k_with_key},
      {"password-hash", fine, "a salt alone", quoted("h", "$2b$12$R9h/cIPz0gi.URNNX3kh2O"),
       k_with_key},
      {"password-hash", fine, "a price", quoted("h", "$5$ or $6$ off"), k_with_key},
      {"password-hash", fine, "what was sent",
       quoted("h", "{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"),
       "X: {SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr"},
      {"password-hash", breach, "a password's digest", quoted("h", hex_of_password), k_with_key},
      {"password-hash", breach, "in capitals", quoted("h", to_upper(hex_of_password)), k_with_key},
      {"password-hash", breach, "a key's digest, by which lists name it", quoted("h", hex_of_key),
       k_with_key, k_accepted, Level::info},
      {"password-hash", fine, "another's digest", quoted("h", md5), k_with_key},
  };
  for (const Shown& row : rows) expect_shown(row);
  EXPECT_EQ(password_hashes("a $argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + h43 + " b")
                .at(0),
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + h43);
}

TEST(SecretChecks, LookForWhatOpensSomethingAlone) {
  Spec spec = spec_with_secrets();
  Principal& member = spec.principals.front();
  const auto looked_for = [&](std::string_view name) {
    return !known_secrets(spec, member, *find_value(member, name), "a1b2-c3d4-e5f6").empty();
  };
  EXPECT_TRUE(looked_for("password"));
  EXPECT_TRUE(looked_for("api_key"));
  member.values.front().is_public = false;
  EXPECT_FALSE(looked_for("email")) << "the user-id of Basic";
  spec.operations.front().path = "/hooks/{api_key}";
  EXPECT_FALSE(looked_for("api_key")) << "an address shows it";
}

TEST(SecretChecks, TellSecretsFromWords) {
  for (const std::string_view word : {"password", "Member-Key", "1234567"})
    EXPECT_FALSE(is_telling(word)) << word;
  for (const std::string_view secret : {"passw0rd", "correct horse battery staple"})
    EXPECT_TRUE(is_telling(secret)) << secret;
}

TEST(SecretChecks, CompareATokensLifeWithWhatIsSaid) {
  const auto row = [](Look::Result want, std::string_view why, std::string_view claims,
                      std::string_view rest) {
    return Shown{"jwt-lifetime",
                 want,
                 why,
                 fmt::format(R"({{"session":"{}"{}}})", token(claims), rest),
                 k_with_key,
                 k_accepted,
                 {},
                 "issue-session"};
  };
  const std::string_view hour = R"(,"expires_in":3600)";
  const Shown rows[] = {
      row(fine, "alike", R"({"iat":1000000000,"exp":1000003600})", hour),
      row(fine, "clocks differ", R"({"iat":1000050000,"exp":1000053600})", hour),
      row(fine, "made earlier", R"({"iat":999999000,"exp":1000003600})", hour),
      row(fine, "renewed in time", R"({"iat":1000000000,"exp":1000003660})", hour),
      row(breach, "ten years", R"({"iat":1000000000,"exp":1315360000})", hour),
      row(breach, "dead before", R"({"iat":1000000000,"exp":1000000600})", hour),
      row(not_applicable, "no end", R"({"iat":1000000000})", hour),
      row(not_applicable, "nothing said", R"({"exp":1000000600})", ""),
  };
  for (const Shown& each : rows) expect_shown(each);
  const std::string issued = token(R"({"iat":1000000000,"exp":1000086400})");
  EXPECT_EQ(look({"jwt-lifetime",
                  breach,
                  "",
                  200,
                  {},
                  quoted("token", issued).insert(1, R"("until":"2001-09-09T01:47:40Z",)"),
                  k_accepted,
                  "issue"})
                .result,
            breach);
}

}  // namespace
}  // namespace keyward::testing
