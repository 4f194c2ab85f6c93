// SPDX-License-Identifier: Apache-2.0
// Spec: what one API documents about its authentication, as the loader read it from YAML.
//
//   Spec ─ documents, servers, principals, hooks
//        ├ schemes       where a credential travels and which value fills it
//        ├ operations    method + path, which schemes it accepts, what accepted and rejected look
//        like, its roles ├ requirements  the documented sentences, each proved by cases └
//        rotations, own cases, limits, known deviations
//
// docs/spec-language.md says every key. Words are OpenAPI's where OpenAPI has one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/json/json.h"

namespace keyward {

/// A place in the spec file, 1-based; 0 where there is none.
struct Place {
  int line = 0;
  int column = 0;
};

/// How hard a breach is reported. Ordered: the stricter is the greater.
enum class Level { info, should, must };

/// Where a credential, or a half of one, travels.
enum class Slot { header, query, cookie, form, json, basic_user_id, basic_password, bearer };

struct Document {
  std::string id, title, publisher, url;
};

struct Server {
  std::string id;
  std::string url;          ///< as documented; contacted only when --target names it
  bool production = false;  ///< `environment: production`
  bool optional = false;    ///< cases on it are skipped where no target is given
  Place place;
};

/// One value a principal holds. Its bytes come from the environment, or from an operation that
/// issues it.
struct Value {
  std::string name;        ///< api_key
  std::string env;         ///< FULCRUM_API_KEY; empty: issued at run time
  bool is_public = false;  ///< may be shown in outputs
  std::string
      shape;  ///< e.g. "[0-9a-f]{80}": seeds random credentials (model/shape.h); may be empty
  std::vector<std::string>
      parts;             ///< names of the halves of a composite, e.g. {id, secret}; else empty
  char separator = ':';  ///< between the halves
  Place place;
};

struct Principal {
  std::string id;
  bool optional = false;
  std::string foreign_to;  ///< the principal to whose organization this one does not belong
  std::vector<std::string> may_not;  ///< operations that its credentials are documented not to open
  std::vector<Value> values;
  Place place;
};

/// Which value fills a slot: a principal's value, or one part of a composite one.
struct ValueRef {
  std::string value;
  std::string part;  ///< "" = the whole
};

/// One carrier of a scheme. An apiKey has one, Basic two (user-id, password), Bearer one.
struct Carrier {
  Slot slot;
  std::string name;  ///< field name, parameter, cookie, form field or JSON member; "Authorization"
                     ///< for http schemes
  ValueRef ref;
  bool ignored = false;  ///< documented as ignored (ActiveProspect's user-id); `ref` is then empty
};

enum class SchemeType { api_key, basic, bearer };

struct SecurityScheme {
  std::string id;
  SchemeType type = SchemeType::api_key;
  std::vector<Carrier> carriers;
  bool userinfo = false;  ///< documented as userinfo in the URL; on the wire it is Basic (RFC 9110
                          ///< section 4.2.4)
  std::vector<std::string> requirements;  ///< proved by the valid control with this scheme
  Place place;

