# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the program, the specs, the reference target."""

import json
import os
import pty
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MINI = HERE / "mini.yaml"
MINI_KEY = "0123456789abcdef0123456789abcdef"
KEYWARD = ""  # the program; main() sets it
PATIENCE = 50  # seconds until a command counts as hanging


def clean_environment() -> dict[str, str]:
    """The environment without what a developer may have set for Keyward."""
    ours = ("FULCRUM_", "APPCIRCLE_", "ACTIVEPROSPECT_", "SOCIOCS_", "MINI_", "KEYWARD_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Case(unittest.TestCase):
    """A test with a folder of its own, in which the program runs."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="keyward-cli-")
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def start(self, *arguments, env=None, **options) -> subprocess.Popen:
        """Starts the program; it does not outlive the test."""
        process = subprocess.Popen(
            [KEYWARD, *map(str, arguments)], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**clean_environment(), **(env or {})}, **options)

        def end():
            process.kill()
            process.communicate()
        self.addCleanup(end)
        return process

    def keyward(self, *arguments, env=None, **options) -> subprocess.CompletedProcess:
        process = self.start(*arguments, env=env, **options)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"{process.args} hangs\n{out}{err}")
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def on_terminal(self, *arguments, env=None) -> tuple[int, bytes]:
        """Runs the program on a terminal: its exit code, and what stands there."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [KEYWARD, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=theirs, stderr=theirs,
            env={**clean_environment(), "TERM": "xterm", **(env or {})})
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux says that the other side has closed
            pass
        os.close(ours)
        return process.wait(PATIENCE), shown

    def run_mini(self, target: str, *arguments, key=MINI_KEY, **options):
        return self.keyward("run", MINI, "--target", target, *arguments,
                            env={"MINI_API_KEY": key}, **options)

    def expect(self, done: subprocess.CompletedProcess, code: int, *words: str):
        """The exit code, and words that must be found on standard error or in the summary."""
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, code, said)
        for word in words:
            self.assertIn(word, said)

    def results(self, out="keyward-out") -> dict:
        return json.loads((self.folder / out / "results.json").read_text(encoding="utf-8"))

    def serve(self, spec, *arguments) -> dict[str, str]:
        """Starts the reference target until the end of the test; the names it printed."""
        process = self.start("serve", spec, *arguments)
        env = {}
        for line in process.stdout:
            if line.startswith("#"):
                return env
            name, _, value = line.rstrip("\n").partition("=")
            env[name] = value
        self.fail(f"the reference target did not start: {process.stderr.read()}")
        return env


def main():
    global KEYWARD
    KEYWARD = str(Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)
