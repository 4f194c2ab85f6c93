// SPDX-License-Identifier: Apache-2.0
#include "harness/spec/reader.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "harness/base/text.h"
#include "harness/syntax/utf8.h"

namespace keyward {
namespace {

constexpr std::string_view k_not_continued = "this does not continue what stands above it";

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// Builds the tree from the library's events: they carry what its own nodes lose (repeated keys,
// whether a null was written, anchors).
class Builder : public YAML::EventHandler {
 public:
  Builder(const std::vector<std::string_view>& lines, Problems& problems)
      : lines_(lines), problems_(problems) {}

  Yaml root;

  // The innermost list or map in brackets that is still open.
  [[nodiscard]] std::optional<Place> open_bracket() const {
    for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
      if (open->flow) return open->node.place;
    }
    return std::nullopt;
  }

  [[nodiscard]] int documents() const { return documents_; }
  // Where the reading had come to.
  [[nodiscard]] Place last() const { return last_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    const Place place = place_of(mark);
    problems_.error(place, line(place).starts_with("---")
                               ? "a second YAML document: a spec is one document"
                               : std::string(k_not_continued));
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place place = place_of(mark);
    refuse_extras(place, "", anchor);
    const std::string_view rest =
        line(place).substr(std::min(line(place).size(), static_cast<std::size_t>(mark.column)));
    const bool written = rest.starts_with('~') || to_lower(rest).starts_with("null");
    close({.kind = written ? Yaml::Kind::null : Yaml::Kind::empty, .place = place});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.error(place_of(mark), "aliases are not part of the language: write the value out");
    close({.kind = Yaml::Kind::null, .place = place_of(mark)});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    last_ = place_of(mark);
    refuse_extras(last_, tag, anchor);
    const bool quoted = tag == "!";
    if (quoted && !is_closed(last_)) problems_.error(last_, "this quote is never closed");
    close({.kind = Yaml::Kind::scalar, .text = value, .quoted = quoted, .place = last_});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Yaml::Kind::list, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Yaml::Kind::map, mark, tag, anchor, style);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    Yaml node;
    bool flow = false;
  };

  [[nodiscard]] std::string_view line(Place place) const {
    const auto index = static_cast<std::size_t>(place.line - 1);
    return index < lines_.size() ? lines_[index] : std::string_view();
  }

  // The library lets the end of the file close a quote. A block scalar needs no closing.
  [[nodiscard]] bool is_closed(Place place) const {
    std::string_view rest = line(place).substr(
        std::min(line(place).size(), static_cast<std::size_t>(place.column - 1)));
    const char quote = rest.empty() ? '\0' : rest.front();
    if (quote != '"' && quote != '\'') return true;
    rest.remove_prefix(1);
    for (auto number = static_cast<std::size_t>(place.line);; rest = lines_[number++]) {
      for (std::size_t i = 0; i < rest.size(); ++i) {
        const bool escaped = quote == '"' ? rest[i] == '\\' : rest.substr(i).starts_with("''");
        if (escaped) {
          ++i;
        } else if (rest[i] == quote) {
          return true;
        }
      }
      if (number == lines_.size()) return false;
    }
  }

  void refuse_extras(Place place, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) problems_.error(place, "anchors are not part of the language");
    if (!tag.empty() && tag != "?" && tag != "!") {
      problems_.error(place, "tags are not part of the language: drop " + in_quotes(tag));
    }
  }

  void open(Yaml::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    refuse_extras(place_of(mark), tag, anchor);
    open_.push_back({{.kind = kind, .place = place_of(mark)}, style == YAML::EmitterStyle::Flow});
  }

  void end() {
    Yaml node = std::move(open_.back().node);
    open_.pop_back();
    close(std::move(node));
  }

  // A finished node goes to the innermost open one: in a map by turns as key and as value.
  void close(Yaml node) {
    if (open_.empty()) {
      if (documents_ == 1) root = std::move(node);
      return;
    }
    Yaml& parent = open_.back().node;
    if (parent.is_map() && parent.keys.size() == parent.items.size()) {
      add_key(parent, std::move(node));
      return;
    }
    if (node.kind == Yaml::Kind::empty) {
      const Yaml& owner = parent.is_map() ? parent.keys.back() : parent;
      problems_.error(owner.place, parent.is_map()
                                       ? fmt::format("{} has no value", in_quotes(owner.text))
                                       : "an item of this list has no value");
    }
    parent.items.push_back(std::move(node));
  }

  void add_key(Yaml& map, Yaml key) {
    if (!key.is_scalar()) {
      problems_.error(key.place, fmt::format("a key is a text, not {}", kind_name(key)));
    }
    for (const Yaml& other : map.keys) {
      if (key.is_scalar() && other.text == key.text) {
        problems_.error(key.place, fmt::format("{} is repeated: it stands in line {} already",
                                               in_quotes(key.text), other.place.line));
        break;
      }
    }
    map.keys.push_back(std::move(key));
  }

  const std::vector<std::string_view>& lines_;
  Problems& problems_;
  std::vector<Open> open_;
  Place last_ = {1, 1};
  int documents_ = 0;
};

