/* SPDX-License-Identifier: Apache-2.0 */
/* What the built-in parsers share: fields from the texts that their libraries give. */
#pragma once

#include <cstring>
#include <optional>
#include <string_view>

#include "fuzz/plugin/keyward_parser.h"

namespace keyward::parsers {

/// Nothing is said of what is absent.
inline void emit(const keyward_sink* sink, const char* name, std::optional<std::string_view> value,
                 keyward_form form = KEYWARD_RAW) {
  if (value) sink->field(sink->context, name, form, value->data(), value->size());
}

/// A null pointer is an absent text.
inline void emit_text(const keyward_sink* sink, const char* name, const char* text,
                      keyward_form form = KEYWARD_RAW) {
  if (text != nullptr) emit(sink, name, std::string_view(text), form);
}

inline void emit_unknown(const keyward_sink* sink, const char* name) {
  sink->field(sink->context, name, KEYWARD_UNKNOWN, nullptr, 0);
}

/// A library that takes C strings cannot be asked about a NUL.
inline bool has_nul(const char* input, std::size_t size) {
  return size > 0 && std::memchr(input, '\0', size) != nullptr;
}

}  // namespace keyward::parsers
