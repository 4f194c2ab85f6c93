// SPDX-License-Identifier: Apache-2.0
// Who takes part: documents, servers, principals and their values, security schemes, hooks.
#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/model/shape.h"
#include "harness/spec/draft.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/field.h"
#include "harness/syntax/url.h"

namespace keyward {
namespace {

std::string text_or_empty(std::optional<Text> text) { return text ? std::move(text->text) : ""; }

bool is_environment_name(std::string_view name) {
  constexpr ByteSet k_rest = k_alnum | ByteSet("_");
  return !name.empty() && !k_digit.contains(name.front()) && k_rest.span(name) == name.size();
}

void check_server_url(const Text& url, Problems& problems) {
  const auto parsed = parse_http_url(url.text);
  if (!parsed) {
    problems.error(url.place, fmt::format("{} is no http or https URL", in_quotes(url.text)));
  } else if (parsed->authority->userinfo) {
    problems.error(url.place, "a server's URL carries no userinfo: credentials are a principal's");
  } else if (parsed->query || parsed->fragment) {
    problems.error(url.place, "a server's URL ends with its path: no query, no fragment");
  }
}

Value read_value(const std::string& name, Place place, const Yaml& node, Draft& draft) {
  Fields fields(node, fmt::format("value {}", in_quotes(name)), draft.problems);
  Value value{.name = name, .place = place};
  const std::optional<Text> env = fields.text("env");
  const std::optional<Text> issued_by = fields.text("issuedBy");
  value.is_public = fields.boolean("public", false);
  if (const Yaml* shape = fields.find("shape")) {
    if (const auto text = as_text(*shape, "'shape'", draft.problems)) {
      check_shape(*text, *shape, draft.problems);
      value.shape = text->text;
    }
  }
  const std::vector<Text> parts = fields.texts("parts");
  value.parts = plain(parts);
  if (!parts.empty() && parts.size() != 2) {
    draft.problems.error(parts.front().place, "a composite value has two parts");
  }
  if (const auto separator = fields.text("separator")) {
    if (separator->text.size() != 1) {
      draft.problems.error(separator->place, "'separator' is one character");
    } else {
      value.separator = separator->text.front();
    }
  }
  if (env && !is_environment_name(env->text)) {
    draft.problems.error(env->place, fmt::format("{} cannot name an environment variable: letters, "
                                                 "digits and '_', no digit first",
                                                 in_quotes(env->text)));
  } else if (env) {
    value.env = env->text;
  }
  if (issued_by) draft.refer(Reference::To::issuer, *issued_by, name);
  if (node.is_map() && !env && !issued_by) {
    draft.problems.error(
        place,
        fmt::format("where does the value {} come from? Give 'env' (an environment variable) "
                    "or 'issuedBy' (an operation)",
                    in_quotes(name)));
  } else if (env && issued_by) {
    draft.problems.error(issued_by->place, "'issuedBy' is for a value that 'env' does not give");
  }
  return value;
}

// `api_key`, or `api_key.id`.
ValueRef value_ref(const std::string& text) {
  const auto dot = text.find('.');
  return dot == std::string::npos ? ValueRef{text, ""}
                                  : ValueRef{text.substr(0, dot), text.substr(dot + 1)};
}

Carrier read_carrier(Fields& fields, std::string_view key, Slot slot, std::string name,
                     Draft& draft) {
  Carrier carrier{.slot = slot, .name = std::move(name)};
  const Yaml* node = fields.require(key);
  const auto text = node == nullptr ? std::nullopt : as_text(*node, in_quotes(key), draft.problems);
  if (!text) return carrier;
  if (slot == Slot::basic_user_id && text->text == "any") {
    carrier.ignored = true;
    return carrier;
  }
  carrier.ref = value_ref(text->text);
  draft.refer(Reference::To::value, *text);
  return carrier;
}

void read_api_key(Fields& fields, SecurityScheme& scheme, Draft& draft) {
  const std::vector<std::pair<std::string, Slot>> k_places = {{"header", Slot::header},
                                                              {"query", Slot::query},
                                                              {"cookie", Slot::cookie},
                                                              {"form", Slot::form},
                                                              {"json", Slot::json}};
  std::vector<std::string> words;
  for (const auto& [word, slot] : k_places) words.push_back(word);
  Slot slot = Slot::header;
  if (fields.require("in") != nullptr) {
    if (const auto word = fields.word("in", words)) {
      slot = std::ranges::find(k_places, word->text, &std::pair<std::string, Slot>::first)->second;
    }
  }
  const std::optional<Text> name = fields.required_text("name");
  if (name && (slot == Slot::header || slot == Slot::cookie) && !is_token(name->text)) {
    draft.problems.error(name->place, fmt::format("{} is no {} name", in_quotes(name->text),
                                                  slot == Slot::header ? "field" : "cookie"));
  } else if (name && name->text.empty()) {
    draft.problems.error(name->place, "'name' is empty");
  }
  scheme.carriers.push_back(read_carrier(fields, "value", slot, name ? name->text : "", draft));
}

void read_http(Fields& fields, SecurityScheme& scheme, Draft& draft) {
  const std::optional<Text> word = fields.require("scheme") == nullptr
                                       ? std::nullopt
                                       : fields.word("scheme", {"basic", "bearer"});
  if (!word) return fields.take_rest();
  if (word->text == "bearer") {
    scheme.type = SchemeType::bearer;
    scheme.carriers.push_back(read_carrier(fields, "value", Slot::bearer, "Authorization", draft));
    return;
  }
  scheme.type = SchemeType::basic;
  scheme.userinfo = fields.word("in", {"userinfo"}).has_value();
  scheme.carriers.push_back(
      read_carrier(fields, "userId", Slot::basic_user_id, "Authorization", draft));
  scheme.carriers.push_back(
      read_carrier(fields, "password", Slot::basic_password, "Authorization", draft));
}

}  // namespace

void check_shape(const Text& shape, const Yaml& node, Problems& problems) {
  if (const auto offset = shape_error(shape.text)) {
    problems.error(place_inside(node, *offset),
                   fmt::format("{} is no shape from here on: characters and [classes], each with "
                               "an optional {{count}}",
                               in_quotes(shape.text)));
  }
}

void read_info(const Yaml& node, Draft& draft) {
  Fields fields(node, "'info'", draft.problems);
  draft.spec.title = text_or_empty(fields.required_text("title"));
  draft.spec.version = text_or_empty(fields.text("version"));
}

void read_documents(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place, const Yaml& entry) {
    Fields fields(entry, fmt::format("document {}", in_quotes(id)), draft.problems);
    draft.spec.documents.push_back({id, text_or_empty(fields.required_text("title")),
                                    text_or_empty(fields.text("publisher")),
                                    text_or_empty(fields.text("url"))});
  });
}

