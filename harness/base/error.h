// SPDX-License-Identifier: Apache-2.0
// Error: what went wrong on our side or the user's, with the place and the exit code it leads to.
// A target's misbehaviour is data (Exchange), never an Error.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace keyward {

/// Decides the exit code (DESIGN section 10): usage and spec 2, unreachable 3, rail 4.
enum class ErrorKind { usage, spec, io, unreachable, rail };

/// `where` is `file:line:column` or empty; `message` says what is wrong and what to do about it.
struct [[nodiscard]] Error {
  ErrorKind kind;
  std::string message;
  std::string where = {};

  /// `where: message`, the form every tool of the field prints.
  [[nodiscard]] std::string text() const {
    return where.empty() ? message : where + ": " + message;
  }
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                                 std::string where = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(where)});
}

}  // namespace keyward

#define KEYWARD_CONCAT_(a, b) a##b
#define KEYWARD_CONCAT(a, b) KEYWARD_CONCAT_(a, b)

/// KEYWARD_TRY(auto spec, load_spec(path)); returns the error to the caller, or binds the value.
#define KEYWARD_TRY(declaration, expression)                                              \
  auto KEYWARD_CONCAT(keyward_result_, __LINE__) = (expression);                          \
  if (!KEYWARD_CONCAT(keyward_result_, __LINE__)) {                                       \
    return std::unexpected(std::move(KEYWARD_CONCAT(keyward_result_, __LINE__).error())); \
  }                                                                                       \
  declaration = *std::move(KEYWARD_CONCAT(keyward_result_, __LINE__))

/// KEYWARD_CHECK(status_expression); returns the error to the caller, if there is one.
#define KEYWARD_CHECK(expression)                                \
  do {                                                           \
    if (auto keyward_status = (expression); !keyward_status) {   \
      return std::unexpected(std::move(keyward_status.error())); \
    }                                                            \
  } while (false)
