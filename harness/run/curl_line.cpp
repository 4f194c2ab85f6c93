// SPDX-License-Identifier: Apache-2.0
#include "harness/run/curl_line.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/field.h"

namespace keyward {
namespace {

constexpr std::string_view k_added_by_curl[] = {"User-Agent", "Accept"};
constexpr std::size_t k_shortest_piece = 8;  // what the redactor would hide
constexpr std::size_t k_long_run = 200;
constexpr std::size_t k_longest_word = 100 * 1024;  // Linux takes 128 KiB for one argument

// The longest piece of any secret that stands at text[i]; its place in the secret too.
struct Piece {
  const NamedSecret* secret = nullptr;
  std::size_t from = 0, length = 0;
};

Piece piece_at(std::string_view text, std::size_t i, const std::vector<NamedSecret>& secrets) {
  Piece best;
  for (const NamedSecret& secret : secrets) {
    const std::string& bytes = secret.bytes;
    const std::size_t least =
        secret.is_public ? bytes.size() : std::min(k_shortest_piece, bytes.size());
    if (least == 0 || text.size() - i < least) continue;
    for (std::size_t from = bytes.find(text.substr(i, least)); from != std::string::npos;
         from = bytes.find(text.substr(i, least), from + 1)) {
      std::size_t length = least;
      while (from + length < bytes.size() && i + length < text.size() &&
             bytes[from + length] == text[i + length])
        ++length;
      if (length > best.length) best = {&secret, from, length};
    }
  }
  return best;
}

// Where a secret lies along the text: its byte `i + shift` stands at text[i], changes aside.
struct Alignment {
  const NamedSecret* secret = nullptr;
  std::ptrdiff_t shift = 0;
};

std::vector<Alignment> alignments_of(std::string_view text,
                                     const std::vector<NamedSecret>& secrets) {
  std::vector<Alignment> found;
  for (std::size_t i = 0; i < text.size();) {
    const Piece piece = piece_at(text, i, secrets);
    if (piece.secret != nullptr)
      found.push_back(
          {piece.secret, static_cast<std::ptrdiff_t>(piece.from) - static_cast<std::ptrdiff_t>(i)});
    i += std::max<std::size_t>(piece.length, 1);
  }
  return found;
}

// What a changed byte has cut off a longer piece: too short to be known by itself.
Piece rest_at(std::string_view text, std::size_t i, const std::vector<Alignment>& alignments) {
  constexpr std::size_t k_shortest_rest = 2;
  Piece best;
  for (const auto& [secret, shift] : alignments) {
    const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(i) + shift;
    if (from < 0 || secret->is_public) continue;
    Piece piece{secret, static_cast<std::size_t>(from), 0};
    while (i + piece.length < text.size() && piece.from + piece.length < secret->bytes.size() &&
           text[i + piece.length] == secret->bytes[piece.from + piece.length])
      ++piece.length;
    if (piece.length >= k_shortest_rest && piece.length > best.length) best = piece;
  }
  return best;
}

bool plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-_./:=?@%+,").contains(c);
}

// How many characters from there on are the one that stands there, if so many would hide the rest
// of the line; else 0.
std::size_t long_run(std::string_view text, std::size_t i) {
  if (std::isalnum(static_cast<unsigned char>(text[i])) == 0) return 0;
  const std::size_t end = std::min(text.find_first_not_of(text[i], i), text.size());
  return end - i >= k_long_run ? end - i : 0;
}

// A shell word: bare where it can be, else "…" with secrets as variables and $'…' for bytes that
// need it.
std::string word(std::string_view text, const std::vector<NamedSecret>& secrets) {
  std::string out;
  bool bare = !text.empty();
  bool raw = false;  // within $'…'
  const std::vector<Alignment> alignments = alignments_of(text, secrets);
  for (std::size_t i = 0; i < text.size();) {
    Piece piece = piece_at(text, i, secrets);
    if (piece.secret == nullptr) piece = rest_at(text, i, alignments);
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool escaped = piece.secret == nullptr && (byte < 0x20 || byte >= 0x7F);
    if (escaped != raw) out += raw ? "'\"" : "\"$'";
    raw = escaped;
    bare = bare && piece.secret == nullptr && plain(text[i]);
    if (piece.secret != nullptr) {
      const bool whole = piece.from == 0 && piece.length == piece.secret->bytes.size();
      out += whole ? fmt::format("${{{}}}", piece.secret->name)
                   : fmt::format("${{{}:{}:{}}}", piece.secret->name, piece.from, piece.length);
      i += piece.length;
      continue;
    }
    if (const std::size_t run = long_run(text, i); run != 0) {
      out += fmt::format("$(printf '{}%.0s' {{1..{}}})", text[i], run);
      bare = false;
      i += run;
      continue;
    }
    const char c = text[i++];
    if (escaped) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
      out += c;
    }
  }
  if (bare) return out;
  return '"' + out + (raw ? "'" : "\"");
}

