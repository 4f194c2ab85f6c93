// SPDX-License-Identifier: Apache-2.0
// Listing: rows as text for people, as JSON or as Markdown, written while they come.
//
//   text       prefix-n      must    The first bytes of a secret are enough
//   json       {"id":"prefix-n","level":"must","title":"The first bytes of a secret are enough"}
//   markdown   | `prefix-n` | must | The first bytes of a secret are enough |
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/terminal.h"
#include "harness/json/json.h"

namespace keyward {

class Listing {
 public:
  /// What text and Markdown show of a row; JSON shows all of it.
  struct Column {
    std::string_view member;
    std::size_t width = 0;  ///< of the text; 0: the last one
    bool code = false;      ///< Markdown quotes it
  };

  /// `format` is text, json or markdown. The terminal must outlive the listing.
  Listing(Terminal& terminal, std::string_view format, std::vector<Column> columns);

  /// A heading over the rows that follow.
  void section(std::string_view title);
  /// An object; members are texts, or arrays of texts.
  void row(const Json& object);
  /// Ends the rows; `counts` is an object of numbers, such as how many cases a family has.
  /// Where `columns` has members, each is such an object again, and they are shown side by side.
  void close(std::string_view title, const Json& counts, const Json& columns = Json::object());

 private:
  void markdown_head();
  void side_by_side(const Json& columns);

  Terminal& terminal_;
  enum class Format { text, json, markdown } format_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  bool headed_ = false;
};

}  // namespace keyward
