#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that neither the seeds nor the dictionaries hold what triggers a known defect.

check_seeds.py CORPUS   CORPUS as make_corpus.py made it; prints each breach, exits 1 if there is one

The list of triggers is checked, too: each matches its example and leaves the harmless text alone,
so the check can fail. Every target has seeds and a dictionary, and every word of it can be read.
"""

import re
import sys
from pathlib import Path

from make_corpus import ROOT, TARGETS, held, triggers

WORD = re.compile(rb'^(?:\w+=)?"((?:[^"\\]|\\["\\]|\\x[0-9A-Fa-f]{2})+)"$')


def words(path: Path):
    """Yields (line, word's bytes), or (line, None) where the line is no word (libFuzzer's format)."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip() or line.startswith(b"#"):
            continue
        match = WORD.match(line)
        yield number, match and re.sub(
            rb'\\(x[0-9A-Fa-f]{2}|["\\])',
            lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) == 3 else m[1], match[1])


def breaches(corpus: Path, rows: list[dict]):
    for row in rows:
        if not row["regex"].search(row["example"].encode()):
            yield f"triggers.yaml: {row['id']} does not match its example"
        if row["regex"].search(row["harmless"].encode()):
            yield f"triggers.yaml: {row['id']} matches the harmless text"
        if not set(row["targets"]) <= set(TARGETS):
            yield f"triggers.yaml: {row['id']} names an unknown target"
    for target in TARGETS:
        seeds = [path for path in sorted((corpus / target).glob("*")) if path.is_file()]
        if not seeds:
            yield f"{target}: no seeds"
        for path in seeds:
            if (trigger := held(target, path.read_bytes(), rows)) is not None:
                yield f"{path}: holds the trigger {trigger}"
        dictionary = ROOT / "fuzz/dictionaries" / f"{target}.dict"
        if not dictionary.is_file():
            yield f"{target}: no dictionary"
            continue
        for line, word in words(dictionary):
            if word is None:
                yield f"{dictionary}:{line}: this is no word of a dictionary"
            elif (trigger := held(target, word, rows)) is not None:
                yield f"{dictionary}:{line}: holds the trigger {trigger}"


def main() -> int:
    found = list(breaches(Path(sys.argv[1]), triggers()))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