  /// Whether one of its carriers carries the value of that name, or a part of it.
  [[nodiscard]] bool takes(std::string_view value) const;
};

/// Schemes used together; an operation's `security` is a list of alternatives (OR of ANDs). Empty:
/// anonymous.
struct Alternative {
  std::vector<std::string> schemes;
  /// `apiKeyHeader`, `key+session`, or `anonymous`.
  [[nodiscard]] std::string id() const;
};

/// `401`, or a class such as `2xx`.
struct StatusPattern {
  int code = 0;      ///< exact, or
  int hundreds = 0;  ///< the class
  [[nodiscard]] bool matches(int status) const {
    return code != 0 ? status == code : status / 100 == hundreds;
  }
  [[nodiscard]] std::string text() const;
};

/// What must be found at a JSON place: `string`, `integer`, `number`, `boolean`, `array`, `object`,
/// `null`, `date-time`, `any`, or alternatives of these, or a shape (model/shape.h).
struct MemberRule {
  std::string pointer;  ///< pattern of json.h select()
  std::vector<std::string> types;
  std::string shape;
};

/// One documented statement about an answer. What is empty says nothing.
struct AnswerRule {
  std::vector<StatusPattern> status;
  std::string content_type;  ///< compared by RFC 9110 section 8.3.1
  std::optional<Json> json;  ///< equal as values
  std::vector<MemberRule> members;
  std::vector<std::pair<std::string, std::string>> headers;  ///< name, value; value "*" = present
  std::vector<std::string> requirements;
  Level level = Level::must;  ///< the requirement's level, or must
  Place place;
};

/// The lifetime of what an operation issues.
struct Lifetime {
  std::string
      parameter;  ///< placeholder that asks for it, e.g. "lifetime" for "{lifetime}"; may be empty
  std::string
      reported;  ///< pointer to the seconds in the answer (OAuth's /expires_in); may be empty
  bool from_creation = true;  ///< counted_from: creation, else last_use
  std::vector<std::string>
      never;  ///< values of the parameter that mean "never expires": "null", "absent"
  double unit_seconds = 1;
};

/// The operation creates a credential.
struct Issues {
  std::string value;  ///< which of the principal's values it is: api_key, session
  /// Places to look, in order: JSON pointers; "body" = the whole text; "cookie:NAME" = the cookie
  /// of that name that the answer sets.
  std::vector<std::string> at;
  /// Further values of the principal that the same answer gives, each with its place: a CSRF token
  /// beside its session. They live and die with `value`.
  std::vector<std::pair<std::string, std::string>> also;
  std::string id;       ///< pointer to the id that other operations take as {id}; may be empty
  std::string expires;  ///< pointer to the expiry as a date-time; may be empty
  std::optional<Lifetime> lifetime;
  /// Pointer in the request's JSON that names the organization; may be empty.
  std::string organization;

  [[nodiscard]] bool gives(std::string_view name) const;
};

/// The operation shows credentials that exist already (Fulcrum's users.json).
struct Reveals {
  std::string value;
  std::string at;  ///< select() pattern
};

struct Operation {
  std::string id;
  std::string server;
  std::string method;
  std::string path;  ///< template; {name} is a principal's value or an issued id
  std::vector<std::pair<std::string, std::string>>
      query;  ///< documented parameters that are no credential
  std::vector<std::pair<std::string, std::string>> headers;  ///< e.g. Accept
  std::optional<Json> json;  ///< body template; "{lifetime}" etc. are placeholders
  std::optional<std::vector<std::pair<std::string, std::string>>> form;
  std::vector<Alternative> security;
  bool unstated_protection =
      false;  ///< the document does not say whether it is protected: open is info
  std::vector<AnswerRule> accepted;       ///< at least a status rule (default 2xx)
  std::vector<AnswerRule> rejected;       ///< may be empty: the document does not say
  std::vector<std::string> requirements;  ///< proved by its valid control with any scheme
  std::optional<Issues> issues;
  std::optional<Reveals> reveals;
  std::string revokes;  ///< value that this operation kills: the one that its path names by {id},
                        ///< else the one that the request carries
  double revoked_within = 0;  ///< seconds after which it is documented to be dead everywhere
  std::string renews;         ///< value whose record this operation updates
  std::vector<std::string>
      tenant_data;  ///< select() patterns: values that belong to the principal's organization alone
  Place place;

