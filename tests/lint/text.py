#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the plain things of every text file that git tracks or would track.

text.py [ROOT] prints file:line: message for each breach, and exits 1 if there is one.
"""

import re
import subprocess
import sys
from pathlib import Path

SOURCES = (".cpp", ".h", ".py", ".sh")
MAX_LINES = 600
# What was made by somebody else, or holds odd bytes on purpose.
LEFT_ALONE = ("LICENSE", "fuzz/regressions/")

LINE_RULES = [  # (pattern, message); each is spelled so that it does not match itself
    (re.compile(r"\r"), "carriage return"),
    (re.compile(r"[ \t]+\r?$"), "trailing blank"),
    (re.compile(r"\t"), "tab"),
    (re.compile(r"\b(TO[D]O|FIX[M]E)\b"), "unfinished work: finish it or file it"),
    (re.compile(r"(?<![\w.:/-])/(work|root|home)/"), "path of one machine"),
    (re.compile(r"\b(deb[.]debian[.]org|archive[.]ubuntu[.]com|registry[.]npmjs[.]org|"
                r"(files[.])?py(pi|thonhosted)[.]org|proxy[.]golang[.]org|"
                r"(index[.]|static[.])?crates[.]io)\b"), "host of a package registry"),
]


def files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True).stdout
    return [name for name in sorted(set(listed.split("\0")))
            if name and (root / name).is_file() and not name.startswith(LEFT_ALONE)]


def breaches(name: str, data: bytes):
    """Yields (line, message)."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield data.count(b"\n", 0, error.start) + 1, "not UTF-8"
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        for pattern, message in LINE_RULES:
            if pattern.search(line):
                yield number, message
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    if text.endswith("\n\n"):
        yield len(lines) - 1, "empty line at the end"
    if name.endswith(SOURCES):
        if len(lines) - 1 > MAX_LINES:
            yield MAX_LINES + 1, f"longer than {MAX_LINES} lines: split it by topic"
        head = lines[:2] if lines[0].startswith("#!") else lines[:1]
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in head):
            yield 1, "no SPDX-License-Identifier on the first line"


def main(root: Path) -> int:
    found = [f"{name}:{line}: {message}"
             for name in files(root) for line, message in breaches(name, (root / name).read_bytes())]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
