/* SPDX-License-Identifier: Apache-2.0 */
/* A parser as a plug-in: the C interface, version 1.
 *
 *   keyward ──  "http://a@h/"  ──▶  parse_url()  ──▶  field(user, raw, "a")
 *                                                     field(host, raw, "h")
 *                                        KEYWARD_ACCEPT ◀── returned
 *
 * Build a shared object that exports keyward_parser_entry(). No memory changes hands: what a parser
 * finds it says through the sink, which copies before it returns. docs/plugins.md has the fields of
 * each grammar and a worked example. A parser may crash or hang: it runs in a process of its own.
 */
#ifndef KEYWARD_PARSER_H
#define KEYWARD_PARSER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEYWARD_PARSER_ABI 1

/* NOLINTBEGIN(readability-identifier-naming): the names are those of C */

/** What a parser says of an input. */
typedef enum keyward_verdict {
  KEYWARD_REJECT = 0,  /**< not a text of this grammar; fields that were said are forgotten */
  KEYWARD_ACCEPT = 1,  /**< the fields are what it means */
  KEYWARD_ABSTAIN = 2, /**< cannot be asked, such as a NUL where the library takes C strings */
} keyward_verdict;

/** In which form a field is given. A field that is never given is absent, which is not empty. */
typedef enum keyward_form {
  KEYWARD_RAW = 0,     /**< as written, percent triplets and escapes left in */
  KEYWARD_DECODED = 1, /**< decoded once */
  KEYWARD_UNKNOWN = 2, /**< this parser has no notion of the field; data is ignored */
} keyward_form;

/** Where fields go. Valid during the call that it was given to. */
typedef struct keyward_sink {
  void* context;
  /** Copies `size` bytes. `name` is one of the grammar's field names. */
  void (*field)(void* context, const char* name, keyward_form form, const char* data, size_t size);
} keyward_sink;

/** `input` has `size` bytes, any of which may be NUL; no NUL follows. */
typedef keyward_verdict (*keyward_parse)(const char* input, size_t size, const keyward_sink* sink);

/** A parser. A null function abstains from its grammar. */
typedef struct keyward_parser {
  uint32_t abi;        /**< KEYWARD_PARSER_ABI */
  uint32_t size;       /**< sizeof(keyward_parser): later versions add at the end */
  const char* name;    /**< a to z, 0 to 9, underscore */
  const char* version; /**< of the library that is asked */
  keyward_parse parse_url;
  keyward_parse parse_query;         /**< what follows a `?`, or a form's body */
  keyward_parse parse_authorization; /**< value of an Authorization field */
  keyward_parse parse_challenge;     /**< value of a WWW-Authenticate field */
  keyward_parse parse_request;       /**< a request head, from its method to its empty line */
} keyward_parser;

#ifdef __GNUC__
#define KEYWARD_EXPORT __attribute__((visibility("default")))
#else
#define KEYWARD_EXPORT
#endif

/** The one symbol of a plug-in. What it returns lives as long as the program. */
KEYWARD_EXPORT const keyward_parser* keyward_parser_entry(void);

/* NOLINTEND(readability-identifier-naming) */

#ifdef __cplusplus
}
#endif

#endif /* KEYWARD_PARSER_H */