  [[nodiscard]] bool anonymous_allowed() const;
  /// Changes state: anything but GET, HEAD, OPTIONS.
  [[nodiscard]] bool unsafe() const {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
  }
  /// The path names a thing the run must have created: it has a {placeholder} that an issuing
  /// operation fills.
  [[nodiscard]] bool needs_created() const { return path.find("{id}") != std::string::npos; }
  /// A log-out: it ends the credential with which it is called.
  [[nodiscard]] bool ends_own() const { return !revokes.empty() && !needs_created(); }
  /// It destroys the object that its path names.
  [[nodiscard]] bool destroys() const { return !revokes.empty() && needs_created(); }
};

/// A step outside HTTP: the operator's command, run with KEYWARD_HOOK set, printing JSON.
struct Hook {
  std::string id;
  std::string says;
  std::string prints;  ///< the value its JSON carries, e.g. api_key; empty: none
  Place place;
};

/// A value replaced outside HTTP: reset by one hook, in force after another (or the same).
struct Rotation {
  std::string value;
  std::string reset;      ///< hook id
  std::string effective;  ///< hook id; may equal reset
  bool at_once = true;    ///< documented as immediate
  Place place;
};

/// A request written out with its expectation, for a sentence that no mutation covers.
struct OwnCase {
  std::string id;
  std::string says;
  std::string operation;     ///< the operation it is about (server, controls)
  std::string method, path;  ///< path template
  Alternative carries;       ///< the schemes whose valid credentials it carries; none: empty
  std::string principal = "member";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Json> json;
  std::optional<std::vector<std::pair<std::string, std::string>>> form;
  std::string text;  ///< body as written; used where json and form are absent
  enum class Expect { accepted, refused, answer } expect = Expect::refused;
  std::vector<AnswerRule> answer;  ///< for Expect::answer, and in addition to the others
  std::vector<std::string> requirements;
  Level level = Level::must;
  Place place;
};

struct Requirement {
  std::string id, says, document, section;
  Level level = Level::must;
  std::vector<std::string> proved_by;  ///< globs of case ids, beside the inline `requirement:` keys
  Place place;
};

struct KnownDeviation {
  std::vector<std::string> cases;  ///< globs of case ids
  std::string reason;
  std::string expires;  ///< YYYY-MM-DD
  Place place;
};

struct Limits {
  double rate = 0;  ///< requests a second; 0: none documented
  int wrong_attempts =
      0;  ///< wrong credentials a principal may be charged with in a run; 0: unlimited
};

struct Spec {
  std::string path;    ///< the file it was read from
  std::string digest;  ///< sha256 of the file's bytes, lower-case hex
  std::string title, version;
  std::vector<Document> documents;
  std::vector<Server> servers;
  std::vector<Principal> principals;  ///< the first is the one that cases use
  std::vector<SecurityScheme> schemes;
  std::vector<Operation> operations;
  std::vector<Hook> hooks;
  std::vector<Rotation> rotations;
  std::vector<OwnCase> own_cases;
  std::vector<Requirement> requirements;
  std::vector<KnownDeviation> deviations;
  std::vector<std::pair<std::string, std::string>>
      samples;  ///< sample credentials the documents print: value name, bytes
  Limits limits;

  [[nodiscard]] const Server* server(std::string_view id) const;
  [[nodiscard]] const Principal* principal(std::string_view id) const;
  [[nodiscard]] const SecurityScheme* scheme(std::string_view id) const;
  [[nodiscard]] const Operation* operation(std::string_view id) const;
  [[nodiscard]] const Requirement* requirement(std::string_view id) const;
  /// The principal that is foreign to the given one, or null.
  [[nodiscard]] const Principal* foreigner(std::string_view principal_id) const;
  /// The operation that issues this value, or null.
  [[nodiscard]] const Operation* issuer(std::string_view value) const;
  /// The operation that makes what the path of another names by {id}: the one that issues what that
  /// revokes or renews, else the one whose path has most in common with it. Null: none has an id.
  [[nodiscard]] const Operation* maker(const Operation& of) const;
};

/// NAME of a place "cookie:NAME" where an answer issues a credential; empty for other places.
[[nodiscard]] std::string_view issuing_cookie(std::string_view place);
[[nodiscard]] const Value* find_value(const Principal& principal, std::string_view name);
/// The part of a composite value that a reference names; the whole where it names none.
[[nodiscard]] std::string part_of(const Value& value, std::string_view part,
                                  std::string_view bytes);
[[nodiscard]] std::string_view name(Level level);
[[nodiscard]] std::optional<Level> level_from(std::string_view text);
[[nodiscard]] std::string_view name(Slot slot);

}  // namespace keyward
