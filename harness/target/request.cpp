// SPDX-License-Identifier: Apache-2.0
#include "harness/target/request.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cctype>

#include <openssl/evp.h>

#include "harness/base/text.h"

namespace keyward::target {
namespace {

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The octet that %XX at `i` stands for, or -1.
int escaped(std::string_view text, std::size_t i) {
  if (text[i] != '%' || i + 2 >= text.size()) return -1;
  const int high = nibble(text[i + 1]);
  const int low = nibble(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool unreserved(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](unsigned char x, unsigned char y) {
           return std::tolower(x) == std::tolower(y);
         });
}

const HeaderField* Request::field(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const HeaderField& f) { return same_name(f.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<const HeaderField*> Request::all(std::string_view name) const {
  std::vector<const HeaderField*> found;
  for (const HeaderField& f : fields) {
    if (same_name(f.name, name)) found.push_back(&f);
  }
  return found;
}

std::string_view Request::value(std::string_view name) const {
  const HeaderField* found = field(name);
  return found == nullptr ? std::string_view() : std::string_view(found->value);
}

std::string Request::media_type() const {
  return to_lower(trimmed(split(value("Content-Type"), ';').front()));
}

bool split_target(Request& request) {
  std::string_view rest = request.target;
  if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
    request.fragment = rest.substr(hash);
    rest = rest.substr(0, hash);
  }
  std::string_view prefix = rest;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    request.raw_query = rest.substr(mark + 1);
    prefix = rest.substr(0, mark);
  }
  request.query = parameters(request.raw_query);
  if (prefix.starts_with('/') || prefix == "*") {
    request.path = prefix;
    return true;
  }
  const auto url = boost::urls::parse_uri({prefix.data(), prefix.size()});
  if (!url || (url->scheme() != "http" && url->scheme() != "https")) return false;
  const auto path = url->encoded_path();
  const auto userinfo = url->encoded_userinfo();
  request.path = path.empty() ? "/" : std::string(path.data(), path.size());
  request.userinfo.assign(userinfo.data(), userinfo.size());
  return url->has_authority();
}

std::string percent_decode(std::string_view text, bool plus) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const int octet = escaped(text, i); octet >= 0) {
      out += static_cast<char>(octet);
      i += 2;
    } else {
      out += plus && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string normal_path(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int octet = escaped(path, i);
    if (octet < 0) {
      out += path[i];
      continue;
    }
    out +=
        unreserved(octet) ? std::string(1, static_cast<char>(octet)) : to_upper(path.substr(i, 3));
    i += 2;
  }
  return out;
}

std::vector<Parameter> parameters(std::string_view text) {
  std::vector<Parameter> out;
  for (const std::string_view piece : split(text, '&')) {
    if (piece.empty()) continue;
    const std::size_t equals = std::min(piece.find('='), piece.size());
    Parameter p;
    p.raw_name = piece.substr(0, equals);
    p.raw_value = equals < piece.size() ? piece.substr(equals + 1) : std::string_view();
    p.name = percent_decode(p.raw_name, true);
    p.value = percent_decode(p.raw_value, true);
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> cookies(std::string_view value) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::string_view piece : split(value, ';')) {
    piece = trimmed(piece);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

// EVP_DecodeBlock forgives white space, lost padding bits and more; a text that the decoded octets
// do not encode back to is therefore refused.
std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = static_cast<int>(std::count(text.begin(), text.end(), '='));
  if (padding > length) return std::nullopt;
  out.resize(static_cast<std::size_t>(length - padding));
  if (base64_encode(out) != text) return std::nullopt;
  return out;
}

std::pair<std::string_view, std::string_view> scheme_and_rest(std::string_view value) {
  const std::size_t end = std::min(value.find(' '), value.size());
  std::string_view rest = value.substr(end);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return {value.substr(0, end), rest};
}

}  // namespace keyward::target
