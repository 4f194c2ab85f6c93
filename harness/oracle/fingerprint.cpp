// SPDX-License-Identifier: Apache-2.0
#include "harness/oracle/fingerprint.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/json/json.h"

namespace keyward {
namespace {

constexpr std::size_t k_longest_value = 64;    // longer texts vary too much to be a mark
constexpr std::size_t k_most_features = 4096;  // a body of any size costs bounded memory

constexpr std::string_view k_space = " \t\r\n";

bool is_time(std::string_view text) {
  return parse_rfc3339(text) >= 0 || parse_http_date(text) >= 0;
}

// Collects features while a body is walked.
class Reader {
 public:
  void walk(const Json& value, std::uint64_t path, bool listed) {
    switch (value.type) {
      case Json::Type::object:
        for (const auto& [key, member] : value.members) {
          const std::uint64_t place = stable_hash(key, stable_hash("/", path));
          note(member, place, listed);
          walk(member, place, listed);
        }
        return;
      case Json::Type::array: {
        const std::uint64_t place = stable_hash("/*", path);
        for (const Json& item : value.items) {
          note(item, place, true);
          walk(item, place, true);
        }
        return;
      }
      case Json::Type::string:
        scalar(value.text, path);
        if (!listed) {
          add(lengths_, stable_hash(std::to_string(value.text.size()), stable_hash("#", path)));
          if (is_mark(value.text)) add(texts_, stable_hash(value.text, stable_hash("=", path)));
        }
        return;
      case Json::Type::number:
        scalar(value.text, path);
        return;
      case Json::Type::boolean:
      case Json::Type::null:
        return;
    }
  }

  void read_words(std::string_view text) {
    const auto in_word = [](char c) {
      return k_alphanumeric.contains(c) || static_cast<unsigned char>(c) >= 0x80;
    };
    for (auto at = text.begin(); at != text.end();) {
      at = std::find_if(at, text.end(), in_word);
      const auto end = std::find_if_not(at, text.end(), in_word);
      if (at == end) break;
      add(values_, stable_hash(std::string_view(at, end)));
      add(lengths_, stable_hash(std::to_string(end - at)));
      at = end;
    }
    if (is_mark(text)) add(texts_, stable_hash(text));
  }

  // What tells an answer without a body: where it leads, what it starts, which methods there are.
  void read_fields(const Response& response) {
    for (const std::string_view field : {"Set-Cookie", "Allow"}) {
      if (response.has(field)) mark(stable_hash(field));
    }
  }

  // Where it leads, and below what: to /login, or to one more of /notes/.
  void read_location(const Response& response) {
    const std::string* location = response.field("Location");
    if (location == nullptr) return;
    const std::string_view path =
        std::string_view(*location).substr(0, location->find_first_of("?#"));
    const auto leads = [&](std::size_t length) {
      add(structure_, stable_hash(path.substr(0, length), stable_hash("Location: ")));
    };
    for (std::size_t at = path.find('/', 1); at < path.size(); at = path.find('/', at + 1))
      leads(at + 1);
    leads(path.size());
  }

  [[nodiscard]] Fingerprint take(int status, Form form) const {
    const auto list = [](const std::set<std::uint64_t>& set) {
      return Features(set.begin(), set.end());
    };
    return {.status = status,
            .form = form,
            .structure = list(structure_),
            .outline = list(outline_),
            .values = list(values_),
            .texts = list(texts_),
            .lengths = list(lengths_)};
  }

 private:
  void mark(std::uint64_t feature) {
    add(structure_, feature);
    add(outline_, feature);
  }
  static void add(std::set<std::uint64_t>& set, std::uint64_t feature) {
    if (set.size() < k_most_features) set.insert(feature);
  }
  static bool is_mark(std::string_view text) {
    return text.size() <= k_longest_value && !is_time(text);
  }

  // That there is a member or an item. One that is null or "" says as little as one left out; one
  // that is sometimes a string and sometimes a number is the same.
  void note(const Json& value, std::uint64_t path, bool listed) {
    std::string_view kind = "scalar";
    if (value.is_object() || value.is_array()) kind = name(value.type);
    if (value.type == Json::Type::boolean) kind = value.boolean ? "true" : "false";
    const bool nothing =
        value.type == Json::Type::null || (value.is_string() && value.text.empty());
    if (nothing) return;
    add(structure_, stable_hash(kind, path));
    if (!listed) add(outline_, stable_hash(kind, path));
  }
  void scalar(std::string_view text, std::uint64_t path) {
    if (is_mark(text)) add(values_, stable_hash(text, stable_hash("=", path)));
  }

  std::set<std::uint64_t> structure_, outline_, values_, texts_, lengths_;
};

Form form_of(const Json& json) {
  return json.is_object() ? Form::object : json.is_array() ? Form::array : Form::scalar;
}

}  // namespace

Fingerprint fingerprint(const Response& response) {
  Reader reader;
  if (response.status / 100 == 3) reader.read_location(response);
  const std::size_t first = response.body.find_first_not_of(k_space);
  if (first == std::string::npos) {
    reader.read_fields(response);
    return reader.take(response.status, Form::empty);
  }
  // Only what can be JSON is parsed; a bare word or number is told by its words.
  if (std::string_view("{[\"").contains(response.body[first])) {
    if (const Json* json = response.json()) {
      reader.walk(*json, stable_hash(""), false);
      return reader.take(response.status, form_of(*json));
    }
  }
  const std::size_t last = response.body.find_last_not_of(k_space);
  reader.read_words(std::string_view(response.body).substr(first, last - first + 1));
  return reader.take(response.status, Form::text);
}

Features intersect(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_intersection(a, b, std::back_inserter(out));
  return out;
}

Features unite(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_union(a, b, std::back_inserter(out));
  return out;
}

Features subtract(const Features& a, const Features& b) {
  Features out;
  std::ranges::set_difference(a, b, std::back_inserter(out));
  return out;
}

double share(const Features& seen, const Features& wanted) {
  if (wanted.empty()) return 1;
  return static_cast<double>(intersect(seen, wanted).size()) / static_cast<double>(wanted.size());
}

}  // namespace keyward
