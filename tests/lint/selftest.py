#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each lint can fail: runs it on made-up trees, sound and with one breach planted.

selftest.py floors|text
"""

import subprocess
import sys
import tempfile
from pathlib import Path

TABLE = """| floor | folder | may include | outside libraries | holds |
| --- | --- | --- | --- | --- |
| 0 | `harness/base` | – | – | errors |
| 1 | `harness/spec` | base | fmt | the loader |
| 1 | `reports` | base | – | output |
| 2 | `harness/cli` | all | – | commands |
"""
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"

# Per lint: a sound tree, then rows of (file, its text, what the lint must say about it).
LINTS = {
    "floors": ({
        "ARCHITECTURE.md": TABLE,
        "harness/base/text.h": "#include <string>\n#include <sys/socket.h>\n",
        "harness/spec/load.cpp": '#include <fmt/format.h>\n#include "harness/base/text.h"\n',
        "harness/cli/main.cpp": '#include "reports/json.h"\n',
    }, [
        ("harness/base/up.h", '\n#include "harness/spec/load.h"\n',
         "harness/base/up.h:2: harness/base may not include harness/spec"),
        ("reports/side.cpp", ' # include "harness/spec/load.h"\n',
         "reports/side.cpp:1: reports may not include harness/spec"),
        ("harness/base/lib.h", "#include <fmt/core.h>\n",
         "harness/base/lib.h:1: harness/base may not include fmt"),
        ("harness/spec/lib.cpp", "#include <zlib.h>\n",
         "harness/spec/lib.cpp:1: harness/spec may not include zlib"),
        ("harness/spec/new.cpp", "#include <absl/strings/str_cat.h>\n",
         "harness/spec/new.cpp:1: <absl/strings/str_cat.h> is of no library that the table names"),
        ("harness/spec/near.cpp", '#include "load.h"\n',
         'harness/spec/near.cpp:1: "load.h" is not written from the top'),
        ("harness/extra/file.h", "", "ARCHITECTURE.md:1: no row for harness/extra"),
        ("ARCHITECTURE.md", TABLE.replace("| 1 | `harness/spec` |", "| 0 | `harness/spec` |"),
         "ARCHITECTURE.md:4: harness/base is not on a lower floor than harness/spec"),
        ("ARCHITECTURE.md", TABLE.replace("| base | fmt |", "| base, gone | fmt |"),
         "ARCHITECTURE.md:4: no row for harness/gone"),
        ("ARCHITECTURE.md", "nothing\n", "ARCHITECTURE.md:1: no table"),
    ]),
    "text": ({
        "a.cpp": SPDX + "int a;\n",
        "b.sh": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
        "c.md": "See https://example.org/work/ and x/home/y.\n",
        "fuzz/regressions/d": b"left alone \xff ",
    }, [
        ("blank.md", "one\ntwo \n", "blank.md:2: trailing blank"),
        ("tab.md", "one\ttwo\n", "tab.md:1: tab"),
        ("crlf.md", "one\r\n", "crlf.md:1: carriage return"),
        ("end.md", "one", "end.md:1: no newline at the end"),
        ("ends.md", "one\n\n", "ends.md:2: empty line at the end"),
        ("latin.md", b"one\n\xe9\n", "latin.md:2: not UTF-8"),
        ("later.md", "TO" + "DO\n", "later.md:1: unfinished work"),
        ("broken.md", "a FIX" + "ME b\n", "broken.md:1: unfinished work"),
        ("path.md", "in " + "/ho" + "me/me/x\n", "path.md:1: path of one machine"),
        ("cmd.md", "cd=" + "/wo" + "rk/x\n", "cmd.md:1: path of one machine"),
        ("host.md", "https://deb." + "debian.org/x\n", "host.md:1: host of a package registry"),
        ("bare.h", "int a;\n", "bare.h:1: no SPDX-License-Identifier"),
        ("bare.py", "#!/usr/bin/env python3\nx = 1\n", "bare.py:1: no SPDX-License-Identifier"),
        ("long.cpp", SPDX + "//\n" * 600, "long.cpp:601: longer than 600 lines"),
    ]),
}


def run(lint: str, tree: dict) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as root:
        for name, text in tree.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        subprocess.run(["git", "init", "-q", root], check=True)
        tool = Path(__file__).with_name(f"{lint}.py")
        done = subprocess.run([sys.executable, tool, root], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def main(lint: str) -> int:
    sound, plants = LINTS[lint]
    code, out = run(lint, sound)
    wrong = [] if (code, out) == (0, "") else [f"sound tree: exit {code}, {out}"]
    for name, text, wanted in plants:
        code, out = run(lint, {**sound, name: text})
        if code != 1 or not any(line.startswith(wanted) for line in out.splitlines()):
            wrong.append(f"{name}: wanted '{wanted}', got exit {code}, {out}")
    print(*wrong, f"{lint}: {len(plants)} planted breaches, {len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
