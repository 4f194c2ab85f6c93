// SPDX-License-Identifier: Apache-2.0
// Render: a study as grids for people, as JSON for programs, as Markdown for docs/disagreements.md.
//
//   url  http://foo@evil.example:80@good.example/
//     verdict  user              password  host          port  path              parsers
//     accept   foo               -         evil.example  80    @good.example/    boost_url
//     accept   foo@evil.example  80        good.example  -     /                 libcurl, whatwg
//     reject                                                                     keyward, uriparser
//   ! host  boost_url-libcurl-url-host-host
#pragma once

#include <string>

#include "fuzz/differential/study.h"
#include "harness/json/json.h"

namespace keyward {

/// Which inputs get a grid.
enum class Shown { all, disagreements, unexplained };

struct GridOptions {
  Shown shown = Shown::all;
  /// Of `disagreements` and `unexplained`: those of this class and worse.
  DifferenceClass from = DifferenceClass::verdict;
};

/// Who answers, a grid for each input that is shown, then what the differences come to.
[[nodiscard]] std::string render_grids(const Study& study, const GridOptions& options);

/// "schema": "keyward.difftest/1"; bytes as in the protocol of plug-ins.
[[nodiscard]] Json to_json(const Study& study);

/// The classes with their meaning and count, then each finding with input and answers, then what
/// quirks explain.
[[nodiscard]] std::string render_markdown(const Study& study, const Quirks& quirks);

}  // namespace keyward