// Basic credentials that a shell can encode again: what is in the token68, and what stands before
// it.
struct BasicSpelling {
  std::string before, user_pass;
  bool plain = false;   // as curl -u spells it
  std::string padding;  // where it is not what base64 wants, what stands in its place
  bool repadded = false;
};

// The same of what is no Basic for a strict reader: without padding, with too much of it, or
// without a colon.
std::optional<BasicSpelling> bent_spelling(std::string_view value) {
  const std::size_t space = value.find_last_of(' ');
  if (space == std::string_view::npos || !to_lower(value.substr(0, space)).starts_with("basic"))
    return std::nullopt;
  const std::string_view token = value.substr(space + 1);
  const std::string_view bare = token.substr(0, token.find_last_not_of('=') + 1);
  const auto decoded = decode_base64(bare, Base64Alphabet::standard, Base64Padding::optional);
  // A shell's words have no NUL.
  if (!decoded || decoded->empty() || decoded->contains('\0')) return std::nullopt;
  std::string encoded = encode_base64(*decoded);
  const bool padded = encoded == token;
  encoded.resize(encoded.find_last_not_of('=') + 1);
  if (encoded != bare) return std::nullopt;
  return BasicSpelling{.before = std::string(value.substr(0, space + 1)),
                       .user_pass = *decoded,
                       .padding = padded ? "" : std::string(token.substr(bare.size())),
                       .repadded = !padded};
}

std::optional<BasicSpelling> basic_spelling(const RequestField& field) {
  if (!equals_ignoring_case(field.name, "Authorization")) return std::nullopt;
  const auto parsed = parse_basic_credentials(field.value);
  if (!parsed) return bent_spelling(field.value);
  const std::string token68 = render_basic(parsed->user_id, parsed->password);
  BasicSpelling out{.user_pass = parsed->user_id + ':' + parsed->password};
  if (!field.value.ends_with(token68)) return std::nullopt;
  out.before = field.value.substr(0, field.value.size() - token68.size());
  out.plain = out.before == "Basic ";
  return out;
}

}  // namespace

std::string without_field(std::string_view name) { return fmt::format(" -H {}:", name); }

std::string curl_line(const Request& request, const Endpoint& endpoint,
                      const std::vector<NamedSecret>& secrets) {
  std::string out = "curl -sS -i --path-as-is";
  if (endpoint.http2)
    out += endpoint.origin.scheme == "https" ? " --http2" : " --http2-prior-knowledge";
  if (request.method == "HEAD") {
    out += " -I";
  } else if (request.method != "GET" || !request.body.empty()) {
    out += " -X " + word(request.method, secrets);
  }
  bool exact = request.version == "HTTP/1.1" && request.target.empty() && !request.own_framing;
  const auto credentials = std::ranges::count_if(request.fields, [](const RequestField& field) {
    return equals_ignoring_case(field.name, "Authorization");
  });
  for (const RequestField& field : request.fields) {
    if (!field.line.empty()) {
      exact = false;
      out += " -H " + word(field.line, secrets);
      continue;
    }
    const bool usual =
        (equals_ignoring_case(field.name, "Host") && field.value == endpoint.host_field) ||
        equals_ignoring_case(field.name, "User-Agent") ||
        (equals_ignoring_case(field.name, "Accept") && field.value == "*/*");
    if (usual) continue;
    if (const auto basic = basic_spelling(field); basic && basic->plain && credentials == 1) {
      out += " -u " + word(basic->user_pass, secrets);
    } else if (basic) {  // as -H, for -u has one spelling, and the last of several wins
      out += fmt::format(" -H \"Authorization: {}$(printf %s {} | base64 -w0{}){}\"", basic->before,
                         word(basic->user_pass, secrets), basic->repadded ? " | tr -d =" : "",
                         basic->padding);
    } else if (field.value.empty()) {
      out += " -H " + word(field.name + ";", secrets);  // curl's spelling of an empty field
    } else {
      out += " -H " + word(field.name + ": " + field.value, secrets);
    }
  }
  for (const std::string_view added : k_added_by_curl) {
    if (request.field(added) == nullptr) out += without_field(added);
  }
  if (!request.body.empty()) {
    const std::string body = word(request.body, secrets);
    out += request.body.size() > k_longest_word
               ? fmt::format(" --data-binary @<(printf %s {})", body)
               : " --data-binary " + body;
  }
  const std::string path = request.target.empty() ? request.request_target() : request.path;
  out += " " +
         word(fmt::format("{}://{}{}", endpoint.origin.scheme, endpoint.host_field, path), secrets);
  if (!exact) out += "  # curl cannot send these very bytes; keyward replay does";
  return out;
}

}  // namespace keyward
