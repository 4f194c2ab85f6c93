// SPDX-License-Identifier: Apache-2.0
#include "harness/transport/decode.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <zlib.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

// windowBits of inflateInit2: what wraps the deflate data.
constexpr int k_raw = -MAX_WBITS;
constexpr int k_zlib = MAX_WBITS;
constexpr int k_gzip = MAX_WBITS + 16;

struct Inflated {
  std::string body;
  bool cut = false;
  bool complete = false;
};

/// Nothing where the data is damaged.
std::optional<Inflated> inflate_all(std::string_view coded, int wrapping, std::size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, wrapping) != Z_OK) return std::nullopt;
  std::array<unsigned char, 16384> piece;
  // zlib reads through this pointer only, but its type is older than const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(coded.data()));
  stream.avail_in = static_cast<uInt>(coded.size());
  Inflated result;
  int code = Z_OK;
  while (code == Z_OK && !result.cut) {
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t produced = piece.size() - stream.avail_out;
    const std::size_t wanted = std::min(produced, limit - result.body.size());
    result.body.append(reinterpret_cast<const char*>(piece.data()), wanted);
    result.cut = wanted < produced;
    result.complete = result.complete || code == Z_STREAM_END;
    // gzip files may follow one another in one body (RFC 1952 section 2.2).
    if (code == Z_STREAM_END && stream.avail_in > 0 && wrapping == k_gzip) {
      code = inflateReset(&stream);
    }
  }
  inflateEnd(&stream);
  // Z_BUF_ERROR says that the input ended early; anything else that is no success is damage.
  if (!result.complete && !result.cut && code != Z_BUF_ERROR) return std::nullopt;
  return result;
}

std::optional<Inflated> undo(std::string_view coding, std::string_view coded, std::size_t limit) {
  if (coding == "gzip" || coding == "x-gzip") return inflate_all(coded, k_gzip, limit);
  if (coding != "deflate") return std::nullopt;
  // "deflate" means the zlib format, but some send the bare data (RFC 9110 section 8.4.1.2).
  if (auto wrapped = inflate_all(coded, k_zlib, limit)) return wrapped;
  return inflate_all(coded, k_raw, limit);
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Decoded decode(std::string_view content_encoding, std::string body, std::size_t limit,
               bool partial) {
  const std::string codings = to_lower(content_encoding);
  std::vector<std::string_view> steps = split(codings, ',');
  std::reverse(steps.begin(), steps.end());
  Decoded result;
  std::string current = body;
  for (const std::string_view step : steps) {
    const std::string_view coding = trim(step);
    if (coding.empty() || coding == "identity" || current.empty()) continue;
    auto inflated = undo(coding, current, limit);
    if (!inflated || !(inflated->complete || inflated->cut || partial)) {
      const std::string why = inflated ? " ends early" : " cannot be undone";
      return {std::move(body), false, "content coding " + escape(coding) + why};
    }
    current = std::move(inflated->body);
    result.cut = result.cut || inflated->cut;
    partial = partial || inflated->cut;
  }
  result.body = std::move(current);
  return result;
}

}  // namespace keyward
