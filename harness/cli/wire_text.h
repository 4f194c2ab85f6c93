// SPDX-License-Identifier: Apache-2.0
// Wire text: bytes of an exchange, to be read by people.
//
//   > GET /api/v2/forms HTTP/1.1
//   > X-ApiToken: «member.api_key»
//   | 00000000  c3 28 0d 0a                                       .(..
#pragma once

#include <string>
#include <string_view>

namespace keyward {

/// Line by line behind `mark`. A line that holds bytes a terminal must not be sent is shown in
/// hexadecimal, with the text beside. A label «…» of the redactor stays as it is.
[[nodiscard]] std::string wire_text(std::string_view bytes, std::string_view mark);

}  // namespace keyward
