// SPDX-License-Identifier: Apache-2.0
#include "fuzz/differential/quirks.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/base/text.h"
#include "harness/spec/reader.h"

namespace keyward {
namespace {

constexpr std::size_t k_longest_matched = 4096;  // the library's regex recurses on long texts

class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(problems) {}

  std::vector<Quirk> file(const Yaml& root) {
    std::vector<Quirk> rows;
    if (!check_keys(root, {"quirks", "findings"})) return rows;
    for (const char* const part : {"findings", "quirks"}) {
      const Yaml* const list = root.find(part);
      if (list == nullptr || list->kind == Yaml::Kind::null) continue;
      if (!list->is_list()) {
        problems_.error(list->place, std::string(part) + " is not a list");
        continue;
      }
      for (const Yaml& item : list->items) rows.push_back(row(item, part[0] == 'f'));
    }
    return rows;
  }

 private:
  bool check_keys(const Yaml& map, const std::vector<std::string>& known) {
    if (!map.is_map()) {
      problems_.error(map.place, "not a map");
      return false;
    }
    for (const Yaml& key : map.keys) {
      if (std::ranges::find(known, key.text) == known.end())
        problems_.error(key.place,
                        "there is no key " + in_quotes(key.text) + did_you_mean(key.text, known));
    }
    return true;
  }

  std::string text(const Yaml& map, const char* key) {
    const Yaml* const found = map.find(key);
    if (found != nullptr && found->is_scalar() && !found->text.empty()) return found->text;
    problems_.error(found == nullptr ? map.place : found->place,
                    std::string("it needs a text ") + in_quotes(key));
    return {};
  }

  std::vector<std::string> texts(const Yaml& map, const char* key, bool needed) {
    const Yaml* const found = map.find(key);
    std::vector<std::string> all;
    if (found != nullptr && found->is_scalar()) all.push_back(found->text);
    if (found != nullptr && found->is_list()) {
      for (const Yaml& item : found->items) all.push_back(item.text);
    }
    const bool wrong = found != nullptr && std::ranges::find(all, "") != all.end();
    if (wrong || (all.empty() && (needed || found != nullptr))) {
      problems_.error(found == nullptr ? map.place : found->place,
                      std::string("it needs a text or a list of texts ") + in_quotes(key));
    }
    return all;
  }

  std::optional<std::regex> pattern(const Yaml& node) {
    try {
      return std::regex(node.text, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error& error) {
      problems_.error(node.place, std::string("no regular expression: ") + error.what());
      return std::nullopt;
    }
  }

  void read_says(const Yaml& map, Quirk& quirk) {
    if (!map.is_map()) {
      problems_.error(map.place, "says is not a map of fields");
      return;
    }
    for (std::size_t i = 0; i < map.keys.size(); ++i) {
      const Yaml& key = map.keys[i];
      const auto has_field = [&key](Grammar grammar) {
        const auto known = field_names(grammar);
        return std::ranges::find(known, key.text) != known.end();
      };
      if (key.text != "verdict" && !std::ranges::all_of(quirk.grammars, has_field))
        problems_.error(key.place, "there is no field " + in_quotes(key.text));
      if (auto regex = pattern(map.items[i])) quirk.says.emplace_back(key.text, *std::move(regex));
    }
  }

  Quirk row(const Yaml& map, bool finding) {
    Quirk quirk;
    std::vector<std::string> known = {"id",    "parser", "against", "grammar", "class",
                                      "field", "input",  "says",    "reason",  "source"};
    if (finding) known.emplace_back("version");
    if (!check_keys(map, known)) return quirk;
    quirk.place = map.place;
    quirk.finding = finding;
    quirk.id = text(map, "id");
    if (!quirk.id.empty() && !ids_.insert(quirk.id).second)
      problems_.error(map.find("id")->place, "the id " + in_quotes(quirk.id) + " is taken");
    quirk.parsers = texts(map, "parser", true);
    quirk.against = texts(map, "against", false);
    quirk.fields = texts(map, "field", false);
    if (finding) quirk.versions = texts(map, "version", true);
    for (const std::string& word : texts(map, "grammar", true)) {
      const auto grammar = find_grammar(word);
      if (grammar) quirk.grammars.push_back(*grammar);
      if (!grammar && !word.empty())
        problems_.error(map.find("grammar")->place, "there is no grammar " + in_quotes(word));
    }
    for (const std::string& word : texts(map, "class", true)) {
      const auto kind = find_difference_class(word);
      if (kind) quirk.classes.push_back(*kind);
      if (!kind && !word.empty())
        problems_.error(map.find("class")->place, "there is no class " + in_quotes(word));
    }
    if (const Yaml* const input = map.find("input")) quirk.input = pattern(*input);
    if (const Yaml* const says = map.find("says")) read_says(*says, quirk);
    quirk.reason = text(map, "reason");
    quirk.source = text(map, "source");
    return quirk;
  }

  Problems& problems_;
  std::set<std::string> ids_;
};

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::ranges::any_of(patterns, [text](const std::string& pattern) {
           return glob_match(pattern, text);
         });
}

template <class Value>
bool contains(const std::vector<Value>& values, Value value) {
  return std::ranges::find(values, value) != values.end();
}

bool matches(const std::regex& pattern, std::string_view text) {
  return text.size() <= k_longest_matched && std::regex_search(text.begin(), text.end(), pattern);
}

bool says(const Quirk& quirk, const Answer& answer) {
  return std::ranges::all_of(quirk.says, [&answer](const auto& each) {
    const auto& [field, pattern] = each;
    if (field == "verdict") return matches(pattern, name(answer.kind));
    const AnswerField* const found = answer.find(field);
    return found != nullptr && matches(pattern, found->value);
  });
}

bool explains(const Quirk& quirk, std::string_view input, std::string_view parser,
              std::string_view other, const Quirks::Party& party) {
  return any_matches(quirk.parsers, parser) && any_matches(quirk.against, other) &&
         any_matches(quirk.versions, party.version) && says(quirk, *party.answer) &&
         (!quirk.input || matches(*quirk.input, input));
}

}  // namespace

Result<Quirks> Quirks::read(std::string_view source, const std::string& path) {
  Problems problems;
  Quirks quirks;
  if (const auto root = parse_yaml(source, problems))
    quirks.rows_ = std::make_shared<std::vector<Quirk>>(Reader(problems).file(*root));
  if (!problems.has_error()) return quirks;
  std::string all;
  for (const Problem& problem : std::move(problems).sorted(source)) {
    all += (all.empty() ? "" : "\n") + render(problem, path);
  }
  return fail(ErrorKind::spec, all);
}

Result<Quirks> Quirks::load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::usage, "cannot be read", path.string());
  std::ostringstream source;
  source << file.rdbuf();
  return read(source.str(), path.string());
}

std::vector<const Quirk*> Quirks::explain(const Difference& difference, std::string_view input,
                                          const Party& a, const Party& b) const {
  std::vector<const Quirk*> found;
  for (const Quirk& quirk : *rows_) {
    if (!contains(quirk.grammars, difference.grammar) ||
        !contains(quirk.classes, difference.kind) || !any_matches(quirk.fields, difference.field))
      continue;
    if (explains(quirk, input, difference.a, difference.b, a) ||
        (!difference.b.empty() && explains(quirk, input, difference.b, difference.a, b)))
      found.push_back(&quirk);
  }
  return found;
}

}  // namespace keyward
