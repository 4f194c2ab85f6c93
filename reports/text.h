// SPDX-License-Identifier: Apache-2.0
// Text for readers: what a target sent may be shown, but never acted upon by a terminal, an XML
// parser or a CI system's log reader.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyward {

/// One line. Readable UTF-8 as is; control, format and bidirectional characters, and what is no
/// UTF-8, as \n, \t, \xHH or \uHHHH; the log commands `##[` and `##vso[` broken up.
[[nodiscard]] std::string shown(std::string_view text);

/// The same for wire bytes; backslashes are doubled, so that the bytes can be read back.
[[nodiscard]] std::string shown_bytes(std::string_view bytes);

/// shown(), fit to stand between the tags or in an attribute of XML or HTML.
[[nodiscard]] std::string markup(std::string_view text);

/// Lines of at most `width` characters, broken at spaces; a longer word has a line to itself.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// "1 case", "2 cases".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace keyward
