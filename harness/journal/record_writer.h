// SPDX-License-Identifier: Apache-2.0
// RecordWriter: the members of one journal record, by the lists of harness/model/fields.h. Every
// text passes the redactor here.
//
// Members that are empty or 0 are left out. Wire bytes are written as if they were ISO-8859-1, each
// byte a character of its own, so that they read back exactly, whatever they are.
#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/base/redactor.h"
#include "harness/model/fields.h"

namespace keyward {

/// An archive of harness/model/fields.h that appends JSON. `out` must end in `{`; may be used for
/// one record after the other.
class RecordWriter {
 public:
  RecordWriter(std::string& out, const Redactor& redactor) : out_(out), redactor_(redactor) {}

  void id(std::string_view name, const std::string& value);
  void ids(std::string_view name, const std::vector<std::string>& values);
  void text(std::string_view name, const std::string& value);
  void texts(std::string_view name, const std::vector<std::string>& values);
  void bytes(std::string_view name, const std::string& value);
  void pairs(std::string_view name, const std::vector<std::pair<std::string, std::string>>& values);
  template <class Number>
  void number(std::string_view name, Number value) {
    if (value == Number{}) return;
    if constexpr (std::is_same_v<Number, bool>) {
      key(name);
      out_ += "true";
    } else {
      if (!std::isfinite(static_cast<double>(value))) return;
      char digits[32];
      key(name);
      out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
  }
  template <class Enumerator>
  void word(std::string_view name, Enumerator value) {
    string(name, keyward::name(value));
  }
  template <class T>
  void object(std::string_view name, const T& value) {
    key(name);
    braces(value);
  }
  template <class T>
  void objects(std::string_view name, const std::vector<T>& values) {
    list(name, values, [this](const T& value) { braces(value); });
  }

 private:
  void key(std::string_view name);
  void quoted(std::string_view value);
  void string(std::string_view name, std::string_view value);
  const std::string& cleaned(std::string_view value);         // valid until the next call
  const std::string& cleaned_text(const std::string& value);  // likewise
  void separate() {
    if (!out_.ends_with('{') && !out_.ends_with('[')) out_ += ',';
  }
  template <class T, class Write>
  void list(std::string_view name, const std::vector<T>& values, Write write) {
    if (values.empty()) return;
    key(name);
    out_ += '[';
    for (const T& value : values) {
      separate();
      write(value);
    }
    out_ += ']';
  }
  template <class T>
  void braces(const T& value) {
    out_ += '{';
    fields(*this, value);
    out_ += '}';
  }

  std::string& out_;
  const Redactor& redactor_;
  std::string scratch_;
  // Short texts that many records have, cleaned, for as long as no secret is added.
  std::unordered_map<std::string, std::string> usual_;
  std::size_t secrets_ = 0;
};

}  // namespace keyward
