#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/catalogue.md against the program: catalogue_test.py KEYWARD ROOT.

The page is what `keyward plan --catalogue --format markdown` prints, names every row of the
catalogue, and what it calls left out is in no row.
"""

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

LEFT_OUT = "## Left out, and why"


def catalogue(program: str, form: str) -> str:
    return subprocess.run([program, "plan", "--catalogue", "--format", form], check=True,
                          capture_output=True, text=True).stdout


def problems(program: str, page: str):
    made = catalogue(program, "markdown")
    if made != page:
        yield from difflib.unified_diff(page.splitlines(), made.splitlines(), "docs/catalogue.md",
                                        "keyward plan --catalogue --format markdown", lineterm="", n=0)
    ids = {row["id"] for row in json.loads(catalogue(program, "json"))["rows"]}
    rows, _, left_out = page.partition(LEFT_OUT)
    for missing in sorted(ids - set(re.findall(r"^\| `([a-z0-9-]+)` \|", rows, re.M))):
        yield f"no row for {missing}"
    entries = re.findall(r"^\| (.*?) \| .*? \| (.*) \|$", left_out, re.M)[2:]
    if not entries:
        yield f"no table under {LEFT_OUT}"
    for named, why in entries:
        for present in sorted(ids & set(re.findall(r"`([a-z0-9-]+)`", named))):
            yield f"{present} is called left out, and is not"
        for unknown in sorted(set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+|hang)`", why)) - ids):
            yield f"{unknown}, said to see {named}, is no row"


if __name__ == "__main__":
    found = list(problems(sys.argv[1], Path(sys.argv[2], "docs/catalogue.md").read_text(encoding="utf-8")))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(1 if found else 0)
