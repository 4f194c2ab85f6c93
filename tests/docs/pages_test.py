#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what the pages say against the repository and the program: pages_test.py KEYWARD ROOT.

Every link leads to a file, and to a heading in it. Every `keyward` command that a page shows is one,
and so is each flag; so is every `./dev` command, and every test that it names. What a page says
outside of code has no figure that could grow old. A decision record fits on a page.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md")
FIGURELESS = ("README.md", "CHANGELOG.md")
NAMES = re.compile(r"RFCs? \d+(, \d+)*( and \d+)?|Debian \d+|Ubuntu [\d.]+|OAuth [\d.]+")  # numbers that count nothing
BLOCK = re.compile(r"^```[^\n`]*\n(.*?)^```$", re.M | re.S)
INDENTED = re.compile(r"^    .*$", re.M)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
RECORD_LINES = 60
RECORD_PARTS = ["Context", "Choice", "Price"]


def code_of(page: str) -> str:
    """The code of a page: blocks, and spans within the text."""
    text = BLOCK.sub("", page)
    return "\n".join(BLOCK.findall(page) + INDENTED.findall(text) + SPAN.findall(text))


def prose_of(page: str) -> str:
    """A page without its code and its links' addresses."""
    return re.sub(r"\]\([^)]*\)", "]", SPAN.sub("", INDENTED.sub("", BLOCK.sub("", page))))


def anchors(page: str) -> set[str]:
    """As GitHub and GitLab make them."""
    titles = re.findall(r"^#+ (.*)$", page, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(path: Path, page: str):
    for address in re.findall(r"\]\(([^)\s]+)\)", page):
        if re.match(r"https?://", address):
            continue
        name, _, anchor = address.partition("#")
        target = path if not name else path.parent / name
        if not target.exists():
            yield f"no such file: {address}"
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"no such heading: {address}"


@cache
def help_of(program: str, command: str) -> str | None:
    asked = subprocess.run([program, command, "--help"], capture_output=True, text=True, check=False)
    return asked.stdout if asked.returncode == 0 else None


def commands(program: str, page: str):
    known = set(re.findall(r"^  ([a-z]+)  +\S", subprocess.run(
        [program, "--help"], capture_output=True, text=True, check=True).stdout, re.M))
    for command, rest in re.findall(r"(?:^|[\s/$(])keyward ([a-z]+)\b([^\n]*)", code_of(page)):
        if command not in known:
            yield f"no such command: keyward {command}"
            continue
        for flag in re.findall(r"(?<=\s)--[a-z][a-z-]*", re.split(r"'?curl|\s\|", rest)[0]):
            if flag not in help_of(program, command):
                yield f"no such flag: keyward {command} {flag}"


def dev_commands(root: Path, page: str):
    known = re.search(r"case \$command in\n\s+([a-z |]+)\)", (root / "dev").read_text())[1].split(" | ")
    tests = "".join((root / folder / "CMakeLists.txt").read_text() for folder in ("tests", "fuzz"))
    for command, rest in re.findall(r"\./dev ([a-z]+)([^\n]*)", code_of(page)):
        if command not in known:
            yield f"no such command: ./dev {command}"
        for name in re.findall(r"-R (\w+)", rest):
            if name not in tests:
                yield f"no such test: ./dev {command} -R {name}"


def figures(page: str):
    for line in NAMES.sub("", prose_of(page)).splitlines():
        if re.search(r"(?<![\w.])\d\d+(?![\w.])", line):
            yield f"a figure, which will grow old: {line.strip()}"


def records(path: Path, page: str):
    if len(page.splitlines()) > RECORD_LINES:
        yield f"longer than {RECORD_LINES} lines"
    if re.findall(r"^## (.*)$", page, re.M) != RECORD_PARTS:
        yield f"the parts are not {', '.join(RECORD_PARTS)}"
    if not re.match(r"# " + str(int(path.name[:4])) + r"\. ", page):
        yield "the title does not begin with the number"


def problems(program: str, root: Path):
    paths = sorted(path for pattern in PAGES for path in root.glob(pattern))
    for path in paths:
        page, name = path.read_text(encoding="utf-8"), str(path.relative_to(root))
        found = [*links(path, page), *commands(program, page), *dev_commands(root, page)]
        if name in FIGURELESS:
            found += figures(page)
        if path.parent.name == "adr":
            found += records(path, page)
        yield from (f"{name}: {problem}" for problem in found)
    numbers = [path.name[:4] for path in paths if path.parent.name == "adr"]
    if numbers != [f"{number:04}" for number in range(1, len(numbers) + 1)]:
        yield f"docs/adr: the numbers are {', '.join(numbers)}"


if __name__ == "__main__":
    complaints = list(problems(sys.argv[1], Path(sys.argv[2]).resolve()))
    print(*complaints, sep="\n", end="\n" if complaints else "")
    sys.exit(1 if complaints else 0)
