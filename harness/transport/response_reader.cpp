// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/response_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "harness/base/text.h"
#include "harness/transport/decode.h"

namespace keyward {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

constexpr std::uint32_t k_header_limit = 256 * 1024;
constexpr std::size_t k_quoted_head = 200;

/// Beast's state machine, writing straight into a Response: its own containers would move fields of
/// one name together, and the order on the wire matters here.
class Parser final : public http::basic_parser<false> {
 public:
  Parser(bool head, std::size_t body_limit) : body_limit_(body_limit) {
    basic_parser::body_limit(boost::none);  // cut, not refused
    header_limit(k_header_limit);
    eager(true);
    skip(head);
  }

  Response response;
  bool had_chunk = false;  ///< so that a CRLF comes before the next one

 private:
  void on_response_impl(int code, BeastView reason, int version, error_code&) override {
    response.status = code;
    response.version = version;
    response.reason.assign(reason.data(), reason.size());
    response.fields.reserve(12);
  }
  void on_field_impl(http::field, BeastView name, BeastView value, error_code&) override {
    if (in_body_) return;  // trailer fields are not merged (RFC 9110 section 6.5.1)
    response.fields.push_back({std::string(name.data(), name.size()),  //
                               std::string(value.data(), value.size())});
  }
  void on_header_impl(error_code&) override {
    in_body_ = true;
    // A stream of events need not end: its head is the answer.
    const std::string* type = response.field("content-type");
    if (skip() || type == nullptr || !to_lower(*type).starts_with("text/event-stream")) return;
    body_limit_ = 0;
    response.cut = true;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) response.body.reserve(std::min<std::uint64_t>(*length, body_limit_));
  }
  std::size_t on_body_impl(BeastView piece, error_code&) override {
    const std::size_t wanted = std::min(piece.size(), body_limit_ - response.body.size());
    response.body.append(piece.data(), wanted);
    response.cut = response.cut || wanted < piece.size();
    return piece.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, error_code& error) override {
    return on_body_impl(piece, error);
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView, error_code&) override {
    had_chunk = had_chunk || size > 0;
  }
  void on_finish_impl(error_code&) override {}
  void on_request_impl(http::verb, BeastView, BeastView, int, error_code&) override {}

  std::size_t body_limit_;
  bool in_body_ = false;
};

bool interim(int status) { return status / 100 == 1 && status != 101; }

}  // namespace

struct ResponseReader::Reading {
  std::size_t body_limit;
  bool head = false;
  std::optional<Parser> parser;
  std::string unparsed;      ///< the beginning of something that Beast wants to see whole
  std::size_t tried = 0;     ///< how much of an unparsed head Beast has seen
  std::size_t searched = 0;  ///< and how much of it was searched for its end
  std::string beginning;
  std::string remark;
  std::size_t surplus = 0;
  bool persistent = false;

  void next_message() { parser.emplace(head, body_limit); }

  /// Whether Beast should see the unparsed bytes again. A head: where it has its end now, or is
  /// twice as long as the last time. The last chunk, being the first: where it is long enough to be
  /// whole, for Beast 1.81 asserts that when it sees it again.
  bool worth_reading() {
    if (parser->is_header_done()) {
      return parser->had_chunk || unparsed.size() >= 5 || !unparsed.starts_with("0\r\n");
    }
    const std::size_t from = searched - std::min<std::size_t>(searched, 3);
    searched = unparsed.size();
    return unparsed.find("\r\n\r\n", from) != std::string::npos || unparsed.size() >= 2 * tried;
  }

  Progress refuse(std::string_view why) {
    remark = std::string(why) + "; it began: " + escape(beginning);
    return Progress::malformed;
  }

  Progress finish(std::size_t rest) {
    surplus = rest;
    persistent = !parser->response.cut && surplus == 0 && parser->keep_alive();
    return Progress::done;
  }

  Progress read(std::string_view& bytes) {
    std::string_view message = bytes;
    while (!bytes.empty()) {
      error_code error;
      const std::size_t used = parser->put({bytes.data(), bytes.size()}, error);
      bytes.remove_prefix(used);
      if (parser->response.cut) return finish(0);
      if (error && error != http::error::need_more) return refuse(error.message());
      if (parser->is_done()) {
        if (!interim(parser->response.status)) return finish(bytes.size());
        next_message();
        message = bytes;
      } else if (error || used == 0) {
        break;
      }
    }
    if (!parser->is_header_done()) {
      // In a head that it has begun, Beast refuses nothing until it has all of it: let it begin
      // again, so that what is malformed does not depend on how the bytes were cut.
      next_message();
      bytes = message;
      tried = searched = bytes.size();
    }
    return bytes.size() > k_header_limit ? refuse("endless line") : Progress::more;
  }
};

ResponseReader::ResponseReader(std::size_t body_limit)
    : reading_(std::make_unique<Reading>(Reading{.body_limit = body_limit})) {}

ResponseReader::~ResponseReader() = default;

void ResponseReader::start(bool head) {
  reading_->head = head;
  reading_->unparsed.clear();
  reading_->beginning.clear();
  reading_->remark.clear();
  reading_->next_message();
}

ResponseReader::Progress ResponseReader::feed(std::string_view bytes) {
  Reading& r = *reading_;
  if (r.beginning.size() < k_quoted_head) {
    r.beginning.append(bytes.substr(0, k_quoted_head - r.beginning.size()));
  }
  if (r.unparsed.empty()) {
    const Progress progress = r.read(bytes);
    r.unparsed.assign(bytes);
    return progress;
  }
  r.unparsed.append(bytes);
  if (!r.worth_reading()) return Progress::more;
  std::string_view rest = r.unparsed;
  const Progress progress = r.read(rest);
  r.unparsed.erase(0, r.unparsed.size() - rest.size());
  return progress;
}

ResponseReader::Progress ResponseReader::end() {
  if (!reading_->parser->is_header_done() && !reading_->unparsed.empty()) {
    std::string_view rest = reading_->unparsed;
    if (const Progress progress = reading_->read(rest); progress != Progress::more) return progress;
  }
  Parser& parser = *reading_->parser;
  if (!parser.got_some()) return Progress::more;
  error_code error;
  parser.put_eof(error);
  return error ? Progress::more : reading_->finish(0);
}

Response ResponseReader::take() {
  Response response = std::move(reading_->parser->response);
  response.close = !reading_->persistent;
  if (reading_->surplus > 0) {
    reading_->remark = std::to_string(reading_->surplus) + " bytes follow the response";
  }
  if (!response.body.empty() && response.has("content-encoding")) {
    Decoded decoded = decode(response.fields_joined("content-encoding"), std::move(response.body),
                             reading_->body_limit, response.cut);
    response.body = std::move(decoded.body);
    response.cut = response.cut || decoded.cut;
    if (!decoded.problem.empty()) reading_->remark = std::move(decoded.problem);
  }
  return response;
}

const std::string& ResponseReader::remark() const { return reading_->remark; }
std::size_t ResponseReader::surplus() const { return reading_->surplus; }
bool ResponseReader::persistent() const { return reading_->persistent; }

}  // namespace keyward
