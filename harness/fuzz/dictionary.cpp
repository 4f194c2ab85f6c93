// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/dictionary.h"

namespace keyward {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view k_tokens[] = {
    // white space, controls
    "\0"sv, " ", "\t", "\v", "\f", "\x01", "\x1B", "\x7F", "\r\n", "\n",
    // no UTF-8, overlong UTF-8, white space and invisible characters beyond ASCII
    "\x80", "\xFF", "\xC0\x80", "\xE2\x82", "\u00A0", "\u2003", "\u200B", "\uFEFF", "\u00AD",
    // delimiters of the layers around
    "\"", "'", "`", "\\", ":", "::", ";", "; ", ",", ", ", "&", "=", "==", "+", "#", "?", "/", "@",
    // percent-encoding, whole, broken, twice, forbidden
    "%", "%0", "%zz", "%00", "%20", "%0A", "%2500", "%25", "%C0%80", "%u0000",
    // arrays and objects of form parsers
    "[]", "[0]", "[$ne]", ".", "-", "_", "~", "*", "!", "|", "$", "{}", "<", "(",
    // what could go on
    "A", "0", "x"};

constexpr std::string_view k_whole[] = {"%",           "*",
                                        "_",           ".*",
                                        "%25",         "?*",
                                        "null",        "undefined",
                                        "nil",         "none",
                                        "true",        "1",
                                        "0",           "-1",
                                        "NaN",         " ",
                                        "' OR '1'='1", "\" OR \"\"=\"",
                                        "admin",       "[]",
                                        "{}",          "false",
                                        "token",       "' OR 1=1 --",
                                        "test",        "{\"$ne\":null}",
                                        "\0"sv};

constexpr std::string_view k_target[] = {
    "/",     "//",  "/.",   "/./",      "/../", "..;/", "%2F", "%2e", "%2e/", ";",  ";x=1",
    ".json", ".",   "?",    "#",        "%00",  "%20",  "%",   "\\",  "*",    "&",  "&&",
    "=",     "%3F", "?a=b", "?debug=1", "\"",   "\x80", "~",   ":",   "@",    "%zz"};

}  // namespace

std::span<const std::string_view> tokens() { return k_tokens; }
std::span<const std::string_view> whole_tokens() { return k_whole; }
std::span<const std::string_view> target_tokens() { return k_target; }

}  // namespace keyward
