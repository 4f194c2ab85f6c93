#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keyward against servers that share nothing with it: check.py KEYWARD [NAME …].

The four right servers must give no failure that matters and prove every requirement that can be
proved; each defect (serve.py --list-defects) must turn one of the rows red that it names. A NAME is
an API or a defect; without one, everything runs, a few at a time.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from serve import APIS
from service import DEFECTS

HERE = Path(__file__).resolve().parent
SPECS = HERE.parent.parent / "specs"
AT_ONCE = 4
PATIENCE = 80  # seconds for one run


class Server:
    """A server of this folder, from start to stop, and what it says of itself."""

    def __init__(self, api: str, defect: str | None):
        self.command = [sys.executable, "-B", HERE / "serve.py", api]
        self.command += ["--defect", defect] if defect else []

    def __enter__(self) -> dict[str, str]:
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, text=True,
                                        stdout=subprocess.PIPE, stderr=self.errors)
        names = {}
        for line in self.process.stdout:
            if line.startswith("#"):
                return names
            name, _, value = line.rstrip("\n").partition("=")
            names[name] = value
        raise RuntimeError(f"the server does not start: {self.said()}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def said(self) -> str:
        """What it printed on standard error: a right one, nothing."""
        self.errors.seek(0)
        return self.errors.read()


def clean_environment() -> dict[str, str]:
    """The environment without what a developer may have set for Keyward."""
    ours = tuple(f"{api.upper()}_" for api in APIS) + ("KEYWARD_",)
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def what_to_run(rows: tuple[str, ...]) -> list[str]:
    """Everything, but what waits: of that, only what is named."""
    if any("/lifecycle/" in row for row in rows):
        return ["--max-wait", "12", *(word for row in rows for word in ("--only", row))]
    return ["--skip", "*/lifecycle/*"]


def run(keyward: str, api: str, names: dict[str, str], folder: str,
        options: list[str]) -> tuple[int, str, dict]:
    command = [keyward, "run", SPECS / f"{api}.yaml", "--strict", "--out", Path(folder, "out"),
               *options]
    if settings := names.get("SETTINGS"):
        for hook in ("reset_key", "login"):
            command += ["--hook", f"{hook}=curl -sSf -X POST {settings}/{hook}"]
    done = subprocess.run(command, env={**clean_environment(), **names}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=PATIENCE)
    path = Path(folder, "out", "results.json")
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return done.returncode, done.stdout, results


def failures(results: dict) -> list[str]:
    """The cases whose failure matters: not those of level info."""
    return [case["id"] for case in results.get("cases", [])
            if case["verdict"] == "fail" and case["level"] in ("must", "should")]


def check_clean(code: int, results: dict, said: str) -> list[str]:
    wrong = [f"false alarm: {case}" for case in failures(results)]
    wrong += [f"undecided: {case['id']}: {case['actual']}" for case in results.get("cases", [])
              if case["verdict"] in ("inconclusive", "error")]
    wrong += [f"{name} is {each['state']}: {each['reason']}"
              for name, each in results.get("requirements", {}).items()
              if each["level"] != "info" and each["state"] != "proved"]
    if code != 0:
        wrong.append(f"exit {code}, wanted 0")
    if said:
        wrong.append(f"the server said: {said}")
    return wrong


def check_defect(name: str, code: int, results: dict) -> list[str]:
    defect, failed = DEFECTS[name], failures(results)
    seen = any(fnmatch.fnmatchcase(case, row) for case in failed for row in defect.rows)
    if defect.missed:
        return [f"caught, although listed as missed: {case}" for case in failed]
    if not seen:
        return [f"missed: {defect.says}", f"looked for {', '.join(defect.rows)}",
                *(f"failed: {case}" for case in failed[:12])]
    return [] if code == 1 else [f"exit {code}, wanted 1"]


def check(keyward: str, name: str) -> bool:
    started = time.monotonic()
    api = name if name in APIS else DEFECTS[name].api
    server = Server(api, None if name == api else name)
    with server as names, tempfile.TemporaryDirectory(prefix="keyward-independent-") as folder:
        options = [] if name == api else what_to_run(DEFECTS[name].rows)
        code, output, results = run(keyward, api, names, folder, options)
        said = server.said()
    wrong = check_clean(code, results, said) if name == api else check_defect(name, code, results)
    count = len(results.get("findings", []))
    verdict = "wrong" if wrong else "no false alarm" if name == api else \
        "missed, as expected" if DEFECTS[name].missed else "caught"
    lines = [f"{api}/{name}: {verdict}: {len(failures(results))} failures in {count} findings, "
             f"{time.monotonic() - started:.1f} s", *("  " + line for line in wrong)]
    if wrong and not results:
        lines.append(output)
    print("\n".join(lines), flush=True)
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs keyward against independent servers.")
    parser.add_argument("keyward", help="the program")
    parser.add_argument("names", nargs="*", metavar="NAME", help="an API or a defect")
    options = parser.parse_args()
    every = [*APIS, *DEFECTS]
    if unknown := set(options.names) - set(every):
        parser.error(f"no such API or defect: {' '.join(sorted(unknown))}")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        right = list(pool.map(lambda name: check(options.keyward, name), options.names or every))
    print(f"{sum(right)} of {len(right)} as they should be")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
