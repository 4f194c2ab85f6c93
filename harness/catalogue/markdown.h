// SPDX-License-Identifier: Apache-2.0
// The catalogue as a page: docs/catalogue.md is what this returns.
#pragma once

#include <string>

namespace keyward {

/// Every mutation and scenario by family, then every check, then the known faults without a row, as
/// Markdown tables. The same text each time.
[[nodiscard]] std::string render_catalogue_markdown();

}  // namespace keyward