// What the library lets pass or marks badly.
bool check_bytes(const std::vector<std::string_view>& lines, Problems& problems) {
  bool sound = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const int number = static_cast<int>(i) + 1;
    if (const auto utf8 = check_utf8(line); !utf8) {
      problems.error({number, static_cast<int>(utf8.error().offset) + 1},
                     "not UTF-8: a spec is UTF-8 text");
      sound = false;
    } else if (const auto nul = line.find('\0'); nul != std::string_view::npos) {
      problems.error({number, static_cast<int>(nul) + 1}, "a NUL byte: a spec is UTF-8 text");
      sound = false;
    }
    if (const auto cr = line.find('\r'); cr < line.size() && cr + 1 < line.size()) {
      problems.error({number, static_cast<int>(cr) + 1},
                     "a CR that ends no line: lines end with LF, or CR LF");
      sound = false;
    }
    const auto indent = line.substr(0, line.find_first_not_of(" \t"));
    if (const auto tab = indent.find('\t'); tab != std::string_view::npos) {
      problems.error({number, static_cast<int>(tab) + 1},
                     "a tab in the indentation: YAML indents with spaces");
      sound = false;
    }
  }
  return sound;
}

constexpr std::string_view k_unclosed_quote = "illegal EOF in scalar";

// The library marks what is never closed where it gave up looking: we go back to where it opens.
Place place_of(const YAML::Exception& error, const Builder& builder,
               const std::vector<std::string_view>& lines) {
  if (error.msg.ends_with("flow not found")) {
    if (const auto bracket = builder.open_bracket()) return *bracket;
  }
  if (error.msg != k_unclosed_quote) return place_of(error.mark);
  auto from = static_cast<std::size_t>(builder.last().column - 1);
  for (auto i = static_cast<std::size_t>(builder.last().line - 1); i < lines.size(); ++i) {
    for (std::size_t at = lines[i].find_first_of("\"'", from); at != std::string_view::npos;
         at = lines[i].find_first_of("\"'", at + 1)) {
      const bool opens = at == 0 || std::string_view(" [{,").contains(lines[i][at - 1]);
      if (opens) return {static_cast<int>(i) + 1, static_cast<int>(at) + 1};
    }
    from = 0;
  }
  return place_of(error.mark);
}

// The library speaks of "end of map flow".
std::string plain_words(const std::string& message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> k_words = {{
      {"end of sequence flow not found", "this '[' is never closed"},
      {"end of map flow not found", "this '{' is never closed"},
      {"end of sequence not found", k_not_continued},
      {"end of map not found", k_not_continued},
      {k_unclosed_quote, "this quote is never closed"},
      {"illegal map value", "a ':' where no key can be: does the text before it need quotes?"},
      {"illegal flow end", "a closing bracket that nothing opened"},
      {"bad file", "nested too deeply: no spec needs that"},
      {"unknown token", "no text starts with this character: put it in quotes"},
  }};
  const auto found = std::ranges::find(k_words, message, [](const auto& row) { return row.first; });
  return found == k_words.end() ? "not YAML: " + escape(message) : std::string(found->second);
}

bool all_of(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == std::string_view::npos;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

}  // namespace

const Yaml* Yaml::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

Meaning meaning(const Yaml& scalar) {
  constexpr std::string_view k_decimal = "0123456789";
  std::string_view text = scalar.text;
  if (scalar.quoted || text.empty()) return Meaning::text;
  if (is_one_of(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return Meaning::boolean;
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return Meaning::integer;
  }
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) return Meaning::integer;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (all_of(text, k_decimal)) return Meaning::integer;
  if (is_one_of(text, {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})) return Meaning::number;

  const auto exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view digits = text.substr(exponent + 1);
    if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
    if (!all_of(digits, k_decimal)) return Meaning::text;
    text = text.substr(0, exponent);
  }
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const bool number = (all_of(whole, k_decimal) || (whole.empty() && !fraction.empty())) &&
                      (fraction.empty() || all_of(fraction, k_decimal));
  return number ? Meaning::number : Meaning::text;
}

std::string_view kind_name(const Yaml& node) {
  switch (node.kind) {
    case Yaml::Kind::empty:
      return "nothing";
    case Yaml::Kind::null:
      return "null";
    case Yaml::Kind::list:
      return "a list";
    case Yaml::Kind::map:
      return "a map";
    case Yaml::Kind::scalar:
      break;
  }
  switch (meaning(node)) {
    case Meaning::boolean:
      return "a boolean";
    case Meaning::integer:
    case Meaning::number:
      return "a number";
    case Meaning::text:
      break;
  }
  return "a text";
}

Place place_inside(const Yaml& scalar, std::size_t offset) {
  if (scalar.text.find('\n') != std::string::npos) return scalar.place;
  const auto shift = offset + (scalar.quoted ? 1 : 0);
  return {scalar.place.line, scalar.place.column + static_cast<int>(shift)};
}

std::optional<Yaml> parse_yaml(std::string_view source, Problems& problems) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);  // a byte order mark
  const std::vector<std::string_view> lines = split(source, '\n');
  if (!check_bytes(lines, problems)) return std::nullopt;

  Problems refused;
  Builder builder(lines, refused);
  try {
    std::istringstream stream{std::string(source)};
    YAML::Parser parser(stream);
    // No further than the second: from some stray brackets the library makes documents for ever.
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    problems.error(place_of(error, builder, lines), plain_words(error.msg));
    return std::nullopt;
  }
  problems.append(std::move(refused));
  return std::move(builder.root);
}

}  // namespace keyward
