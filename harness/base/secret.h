// SPDX-License-Identifier: Apache-2.0
// Secret: credential bytes under a label. It cannot be printed; whoever needs the bytes says
// expose(), which makes every use greppable.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace keyward {

class Secret {
 public:
  Secret() = default;
  /// `label` is what outputs show instead: `member.api_key` is written as «member.api_key».
  Secret(std::string label, std::string bytes)
      : label_(std::move(label)), bytes_(std::move(bytes)) {}

  [[nodiscard]] const std::string& label() const { return label_; }
  [[nodiscard]] const std::string& expose() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string label_;
  std::string bytes_;
};

}  // namespace keyward