void read_servers(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& entry) {
    Fields fields(entry, fmt::format("server {}", in_quotes(id)), draft.problems);
    Server server{.id = id, .place = place};
    const auto environment = fields.word("environment", {"production", "staging", "local"});
    server.production = environment && environment->text == "production";
    server.optional = fields.boolean("optional", false);
    // What no document names (a second product of the operator's) has no URL to be documented.
    const auto url = server.optional ? fields.text("url") : fields.required_text("url");
    if (url) check_server_url(*url, draft.problems);
    server.url = text_or_empty(url);
    draft.spec.servers.push_back(std::move(server));
  });
}

void read_principals(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& entry) {
    Fields fields(entry, fmt::format("principal {}", in_quotes(id)), draft.problems);
    Principal principal{.id = id, .place = place};
    principal.optional = fields.boolean("optional", false);
    principal.foreign_to = draft.reference(fields, "foreignTo", Reference::To::principal);
    principal.may_not = draft.references_at(fields, "mayNot", Reference::To::operation);
    for (std::size_t i = 0; i < entry.keys.size(); ++i) {
      const Yaml& key = entry.keys[i];
      if (key.text == "optional" || key.text == "foreignTo" || key.text == "mayNot") continue;
      // Every other key names a value; a scalar there is more likely a misspelt key.
      if (!entry.items[i].is_map()) continue;
      static_cast<void>(fields.find(key.text));
      if (!is_id(key.text) || key.text == "any" || key.text == "body") {
        draft.problems.error(key.place,
                             fmt::format("a value cannot be called {}", in_quotes(key.text)));
      }
      principal.values.push_back(read_value(key.text, key.place, entry.items[i], draft));
    }
    draft.spec.principals.push_back(std::move(principal));
  });
}

void read_schemes(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& entry) {
    Fields fields(entry, fmt::format("security scheme {}", in_quotes(id)), draft.problems);
    SecurityScheme scheme{.id = id, .place = place};
    if (id == "anonymous") {
      draft.problems.error(place, "'anonymous' means no credentials: give the scheme another id");
    }
    const Yaml* type = fields.require("type");
    const auto word = type == nullptr ? std::nullopt : fields.word("type", {"apiKey", "http"});
    scheme.requirements = draft.references_at(fields, "requirement", Reference::To::requirement);
    if (!word) {
      fields.take_rest();
    } else if (word->text == "apiKey") {
      read_api_key(fields, scheme, draft);
    } else {
      read_http(fields, scheme, draft);
    }
    draft.spec.schemes.push_back(std::move(scheme));
  });
}

void read_hooks(const Yaml& node, Draft& draft) {
  for_each_entry(node, draft, [&](const std::string& id, Place place, const Yaml& entry) {
    Fields fields(entry, fmt::format("hook {}", in_quotes(id)), draft.problems);
    Hook hook{.id = id, .place = place};
    hook.says = text_or_empty(fields.required_text("says"));
    hook.prints = draft.reference(fields, "prints", Reference::To::value);
    draft.spec.hooks.push_back(std::move(hook));
  });
}

}  // namespace keyward
