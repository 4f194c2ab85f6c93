// SPDX-License-Identifier: Apache-2.0
#include "harness/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

namespace keyward {
namespace {

constexpr std::string_view k_hex = "0123456789abcdef";

bool read_int(std::string_view digits, int& value) {
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc{};
}

// Which of the names of three letters each it is, counted from 0.
std::optional<int> place_in(std::string_view names, std::string_view name) {
  const std::size_t found = names.find(name);
  if (found == std::string_view::npos || found % 3 != 0) return std::nullopt;
  return static_cast<int>(found / 3);
}

double unix_seconds(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return -1;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * 86400.0 + hour * 3600.0 + minute * 60.0 + second;
}

}  // namespace

std::string escape(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\\') {
      out += "\\\\";
    } else if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += k_hex[byte >> 4U];
      out += k_hex[byte & 0xFU];
    }
  }
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += k_hex[byte >> 4U];
    out += k_hex[byte & 0xFU];
  }
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += separator;
    out += part;
  }
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  while (true) {
    const std::size_t found = text.find(from);
    out += text.substr(0, found);
    if (found == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(found + from.size());
  }
}

bool glob_match(std::string_view pattern, std::string_view text) {
  // What stands behind the last star stands at the text's end: that alone tells most texts apart.
  while (!pattern.empty() && pattern.back() != '*') {
    if (text.empty() || (pattern.back() != '?' && pattern.back() != text.back())) return false;
    pattern.remove_suffix(1);
    text.remove_suffix(1);
  }
  if (pattern.empty()) return text.empty();
  // Each piece between two stars stands as far to the left as it can.
  const auto alike = [](char in_pattern, char c) { return in_pattern == '?' || in_pattern == c; };
  for (bool first = true; !pattern.empty(); first = false) {
    const std::string_view piece = pattern.substr(0, pattern.find('*'));
    pattern.remove_prefix(piece.size() + 1);
    if (first) {
      const bool begins = piece.size() <= text.size() &&
                          std::ranges::equal(piece, text.substr(0, piece.size()), alike);
      if (!begins) return false;
      text.remove_prefix(piece.size());
      continue;
    }
    const auto found =
        piece.contains('?')
            ? static_cast<std::size_t>(
                  std::ranges::search(text, piece, [&](char c, char p) { return alike(p, c); })
                      .begin() -
                  text.begin())
            : text.find(piece);
    if (found == text.npos || text.size() - found < piece.size()) return false;
    text.remove_prefix(found + piece.size());
  }
  return true;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 2) + 1;
  const std::string wanted = to_lower(word);
  for (const std::string& candidate : candidates) {
    const std::string other = to_lower(candidate);
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= other.size(); ++j) {
        const std::size_t above = row[j];
        row[j] = std::min(
            {above + 1, row[j - 1] + 1, diagonal + (wanted[i - 1] == other[j - 1] ? 0 : 1)});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::string rfc3339(double unix_seconds_value) {
  using namespace std::chrono;
  const auto whole = static_cast<std::int64_t>(std::floor(unix_seconds_value));
  const sys_seconds point{seconds{whole}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss time{point - day};
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return buffer.data();
}

double parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT") {
    return -1;
  }
  const auto weekday = place_in("SunMonTueWedThuFriSat", text.substr(0, 3));
  const auto month = place_in("JanFebMarAprMayJunJulAugSepOctNovDec", text.substr(8, 3));
  int day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!weekday || !month || !read_int(text.substr(5, 2), day) ||
      !read_int(text.substr(12, 4), year) || !read_int(text.substr(17, 2), hour) ||
      !read_int(text.substr(20, 2), minute) || !read_int(text.substr(23, 2), second)) {
    return -1;
  }
  return unix_seconds(year, *month + 1, day, hour, minute, second);
}

double parse_rfc3339(std::string_view text) {
  // 2017-04-11T19:13:58.156Z
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':' || !read_int(text.substr(0, 4), year) ||
      !read_int(text.substr(5, 2), month) || !read_int(text.substr(8, 2), day) ||
      !read_int(text.substr(11, 2), hour) || !read_int(text.substr(14, 2), minute) ||
      !read_int(text.substr(17, 2), second)) {
    return -1;
  }
  double at = unix_seconds(year, month, day, hour, minute, second);
  if (at < 0) return -1;
  text.remove_prefix(19);
  if (!text.empty() && text.front() == '.') {
    double scale = 0.1;
    text.remove_prefix(1);
    if (text.empty() || text.front() < '0' || text.front() > '9') return -1;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      at += (text.front() - '0') * scale;
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  if (text == "Z" || text == "z") return at;
  int offset_hours = 0;
  int offset_minutes = 0;
  if (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
      read_int(text.substr(1, 2), offset_hours) && read_int(text.substr(4, 2), offset_minutes) &&
      offset_hours <= 23 && offset_minutes <= 59) {
    const double offset = offset_hours * 3600.0 + offset_minutes * 60.0;
    return text[0] == '+' ? at - offset : at + offset;
  }
  return -1;
}

}  // namespace keyward
