#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows what `keyward fuzz` finds in the reference target, and what it does not invent.

live.py faults [FAULT…]   a fault at a time; without names the 20 below, which differ from a right
                          server by single bytes of a request. Exits 1 where fewer than three in
                          four are found, or a finding is made by more than 5 changed bytes
live.py clean [SPEC…]     the target without a fault; every shipped spec. Exits 1 at a finding
live.py traps [TRAP…]     correct but unusual; every trap. Exits 1 at a finding

  --time TIME      how long inputs are sent to each (60s)
  --spec SPEC      whose target has the faults and traps (fulcrum)
  --at-once N      targets at a time (2)
  --keyward FILE   the program (build/release/keyward)

`bytes` is the size of the least change among the findings: what a reproducer adds to, takes from or
changes in the valid request or the one without credential.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPECS = ("fulcrum", "appcircle", "activeprospect", "sociocs")
FAULTS = (
    "nul-truncate", "suffix-ignored", "truncated-input", "casefold", "one-char-off",
    "unicode-nfkc", "whitespace-trim", "control-strip", "double-decode", "header-pct-decode",
    "pct-overlong", "invalid-pct-500", "basic-no-colon", "basic-any-scheme", "b64-bad-500",
    "b64-garbage", "b64-extrapad", "basic-bad-utf8-500", "name-space-colon", "dup-comma")
MOST_BYTES = 5
NOT_DOING = ("info",)  # levels of a finding that blame nobody


def cost(change: dict) -> int:
    """As harness/fuzz/input.cpp has it: bytes that come, go or become others."""
    length, text = change.get("length", 1), change.get("text", "")
    size = len(text.encode().decode("unicode_escape")) if text else 0
    match change["do"]:
        case "insert":
            return max(size, 1)
        case "repeat":
            return max(size * length, 1)
        case "replace":
            return max(length, size, 1)
        case "swap":
            return 2
        case "turn" | "again":
            return 1
    return max(length, 1)


def least(folder: Path) -> int | None:
    inputs = [json.loads(path.read_text()) for path in (folder / "reproducers").glob("*.json")]
    return min((sum(map(cost, found["changes"])) for found in inputs), default=None)


class Target:
    """The reference target of a spec, and a file with its secrets."""

    def __init__(self, spec: str, flags: list[str], folder: Path):
        self.secrets = folder / "secrets.env"
        self.command = [arguments.keyward, "serve", spec, "--seed", "7", *flags]

    def __enter__(self) -> Path:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.secrets.touch(mode=0o600)
        with self.secrets.open("w") as file:
            for line in self.process.stdout:
                if line.startswith("#"):
                    break
                file.write(line)
        # Who does not read on would stop it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self.secrets

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def fuzz(name: str, spec: str, flags: list[str]) -> tuple[str, list[str], int | None, str]:
    """Name, `level id` of each finding, the size of the least change, and what went wrong."""
    with tempfile.TemporaryDirectory(prefix="keyward-live-") as holder:
        folder = Path(holder)
        with Target(spec, flags, folder) as secrets:
            done = subprocess.run(
                [arguments.keyward, "fuzz", spec, "--secrets-file", secrets, "--out",
                 folder / "out", "--time", arguments.time, "--timeout", "3", "--json", "-q"],
                capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            return name, [], None, f"exit code {done.returncode}: {done.stderr.strip()[:100]}"
        result = json.loads(done.stdout)
        found = [f"{finding['level']} {finding['id']}" for finding in result["findings"]]
        return name, found, least(folder / "out"), result["run"]["problem"] or ""


def show(name: str, found: list[str], size: int | None, problem: str) -> None:
    bytes_changed = "-" if size is None else str(size)
    print(f"{name:30} {bytes_changed:>5}  {', '.join(found) or '-'}{problem and '  (' + problem + ')'}",
          flush=True)


def traps() -> list[str]:
    listed = subprocess.run([arguments.keyward, "serve", arguments.spec, "--list-faults"],
                            capture_output=True, text=True, check=True).stdout
    lines = listed[listed.index("Traps"):].splitlines()[1:]
    return [line.split()[0] for line in lines if line.startswith("  ")]


def main() -> int:
    kind, names = arguments.kind, arguments.names
    if kind == "clean":
        jobs = [(spec, spec, []) for spec in names or SPECS]
    else:
        names = names or (FAULTS if kind == "faults" else traps())
        jobs = [(name, arguments.spec, [f"--{kind[:-1]}", name]) for name in names]
    print(f"{kind:30} bytes  findings, {arguments.time} each")
    rows = []
    with ThreadPoolExecutor(arguments.at_once) as pool:
        for row in pool.map(lambda job: fuzz(*job), jobs):
            show(*row)
            rows.append(row)
    broken = sum(1 for *_, problem in rows if problem)
    blamed = [row for row in rows if any(not text.startswith(NOT_DOING) for text in row[1])]
    if kind != "faults":
        print(f"{len(blamed)} of {len(rows)} with a finding")
        return 1 if blamed or broken else 0
    large = [name for name, _, size, _ in blamed if size is not None and size > MOST_BYTES]
    print(f"{len(blamed)} of {len(rows)} found; more than {MOST_BYTES} bytes changed: {', '.join(large) or 'none'}")
    return 1 if 4 * len(blamed) < 3 * len(rows) or large or broken else 0


parser = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("kind", choices=("faults", "clean", "traps"))
parser.add_argument("names", nargs="*")
parser.add_argument("--time", default="60s")
parser.add_argument("--spec", default="fulcrum")
parser.add_argument("--at-once", type=int, default=2)
parser.add_argument("--keyward", type=Path, default=ROOT / "build/release/keyward")
arguments = parser.parse_args()
arguments.keyward = arguments.keyward.resolve()
sys.exit(main())
