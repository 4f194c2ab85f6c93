// SPDX-License-Identifier: Apache-2.0
// The first byte says how to read: bit 0 that HEAD was asked, bit 1 that the body's limit is small,
// the other six the size of the pieces in which the bytes arrive the second time.
#include <algorithm>
#include <optional>

#include "fuzz/properties/check.h"
#include "fuzz/properties/properties.h"
#include "harness/transport/response_reader.h"

namespace keyward::fuzz {
namespace {

using Progress = ResponseReader::Progress;

struct How {
  bool head;
  std::size_t limit;
  std::size_t piece;
};

struct Answer {
  Progress progress = Progress::more;
  std::optional<Response> response;
};

Answer read(std::string_view bytes, const How& how, std::size_t piece) {
  ResponseReader reader(how.limit);
  reader.start(how.head);
  Answer answer;
  std::string_view rest = bytes;
  while (!rest.empty() && answer.progress == Progress::more) {
    const Exact next(rest.substr(0, piece));
    rest.remove_prefix(next.view().size());
    answer.progress = reader.feed(next.view());
  }
  if (answer.progress == Progress::more) answer.progress = reader.end();
  if (answer.progress == Progress::done) {
    FUZZ_CHECK(reader.surplus() <= bytes.size(), "no more bytes follow than came", bytes);
    const bool persistent = reader.persistent();
    answer.response = reader.take();
    FUZZ_CHECK(answer.response->close == !persistent, "closed or persistent", bytes);
  }
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  FUZZ_CHECK(std::ranges::all_of(reader.remark(), printable), "a remark is printable", bytes);
  FUZZ_CHECK(answer.progress != Progress::malformed || !reader.remark().empty(),
             "what is malformed is said", bytes);
  return answer;
}

void check_whole(const Response& response, const How& how, std::string_view text) {
  FUZZ_CHECK(response.status >= 0 && response.status <= 999, "a status has three digits", text);
  FUZZ_CHECK(response.status / 100 != 1 || response.status == 101, "a response is final", text);
  FUZZ_CHECK(response.body.size() <= how.limit, "a body keeps to the limit", text);
  FUZZ_CHECK(!how.head || response.body.empty(), "an answer to HEAD has no body", text);
  for (const HeaderField& field : response.fields) {
    FUZZ_CHECK(!field.name.empty(), "a field has a name", text);
    FUZZ_CHECK(field.name.find_first_of(" \t\r\n:") == field.name.npos, "a name is no line", text);
    FUZZ_CHECK(field.value.find_first_of("\r\n") == field.value.npos, "a value is one line", text);
  }
}

bool same(const HeaderField& a, const HeaderField& b) {
  return a.name == b.name && a.value == b.value;
}

}  // namespace

void check_response(std::string_view input) {
  if (input.empty()) return;
  const auto first = static_cast<unsigned char>(input.front());
  const How how{(first & 1U) != 0, (first & 2U) != 0 ? 16U : 65536U, 1U + (first >> 2U)};
  const std::string_view bytes = input.substr(1);
  const Answer whole = read(bytes, how, bytes.size());
  if (whole.response) check_whole(*whole.response, how, input);
  const Answer pieces = read(bytes, how, how.piece);
  FUZZ_CHECK(whole.progress == pieces.progress, "pieces read as the whole does", input);
  if (!whole.response) return;
  const Response& a = *whole.response;
  const Response& b = *pieces.response;
  FUZZ_CHECK(a.status == b.status && a.version == b.version && a.reason == b.reason,
             "the same status line in pieces", input);
  FUZZ_CHECK(std::ranges::equal(a.fields, b.fields, same), "the same fields in pieces", input);
  FUZZ_CHECK(a.body == b.body && a.cut == b.cut, "the same body in pieces", input);
}

}  // namespace keyward::fuzz
