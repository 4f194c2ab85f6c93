// SPDX-License-Identifier: Apache-2.0
// Texts for property tests: what each parser's grammar can make, and ways to spoil it. Everything
// comes from one Random, so one seed is one sequence of texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "harness/base/random.h"
#include "harness/syntax/ascii.h"
#include "harness/syntax/basic.h"
#include "harness/syntax/field.h"

namespace keyward::grammars {

using Grammar = std::function<std::string(Random&)>;

inline std::string bytes_of(const ByteSet& set) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    if (set.contains(static_cast<char>(byte))) bytes += static_cast<char>(byte);
  }
  return bytes;
}

/// `least` to `most` bytes of the set.
inline std::string some(Random& random, const ByteSet& set, std::size_t least, std::size_t most) {
  return random.text(bytes_of(set), least + random.below(most - least + 1));
}

inline bool coin(Random& random) { return random.below(2) == 0; }

inline std::string maybe(Random& random, const std::string& text) {
  return coin(random) ? text : "";
}

inline std::string ows(Random& random) { return some(random, k_ows, 0, 2); }

/// Bytes of the set with percent triplets between them.
inline std::string with_triplets(Random& random, const ByteSet& set, std::size_t most) {
  std::string text = some(random, set, 0, most);
  if (random.below(3) == 0) text += "%" + some(random, k_hexdig, 2, 2) + some(random, set, 0, 2);
  return text;
}

inline std::string random_bytes(Random& random, std::size_t most) {
  return some(random, ByteSet::range(0x00, 0xFF), 0, most);
}

/// The text with one to three bytes inserted, taken away, repeated or replaced.
inline std::string changed(Random& random, std::string text) {
  static constexpr std::string_view k_delimiters = " \t\r\n\\\"%,;:=@/?#[]&+\xC2\xA0.aA0";
  for (std::uint64_t i = random.below(3) + 1; i > 0; --i) {
    const std::size_t at = random.below(text.size() + 1);
    const char byte = coin(random) ? random.pick(k_delimiters) : static_cast<char>(random.next());
    switch (random.below(4)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text.insert(at, text.substr(at / 2, 8));
        break;
      default:
        if (at < text.size()) text[at] = byte;
    }
  }
  return text;
}

inline std::string random_text(Random& random, const Grammar& grammar, int round) {
  static const ByteSet k_structure = ByteSet(" \t\"\\%,;:=@/?#[]&+.*aAvB0123");
  switch (round % 4) {
    case 0:
      return grammar(random);
    case 1:
      return changed(random, grammar(random));
    case 2:
      return some(random, k_structure, 0, 12);
    default:
      return random_bytes(random, 16);
  }
}

inline std::string make_token(Random& random) { return some(random, k_tchar, 1, 5); }

inline std::string make_quoted(Random& random) {
  return quote(some(random, k_ows | k_vchar | k_obs_text, 0, 6));
}

inline std::string make_field_line(Random& random) {
  return make_token(random) + ":" + ows(random) + some(random, k_ows | k_vchar | k_obs_text, 0, 8) +
         ows(random);
}

inline std::string make_token68(Random& random) {
  return some(random, k_alnum | ByteSet("-._~+/"), 1, 6) + some(random, ByteSet("="), 0, 2);
}

/// Parameters with names that differ by their number, and empty elements between them.
inline std::string make_params(Random& random) {
  std::string list;
  for (std::uint64_t i = 0, count = random.below(3) + 1; i < count; ++i) {
    if (i > 0) list += ows(random) + "," + ows(random) + maybe(random, ", ");
    list += "n" + std::to_string(i) + make_token(random) + ows(random) + "=" + ows(random);
    list += coin(random) ? make_quoted(random) : make_token(random);
  }
  return list;
}

inline std::string make_credentials(Random& random) {
  switch (random.below(3)) {
    case 0:
      return make_token(random);
    case 1:
      return make_token(random) + " " + make_token68(random);
    default:
      return make_token(random) + some(random, ByteSet(" "), 1, 2) + make_params(random);
  }
}

inline std::string make_challenges(Random& random) {
  std::string list = make_credentials(random);
  while (random.below(3) != 0) {
    list += ows(random) + maybe(random, ",") + "," + ows(random) + make_credentials(random);
  }
  return list;
}

inline std::string make_authority(Random& random) {
  static constexpr std::string_view k_hosts[] = {"h", "127.0.0.1", "[::1]", "[2001:DB8::a:1.2.3.4]",
                                                 "[v7.x:y]"};
  const ByteSet plain = k_unreserved | k_sub_delims;
  std::string text = maybe(random, with_triplets(random, plain | ByteSet(":"), 6) + "@");
  text += coin(random) ? std::string(k_hosts[random.below(std::size(k_hosts))])
                       : with_triplets(random, plain, 6);
  return text + maybe(random, ":" + maybe(random, std::to_string(random.below(65536))));
}

inline std::string make_path(Random& random) {
  std::string path;
  while (random.below(4) != 0) {
    path += "/";
    path += random.below(3) == 0 ? std::string(random.below(3), '.')
                                 : with_triplets(random, k_pchar, 4);
  }
  return path;
}

inline std::string make_query(Random& random) {
  return maybe(random, "?" + with_triplets(random, k_pchar | ByteSet("/?"), 5));
}

inline std::string make_fragment(Random& random) {
  return maybe(random, "#" + with_triplets(random, k_pchar | ByteSet("/?"), 5));
}

inline std::string make_url(Random& random) {
  static constexpr std::string_view k_schemes[] = {"http:", "HTTPS:", "x:", "a+1-.:"};
  std::string text = maybe(random, std::string(k_schemes[random.below(std::size(k_schemes))]));
  if (coin(random))
    return text + "//" + make_authority(random) + make_path(random) + make_query(random) +
           make_fragment(random);
  std::string path = make_path(random);
  if (path.starts_with("//")) path.insert(0, "/.");  // else it would be an authority
  return text + path + make_query(random) + make_fragment(random);
}

inline std::string make_cookies(Random& random) {
  const ByteSet octets = k_vchar - ByteSet("\",;\\");
  std::string text;
  do {
    text += (text.empty() ? "" : "; ") + make_token(random) + "=";
    const std::string value = some(random, octets, 0, 5);
    text += coin(random) ? value : '"' + value + '"';
  } while (coin(random));
  return text;
}

inline std::string make_set_cookie(Random& random) {
  std::string text = make_token(random) + "=" + some(random, k_alnum, 0, 5);
  while (coin(random)) {
    text += "; " + make_token(random);
    text += maybe(random, "=" + some(random, (k_vchar | ByteSet(" ")) - ByteSet(";"), 0, 5));
  }
  return text;
}

inline std::string make_form(Random& random) {
  std::string text;
  while (random.below(4) != 0) {
    text += maybe(random, "&") + with_triplets(random, k_alnum | ByteSet("+"), 3);
    text += maybe(random, "=" + with_triplets(random, k_alnum | ByteSet("+="), 3)) + "&";
  }
  return text;
}

inline std::string make_utf8(Random& random) {
  std::string text;
  while (random.below(5) != 0) {
    const auto point = static_cast<std::uint32_t>(random.below(1ULL << random.below(21)));
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point >= 0xD800 && point < 0xE000) continue;
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += static_cast<char>(0xC0 | point >> 6), tail(0);
    } else if (point < 0x10000) {
      text += static_cast<char>(0xE0 | point >> 12), tail(6), tail(0);
    } else {
      text += static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0);
    }
  }
  return text;
}

}  // namespace keyward::grammars
