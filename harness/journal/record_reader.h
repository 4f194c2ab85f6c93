// SPDX-License-Identifier: Apache-2.0
// RecordReader: the counterpart of RecordWriter. What is absent keeps the value it has.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/json/json.h"
#include "harness/model/fields.h"

namespace keyward {

/// An archive of harness/model/fields.h that reads a JSON object.
class RecordReader {
 public:
  explicit RecordReader(const Json& object) : object_(object) {}

  void id(std::string_view name, std::string& value) { text(name, value); }
  void ids(std::string_view name, std::vector<std::string>& values) { texts(name, values); }
  void text(std::string_view name, std::string& value);
  void texts(std::string_view name, std::vector<std::string>& values);
  void bytes(std::string_view name, std::string& value);
  void pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& values);
  void word(std::string_view name, Level& value);
  void word(std::string_view name, Verdict& value);
  void word(std::string_view name, RequirementResult::State& value);
  template <class Number>
  void number(std::string_view name, Number& value) {
    const Json* found = object_.find(name);
    if (found == nullptr) return;
    if constexpr (std::is_same_v<Number, bool>) {
      value = found->boolean;
    } else {
      std::from_chars(found->text.data(), found->text.data() + found->text.size(), value);
    }
  }
  template <class T>
  void object(std::string_view name, T& value) {
    if (const Json* found = object_.find(name)) {
      RecordReader reader(*found);
      fields(reader, value);
    }
  }
  template <class T>
  void objects(std::string_view name, std::vector<T>& values) {
    const Json* found = object_.find(name);
    if (found == nullptr) return;
    for (const Json& item : found->items) {
      RecordReader reader(item);
      fields(reader, values.emplace_back());
    }
  }

 private:
  const Json& object_;
};

template <class T>
[[nodiscard]] T read_record(const Json& object) {
  T value;
  RecordReader reader(object);
  fields(reader, value);
  return value;
}

}  // namespace keyward
