// SPDX-License-Identifier: Apache-2.0
// Draft: a spec while it is read. Names that point at something are written down with their place
// and looked up once everything has been read, so that the order of a file's sections is free.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/json/json.h"
#include "harness/model/spec.h"
#include "harness/spec/fields.h"
#include "harness/spec/problem.h"
#include "harness/spec/reader.h"

namespace keyward {

/// A name that must stand for something.
struct Reference {
  enum class To {
    document,
    server,
    principal,
    scheme,
    value,  ///< `api_key`, or `api_key.id` for a half of a composite
    operation,
    issuer,  ///< an operation that issues the value `from`
    hook,
    requirement,
    placeholder,  ///< `{name}` in a template of the operation `from`
    case_glob     ///< a pattern of case ids
  };
  To to;
  std::string name;
  Place place;
  std::string from = {};
};

struct Draft {
  Spec spec;
  Problems problems;
  std::vector<Reference> references;
  // What stands at the top level for the operations that do not say otherwise.
  std::vector<AnswerRule> accepted, rejected;
  std::vector<Alternative> security;
  /// Requirements that stand at a role (issues, lifetime, reveals), with the cases that prove them.
  std::vector<std::pair<std::string, std::string>> role_proofs;

  void refer(Reference::To to, const Text& name, std::string from = {}) {
    references.push_back({to, name.text, name.place, std::move(from)});
  }
  /// The text under that key, written down as a reference; empty where there is none.
  std::string reference(Fields& fields, std::string_view key, Reference::To to);
  /// `requirement:` or another key that holds one name or a list of them.
  std::vector<std::string> references_at(Fields& fields, std::string_view key, Reference::To to);
  /// Writes down every `{placeholder}` in the scalars of a template.
  void refer_placeholders(const Yaml& node, const std::string& operation);
};

/// Calls `read(id, id's place, node)` for each entry of a map whose keys are ids.
template <class Read>
void for_each_entry(const Yaml& section, Draft& draft, Read read);

// The sections, each by the key it stands under (loader.cpp lists them).
void read_info(const Yaml& node, Draft& draft);
void read_documents(const Yaml& node, Draft& draft);
void read_servers(const Yaml& node, Draft& draft);
void read_principals(const Yaml& node, Draft& draft);
void read_schemes(const Yaml& node, Draft& draft);
void read_hooks(const Yaml& node, Draft& draft);
void read_operations(const Yaml& node, Draft& draft);
void read_cases(const Yaml& node, Draft& draft);
void read_rotations(const Yaml& node, Draft& draft);
void read_requirements(const Yaml& node, Draft& draft);
void read_samples(const Yaml& node, Draft& draft);
void read_limits(const Yaml& node, Draft& draft);
void read_known_deviations(const Yaml& node, Draft& draft);

// What several sections hold.
[[nodiscard]] std::vector<Alternative> read_security(const Yaml& node, Draft& draft);
[[nodiscard]] std::vector<AnswerRule> read_answers(const Yaml& node, std::string_view what,
                                                   Draft& draft);
/// A YAML value as JSON, for bodies and comparisons.
[[nodiscard]] Json to_json(const Yaml& node, Problems& problems);
/// One of `info`, `should`, `must` under `level`.
[[nodiscard]] std::optional<Level> read_level(Fields& fields);
/// Reports a text that is no JSON pointer (RFC 6901); `*` and `**` are steps of a pattern.
void check_pointer(const Text& pointer, Problems& problems);
/// Reports a shape that is not of the language in model/shape.h, at the very character.
void check_shape(const Text& shape, const Yaml& node, Problems& problems);
/// `METHOD /path`, split and checked.
struct RequestLine {
  std::string method, path;
};
[[nodiscard]] RequestLine read_request_line(Fields& fields, const std::string& operation,
                                            Draft& draft);
/// The header fields under `headers`, names checked.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_headers(
    Fields& fields, const std::string& operation, Draft& draft);

/// Fills in defaults, looks up every reference, then checks what must fit together.
void check_draft(Draft& draft);
/// Warns of what the documents leave unsaid.
void note_unsaid(Draft& draft);

/// Letters, digits, `_` and `-`, a letter or digit first: fit to stand in a case id.
[[nodiscard]] bool is_id(std::string_view text);
/// The `{name}` and `{name.part}` of a template, each with its offset. Other braces mean
/// themselves.
[[nodiscard]] std::vector<std::pair<std::string, std::size_t>> placeholders(std::string_view text);

template <class Read>
void for_each_entry(const Yaml& section, Draft& draft, Read read) {
  if (!section.is_map()) {
    draft.problems.error(section.place,
                         "this section is a map of ids, not " + std::string(kind_name(section)));
    return;
  }
  for (std::size_t i = 0; i < section.keys.size(); ++i) {
    const Yaml& key = section.keys[i];
    if (!is_id(key.text)) {
      draft.problems.error(key.place, in_quotes(key.text) +
                                          " cannot be an id: letters, digits, '_' and '-', a "
                                          "letter or digit first");
    }
    read(key.text, key.place, section.items[i]);
  }
}

}  // namespace keyward
