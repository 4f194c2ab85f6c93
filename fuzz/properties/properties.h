// SPDX-License-Identifier: Apache-2.0
// Properties: for each grammar, everything that must hold of our parser for one input, whatever the
// input is. Fuzz targets, plain tests and the trial of known defects (fuzz/faults) call the same
// functions. Each reports a breach by FUZZ_CHECK (check.h).
#pragma once

#include <string_view>

namespace keyward::fuzz {

// harness/syntax: each also compares with the standard's grammar in fuzz/oracle.
void check_authorization(std::string_view input);  ///< an Authorization field value; Bearer, too
void check_challenge(std::string_view input);      ///< a WWW-Authenticate field value
void check_basic(std::string_view input);          ///< a Basic token68; its bytes; UTF-8
void check_base64(std::string_view input);
void check_field(std::string_view input);  ///< a field line, a block, a token, a quoted-string
void check_percent(std::string_view input);
void check_form(std::string_view input);
void check_url(std::string_view input);             ///< a URL; two, where a space divides
void check_request_target(std::string_view input);  ///< METHOD SP TARGET
void check_cookie(std::string_view input);          ///< a Cookie value; a Set-Cookie value

// The other readers of bytes from strangers.
void check_response(std::string_view input);  ///< harness/transport: first byte how, then the bytes
void check_spec(std::string_view input);      ///< harness/spec
void check_journal(std::string_view input);   ///< harness/journal: a journal.jsonl

}  // namespace keyward::fuzz
