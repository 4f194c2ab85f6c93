#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs keyward against a real server: run.py SERVER KEYWARD (nginx or apache2; the program).

The server starts on loopback with fresh credentials (SERVER/start.sh), and two runs are made:
  1. with SERVER/SERVER.yaml as it stands: everything the server's documentation promises holds, and
     what it is known to do otherwise is listed under knownDeviations: exit 0;
  2. without that list: the deviations are real and Keyward sees them: exit 1.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 10  # seconds until a server listens, and until it has gone


def listens(target: str) -> bool:
    host, port = target.removeprefix("http://").split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


class Server:
    """A server of this folder, from start to stop: `with Server("nginx") as env: …`."""

    def __init__(self, name: str):
        self.name = name

    def __enter__(self) -> dict[str, str]:
        for _ in range(3):  # another program may take the port before the server does
            self.folder = Path(tempfile.mkdtemp(prefix=f"keyward-{self.name}-"))
            with open(self.folder / "start.out", "w", encoding="utf-8") as out:
                self.process = subprocess.Popen([HERE / self.name / "start.sh", self.folder],
                                                stdin=subprocess.DEVNULL, stdout=out)
            deadline = time.monotonic() + PATIENCE
            while self.process.poll() is None and time.monotonic() < deadline:
                lines = (self.folder / "start.out").read_text(encoding="utf-8").splitlines()
                env = dict(line.split("=", 1) for line in lines if "=" in line)
                if (self.folder / f"{self.name}.pid").exists() and listens(env["TARGET"]):
                    self.target = env["TARGET"]
                    return env
                time.sleep(0.05)
            self.stop()
        sys.exit(f"{self.name} does not start")

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
        log = self.folder / "error.log"
        self.log = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        shutil.rmtree(self.folder)


def expect(code: int, keyward: str, spec: Path, env: dict[str, str], out: Path) -> bool:
    command = [keyward, "run", spec, "--target", env["TARGET"], "--out", out]
    done = subprocess.run(command, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    right = done.returncode == code
    print(f"{spec.name}: exit {done.returncode}, wanted {code}")
    if not right:
        print(done.stdout)
    return right


def main(name: str, keyward: str) -> int:
    server = Server(name)
    with server as env, tempfile.TemporaryDirectory() as folder:
        spec = HERE / name / f"{name}.yaml"
        bare = Path(folder, f"{name}-without-deviations.yaml")
        bare.write_text(spec.read_text(encoding="utf-8").partition("\nknownDeviations:")[0] + "\n",
                        encoding="utf-8")
        right = [expect(0, keyward, spec, env, Path(folder, "as-known")),
                 expect(1, keyward, bare, env, Path(folder, "bare"))]
    if not all(right):
        print(server.log)
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
