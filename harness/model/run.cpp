// SPDX-License-Identifier: Apache-2.0
#include "harness/model/run.h"

namespace keyward {

std::string_view name(RequirementResult::State state) {
  switch (state) {
    case RequirementResult::State::proved:
      return "proved";
    case RequirementResult::State::violated:
      return "violated";
    case RequirementResult::State::untested:
      return "untested";
  }
  return "";
}

}  // namespace keyward
