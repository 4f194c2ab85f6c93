#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that the tests of the pages can fail: selftest.py KEYWARD ROOT gives each a page with a
mistake, and a page that has none."""

import sys
from pathlib import Path

import catalogue_test
import pages_test
import transcript_test

PROGRAM, ROOT = sys.argv[1], Path(sys.argv[2])
README = ROOT / "README.md"
CATALOGUE = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")


def page_problems(page: str) -> list[str]:
    return [*pages_test.links(README, page), *pages_test.commands(PROGRAM, page),
            *pages_test.dev_commands(ROOT, page), *pages_test.figures(page)]


RECORD = "# 7. Title\n\n## Context\n\n## Choice\n\n## Price\n"
RIGHT = {
    "links": not page_problems("[a](docs/running.md#exit-codes) [b](https://example.com/)"),
    "commands": not page_problems("`keyward run S --strict` and `./dev test -R matrix`, RFC 9110"),
    "record": not list(pages_test.records(Path("0007-x.md"), RECORD)),
    "output": transcript_test.matches(["a", "…", "b … d", "…"], ["a", "x", "y", "b c d", "z"]),
    "ports": transcript_test.matches(["at 127.0.0.1:36000"], ["at 127.0.0.1:1"]),
    "catalogue": not list(catalogue_test.problems(PROGRAM, CATALOGUE)),
}
WRONG = {
    "file of a link": page_problems("[a](docs/nowhere.md)"),
    "heading of a link": page_problems("[a](docs/running.md#nowhere)"),
    "command": page_problems("`keyward rum fulcrum`"),
    "flag": page_problems("    keyward run fulcrum --strickt"),
    "command of ./dev": page_problems("`./dev tset`"),
    "name of a test": page_problems("`./dev test -R matrixx`"),
    "figure": page_problems("It has 12345 rows."),
    "length of a record": list(pages_test.records(Path("0007-x.md"), RECORD + "\n" * 60)),
    "parts of a record": list(pages_test.records(Path("0007-x.md"), RECORD.replace("Price", "Cost"))),
    "number of a record": list(pages_test.records(Path("0008-x.md"), RECORD)),
    "other output": not transcript_test.matches(["a"], ["b"]),
    "output that is not shown": not transcript_test.matches(["a"], ["a", "b"]),
    "output that does not come": not transcript_test.matches(["a", "…", "b"], ["a"]),
    "row of the catalogue": list(catalogue_test.problems(PROGRAM, CATALOGUE.replace("| `casefold` |", "| |"))),
    "row left out": list(catalogue_test.problems(PROGRAM, CATALOGUE.replace("| `not-json` |", "| `casefold` |"))),
}

if __name__ == "__main__":
    bad = [f"refused, though right: {name}" for name, fine in RIGHT.items() if not fine]
    bad += [f"not noticed: {name}" for name, noticed in WRONG.items() if not noticed]
    print(*bad, sep="\n", end="\n" if bad else "")
    sys.exit(1 if bad else 0)
