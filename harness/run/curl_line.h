// SPDX-License-Identifier: Apache-2.0
// The curl command line that shows a case, with secrets as $NAME of the environment.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/request.h"
#include "harness/run/rails.h"

namespace keyward {

/// A secret and the environment variable that holds it.
struct NamedSecret {
  std::string bytes, name;
  bool is_public = false;  ///< a piece of it is nobody's secret, and stays as it is
};

/// One line for a POSIX-like shell (bash for ${NAME:0:8}). Fields that curl would add by itself are
/// taken back where the request has none. Where curl cannot say the request (raw
/// field lines), it says so in a comment: `keyward replay` sends the exact bytes.
[[nodiscard]] std::string curl_line(const Request& request, const Endpoint& endpoint,
                                    const std::vector<NamedSecret>& secrets);

/// How such a line says that curl must not add a field of that name, a space ahead.
[[nodiscard]] std::string without_field(std::string_view name);

}  // namespace keyward
