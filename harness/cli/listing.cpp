// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/listing.h"

#include <fmt/format.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

std::string cell(const Json& object, std::string_view member) {
  const Json* const value = object.find(member);
  if (value == nullptr) return {};
  if (!value->is_array()) return value->text;
  std::vector<std::string> parts;
  for (const Json& item : value->items) parts.push_back(item.text);
  return join(parts, ", ");
}

std::string without_trailing_spaces(std::string line) {
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

Listing::Listing(Terminal& terminal, std::string_view format, std::vector<Column> columns)
    : terminal_(terminal),
      format_(format == "json"       ? Format::json
              : format == "markdown" ? Format::markdown
                                     : Format::text),
      columns_(std::move(columns)) {
  if (format_ == Format::json) terminal_.print("{\"rows\":[");
}

void Listing::section(std::string_view title) {
  headed_ = false;
  if (format_ == Format::json) return;
  const std::string_view between = rows_ == 0 ? "" : "\n";
  terminal_.print(
      fmt::format("{}{}{}\n", between, format_ == Format::markdown ? "## " : "", title));
}

void Listing::row(const Json& object) {
  if (format_ == Format::json) {
    terminal_.print((rows_++ == 0 ? "\n" : ",\n") + dump(object));
    return;
  }
  ++rows_;
  std::string line;
  if (format_ == Format::markdown) {
    if (!headed_) markdown_head();
    for (const Column& column : columns_) {
      const std::string text = replace_all(cell(object, column.member), "|", "\\|");
      line +=
          column.code && !text.empty() ? fmt::format("| `{}` ", text) : fmt::format("| {} ", text);
    }
    terminal_.print(line + "|\n");
    return;
  }
  for (const Column& column : columns_)
    line += fmt::format("{:<{}} ", cell(object, column.member), column.width);
  terminal_.print(without_trailing_spaces("  " + line) + "\n");
}

void Listing::markdown_head() {
  std::string head = "\n";
  std::string rule;
  for (const Column& column : columns_) {
    head += fmt::format("| {} ", column.member);
    rule += "| --- ";
  }
  terminal_.print(head + "|\n" + rule + "|\n");
  headed_ = true;
}

void Listing::close(std::string_view title, const Json& counts, const Json& columns) {
  if (format_ == Format::json) {
    const std::string more =
        columns.members.empty() ? "" : fmt::format(",\n\"depths\":{}", dump(columns));
    terminal_.print(fmt::format("\n],\n\"counts\":{}{}}}\n", dump(counts), more));
    return;
  }
  section(title);
  if (format_ == Format::markdown) terminal_.print("\n");
  if (!columns.members.empty()) return side_by_side(columns);
  for (const auto& [name, count] : counts.members) {
    terminal_.print(format_ == Format::markdown
                        ? fmt::format("- {}: {}\n", name, count.text)
                        : fmt::format("  {:<14} {:>6}\n", name, count.text));
  }
}

void Listing::side_by_side(const Json& columns) {
  const bool markdown = format_ == Format::markdown;
  std::string head = markdown ? "| family |" : fmt::format("  {:<14}", "");
  std::string rule = "| --- |";
  // The widest column has every name.
  const Json* widest = &columns.members.front().second;
  for (const auto& [title, counts] : columns.members) {
    head += markdown ? fmt::format(" {} |", title) : fmt::format(" {:>10}", title);
    rule += " ---: |";
    if (counts.members.size() > widest->members.size()) widest = &counts;
  }
  terminal_.print(head + "\n" + (markdown ? rule + "\n" : ""));
  for (const auto& [name, ignored] : widest->members) {
    std::string line = markdown ? fmt::format("| {} |", name) : fmt::format("  {:<14}", name);
    for (const auto& [title, counts] : columns.members) {
      const Json* const count = counts.find(name);
      const std::string_view text = count == nullptr ? "0" : std::string_view(count->text);
      line += markdown ? fmt::format(" {} |", text) : fmt::format(" {:>10}", text);
    }
    terminal_.print(line + "\n");
  }
}

}  // namespace keyward
