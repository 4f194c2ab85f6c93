#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include of harness/ and reports/ against the table in ARCHITECTURE.md.

floors.py [ROOT] prints file:line: message for each breach, and exits 1 if there is one. The table
itself is checked too: every folder has a row, and no row includes its own floor or a higher one.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

# Which library an outside header belongs to, by the way its path starts.
LIBRARIES = {
    "yaml-cpp/": "yaml-cpp", "curl/": "curl", "nlohmann/": "nlohmann", "boost/": "boost",
    "CLI/": "CLI11", "fmt/": "fmt", "zlib.h": "zlib", "openssl/": "openssl",
}
SYSTEM = re.compile(r"[a-z_0-9]+(\.h)?|(sys|netinet|arpa|net)/\w+\.h")  # the standard's and POSIX's
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Row(NamedTuple):
    line: int
    floor: int
    includes: list[str]
    libraries: list[str]


def words(cell: str) -> list[str]:
    return [] if cell == "–" else [word.strip() for word in cell.split(",")]


def read_table(text: str) -> dict[str, Row]:
    """Folder (`harness/base`, `reports`) → its row."""
    table = {}
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 4 and cells[0].isdigit():
            table[cells[1].strip("`")] = Row(number, int(cells[0]), words(cells[2]), words(cells[3]))
    return {folder: row._replace(includes=[*table] if row.includes == ["all"] else
                                 [word if "/" in word or word in table else f"harness/{word}"
                                  for word in row.includes])
            for folder, row in table.items()}


def check_table(root: Path, table: dict[str, Row]):
    present = {str(path.parent.relative_to(root)) for top in ("harness", "reports")
               for path in (root / top).rglob("*") if path.suffix in (".h", ".cpp")}
    for folder in sorted(present - table.keys()):
        yield f"ARCHITECTURE.md:1: no row for {folder}"
    for folder, row in table.items():
        for other in row.includes:
            if other not in table:
                yield f"ARCHITECTURE.md:{row.line}: no row for {other}"
            elif other != folder and table[other].floor >= row.floor:
                yield f"ARCHITECTURE.md:{row.line}: {other} is not on a lower floor than {folder}"


def breach(table: dict[str, Row], folder: str, quoted: bool, path: str) -> str | None:
    """What is wrong with one #include of that folder, or None."""
    row = table[folder]
    if quoted:
        other = path.rpartition("/")[0]
        if other not in table:
            return f'"{path}" is not written from the top, as "harness/…" or "reports/…"'
        return None if other in (folder, *row.includes) else f"{folder} may not include {other}"
    library = next((LIBRARIES[start] for start in LIBRARIES if path.startswith(start)), None)
    if library:
        return None if library in row.libraries else f"{folder} may not include {library}"
    return None if SYSTEM.fullmatch(path) else f"<{path}> is of no library that the table names"


def main(root: Path) -> int:
    table = read_table((root / "ARCHITECTURE.md").read_text())
    found = list(check_table(root, table)) if table else ["ARCHITECTURE.md:1: no table"]
    for folder in table:
        for path in sorted(p for p in (root / folder).glob("*") if p.suffix in (".h", ".cpp")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                message = match and breach(table, folder, match[1] == '"', match[2])
                if message:
                    found.append(f"{path.relative_to(root)}:{number}: {message}")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
