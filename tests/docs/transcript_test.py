#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the transcripts of a page and compares what comes with what the page shows.

transcript_test.py KEYWARD PAGE

All ```console blocks of PAGE are one bash session in a folder that holds the blocks which have a file
name (```yaml orders.yaml) and nothing else; `keyward` is the given program. `$ ` begins a command, `> ` right below continues it, everything else is its output.
In output, `…` stands for whatever is left out: within a line, or, alone, for any number of lines.
Ports of 127.0.0.1 may differ. Lines that only tell of progress are passed over. After a command in
the background that writes to a file the session waits until the file names the target.
"""

import difflib
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PATIENCE = 120  # seconds for a whole page
PROGRESS = re.compile(r"keyward: (controls|cases|minimising|cases that run alone|runs)( \d+/\d+ .*)?")
MARK = "\x1e"  # between the outputs of two commands


def transcripts(page: str) -> list[tuple[str, list[str]]]:
    """The commands of a page, each with the lines shown below it."""
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S):
        fresh = False
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
                fresh = True
            elif fresh and line.startswith("> "):
                steps[-1] = (steps[-1][0] + "\n" + line[2:], [])
            else:
                steps[-1][1].append(line)
                fresh = False
    return steps


def script(commands: list[str]) -> str:
    """One bash script; a mark follows each command's output."""
    parts = ["exec 2>&1"]
    for command in commands:
        parts.append(command)
        background = re.search(r"> (\S+) &$", command)
        if background:
            parts.append(f"for _ in $(seq 200); do grep -qs ^KEYWARD_TARGET {background[1]} && break; "
                         "sleep 0.05; done")
        # `echo $?` of the page asks for the status of what came before.
        parts.append(f"status=$?; printf '{MARK}'; (exit $status)")
    return "\n".join(parts) + "\n"


def usual(line: str) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", line).rstrip()


def matches(shown: list[str], came: list[str]) -> bool:
    pattern = ""
    for line in shown:
        if line == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(piece) for piece in usual(line).split("…")) + r"\n"
    return re.fullmatch(pattern, "".join(usual(line) + "\n" for line in came)) is not None


def run(program: Path, files: list[tuple[str, str]], commands: list[str]) -> list[list[str]]:
    """The lines that each command printed."""
    environment = {name: value for name, value in os.environ.items() if "KEYWARD" not in name}
    environment["KEYWARD_SPECS"] = str(Path(__file__).resolve().parents[2] / "specs")
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    with tempfile.TemporaryDirectory(prefix="keyward-page-") as folder:
        for name, content in files:
            Path(folder, name).write_text(content, encoding="utf-8")
        shell = subprocess.Popen(["bash"], cwd=folder, env=environment, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, start_new_session=True, text=True)
        try:  # servers that still run would keep the pipe open
            printed, _ = shell.communicate(script(commands) + "kill $(jobs -p) 2>/dev/null\n", PATIENCE)
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    return [[line for line in output.splitlines() if not PROGRESS.fullmatch(line)]
            for output in printed.split(MARK)]


def main(program: Path, page: Path) -> int:
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.M | re.S)
    steps = transcripts(text)
    if not steps:
        print(f"{page}: no transcript")
        return 1
    outputs = run(program, files, [command for command, _ in steps])
    bad = 0
    for (command, shown), came in zip(steps, outputs, strict=False):
        if not matches(shown, came):
            bad = 1
            print(f"{page}: $ {command}", *difflib.unified_diff(shown, came, "shown", "came", lineterm=""),
                  sep="\n")
    if len(outputs) <= len(steps):
        bad = 1
        print(f"{page}: the session ended after {len(outputs) - 1} of {len(steps)} commands")
    return bad


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
