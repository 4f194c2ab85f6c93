#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies harness/syntax and plants the faults of faults.yaml into the copy, each behind its switch.

plant.py OUT   writes OUT/*.cpp and OUT/faults.inc: {number, id, target, sanitizer}, a row a fault

The headers stay where they are: a fault changes what a parser does, not what it promises. Words
that do not occur exactly once end it, so that a change of a parser cannot lose a fault silently.
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def load() -> list[dict]:
    return yaml.safe_load((ROOT / "fuzz/faults/faults.yaml").read_text())


def plant(faults: list[dict]) -> dict[str, str]:
    """File name → text of the copy."""
    copies = {path.name: path.read_text() for path in sorted((ROOT / "harness/syntax").glob("*.cpp"))}
    for number, fault in enumerate(faults, 1):
        for edit in fault["edits"]:
            text = copies[edit["file"]]
            if text.count(edit["was"]) != 1:
                sys.exit(f"{fault['id']}: {edit['file']} has {text.count(edit['was'])} times: {edit['was']}")
            switch = f"::keyward::planted({number})"
            copies[edit["file"]] = text.replace(edit["was"], edit["becomes"].replace("PLANTED", switch))
    return {name: f'#include "fuzz/faults/planted.h"\n{text}' for name, text in copies.items()}


def row(number: int, fault: dict) -> str:
    sanitizer = "true" if fault.get("sanitizer") else "false"
    return f'{{{number}, "{fault["id"]}", "{fault["target"]}", {sanitizer}}},\n'


def main() -> int:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    faults = load()
    for name, text in plant(faults).items():
        (out / name).write_text(text)
    (out / "faults.inc").write_text("".join(row(*each) for each in enumerate(faults, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
