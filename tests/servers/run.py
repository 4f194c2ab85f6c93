#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs keyward against real servers: run.py [--repeat N] KEYWARD [SERVER …].

KEYWARD is the program; without a SERVER, every folder here that has a start script is one, two at a
time. Each server starts on loopback with fresh credentials (SERVER/start.sh) and is run against with
SERVER/SERVER.yaml. What its documentation promises must hold; what it is known to do otherwise is
listed under knownDeviations. No case may fail or stay undecided beyond that list, of whatever level,
and a list that is there must show.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatchcase
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 30  # seconds until a server listens, and until it has gone
AT_ONCE = 2


def port_of(target: str) -> int:
    return int(target.rpartition(":")[2])


def listens(target: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port_of(target))) == 0


def processes(session: int) -> list[int]:
    """A server and its children: a start script is given a session of its own."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                found.append(int(folder.name))
        except ProcessLookupError:
            continue  # it ended while we looked
    return found


def listens_itself(session: int, target: str) -> bool:
    """Whether it is this server that listens there, and no other that took the port before it."""
    rows = [line.split() for table in Path("/proc/net").glob("tcp*")
            for line in table.read_text(encoding="ascii").splitlines()[1:]]
    listening = {f"socket:[{row[9]}]" for row in rows
                 if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port_of(target)}
    for process in processes(session):
        try:
            if any(os.readlink(fd) in listening for fd in Path(f"/proc/{process}/fd").iterdir()):
                return True
        except OSError:
            continue
    return False


class Server:
    """A server of this folder, from start to stop: `with Server("nginx") as env: …`."""

    def __init__(self, name: str):
        self.name = name
        self.log = ""

    def __enter__(self) -> dict[str, str]:
        for _ in range(3):  # another program may take the port before the server does
            self.folder = Path(tempfile.mkdtemp(prefix=f"keyward-{self.name}-"))
            with open(self.folder / "start.out", "w", encoding="utf-8") as out, \
                    open(self.folder / "start.err", "w", encoding="utf-8") as err:
                self.process = subprocess.Popen([HERE / self.name / "start.sh", self.folder],
                                                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                                start_new_session=True)
            deadline = time.monotonic() + PATIENCE
            while self.process.poll() is None and time.monotonic() < deadline:
                lines = (self.folder / "start.out").read_text(encoding="utf-8").splitlines()
                env = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z0-9_]+=", line))
                if "TARGET" in env and listens_itself(self.process.pid, env["TARGET"]):
                    self.target = env["TARGET"]
                    return env
                time.sleep(0.05)
            self.stop()
        sys.exit(f"{self.name} does not start\n{self.log}")

    def __exit__(self, *_):
        self.stop()
        if listens(self.target):
            sys.exit(f"{self.name} still listens at {self.target}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for child in processes(self.process.pid):  # that it did not end
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        logs = [self.folder / "start.err", self.folder / "error.log"]
        self.log = "".join(log.read_text(encoding="utf-8", errors="replace")
                           for log in logs if log.exists())
        shutil.rmtree(self.folder)


def deviations(spec: str) -> list[str]:
    """The globs of what a spec lists as known."""
    listed = spec.partition("\nknownDeviations:")[2].splitlines()
    lines = [line for line in listed if not line.lstrip().startswith("#")]
    return re.findall(r'"([^"]*/[^"]*)"', "\n".join(lines))


def complaints(code: int, results: dict, listed: list[str]) -> list[str]:
    """What is wrong with a run, in one line each. What deviates at times may stay undecided."""
    undecided = ("fail", "inconclusive", "error")
    found = [f"{case['id']}: {case['verdict']} ({case['level']}): {case['actual']}"
             for case in results.get("cases", [])
             if case["verdict"] in undecided and not case.get("deviation") and
             (case["verdict"] == "fail" or not any(fnmatchcase(case["id"], g) for g in listed))]
    if code != 0:
        found.append(f"exit {code}, wanted 0")
    if listed and not results.get("summary", {}).get("known_deviations"):
        found.append("no known deviation shows")
    return found


def run(keyward: str, name: str, seed: int) -> bool:
    server = Server(name)
    with server as env:
        # TARGET is a URL of HTTP/1.1; some servers give one of HTTP/2 as well.
        right = [run_against(keyward, server, env, seed, env["TARGET"])]
        if "HTTP2_TARGET" in env:
            flags = ["--http2"] + (["--cacert", env["CACERT"]] if "CACERT" in env else [])
            right.append(run_against(keyward, server, env, seed, env["HTTP2_TARGET"], *flags))
    if not all(right):
        print("\n".join(server.log.splitlines()[-40:]), flush=True)
    return all(right)


def run_against(keyward: str, server: Server, env: dict[str, str], seed: int, target: str,
                *flags: str) -> bool:
    started = time.monotonic()
    spec = HERE / server.name / f"{server.name}.yaml"
    with tempfile.TemporaryDirectory() as folder:
        command = [keyward, "run", spec, "--strict", "--seed", str(seed), "--target", target,
                   "--out", Path(folder, "out"), *flags]
        done = subprocess.run(command, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        path = Path(folder, "out", "results.json")
        results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    wrong = complaints(done.returncode, results, deviations(spec.read_text("utf-8")))
    summary = results.get("summary", {})
    stale = re.findall(r"the known deviation .* no longer shows", done.stdout) if not flags else []
    report = [f"{' '.join((server.name, *flags[:1]))}: {'not as documented' if wrong else 'as documented'}: "
              f"{summary.get('cases', 0)} cases, {summary.get('known_deviations', 0)} deviate as known, "
              f"{time.monotonic() - started:.1f} s",
              *("  " + line for line in stale + wrong)]
    if wrong:
        report.append(done.stdout)
    print("\n".join(report), flush=True)
    return not wrong


def main() -> int:
    # Backwards by name: verdaccio, whose tokens are waited for, comes first.
    every = sorted((path.parent.name for path in HERE.glob("*/start.sh")), reverse=True)
    parser = argparse.ArgumentParser(description="Runs keyward against real servers.")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="runs of each server")
    parser.add_argument("keyward", help="the program")
    parser.add_argument("servers", nargs="*", metavar="SERVER", help=f"of {' '.join(every)}")
    options = parser.parse_args()
    if unknown := set(options.servers) - set(every):
        parser.error(f"no such server: {' '.join(sorted(unknown))}")
    rounds = [(name, seed) for seed in range(1, options.repeat + 1)
              for name in options.servers or every]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        right = list(pool.map(lambda item: run(options.keyward, *item), rounds))
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
