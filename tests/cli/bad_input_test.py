#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input of every kind ends with a clear sentence and its exit code: bad_input_test.py KEYWARD."""

import re
import resource
import socket
import subprocess
import time
from pathlib import Path

import servers
import support
from support import Case, MINI, MINI_KEY, ROOT


class Targets(Case):
    """What answers wrongly, or not at all."""

    def test_missing_secret(self):
        done = self.keyward("run", MINI, "--target", "http://127.0.0.1:1")
        self.expect(done, 2, "missing: MINI_API_KEY", "--secrets-file")

    def test_missing_target(self):
        done = self.keyward("run", MINI, env={"MINI_API_KEY": MINI_KEY})
        self.expect(done, 2, "--target is missing")

    def test_wrong_host(self):
        done = self.run_mini("https://no-such-host.invalid")
        self.expect(done, 3, "https://no-such-host.invalid cannot be tested", "INCONCLUSIVE")

    def test_refused_connection(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        done = self.run_mini(f"http://127.0.0.1:{port}")
        self.expect(done, 3, f"http://127.0.0.1:{port} cannot be tested", "refused")

    def test_tls(self):
        cert, context = servers.certificate(self.folder)
        with servers.Scripted(servers.always("401 Unauthorized"), context) as url:
            self.expect(self.run_mini(url), 3, "cannot be tested", "ertificate")
            # Trusted, or unchecked, it is a server that refuses even the right key.
            for way in (("--cacert", cert), ("--insecure",)):
                self.expect(self.run_mini(url, *way), 3, "Wrong key")
            self.expect(self.run_mini(url, "--cacert", self.folder / "none.pem"), 2, "none.pem")

    def test_plain_http_where_tls_is_spoken(self):
        with servers.Scripted(servers.not_understood) as url:
            done = self.run_mini(url.replace("http:", "https:"))
            self.expect(done, 3, "cannot be tested")

    def test_target_hangs(self):
        with servers.Scripted(servers.hang) as url:
            begun = time.monotonic()
            self.expect(self.run_mini(url, "--timeout", "500ms"), 3, "does not answer within")
            self.assertLess(time.monotonic() - begun, 5)

    def test_target_closes_midway(self):
        with servers.Scripted(servers.close_midway) as url:
            self.expect(self.run_mini(url), 3, "INCONCLUSIVE", "things by key")

    def test_target_answers_500_to_everything(self):
        with servers.Scripted(servers.always("500 Internal Server Error")) as url:
            done = self.run_mini(url)
            self.expect(done, 3, "INCONCLUSIVE", "500")
            self.assertEqual(self.results()["findings"], [])

    def test_target_answers_200_to_everything(self):
        with servers.Scripted(servers.always("200 OK")) as url:
            done = self.run_mini(url)
            self.expect(done, 1, "things is open")
            findings = [finding["id"] for finding in self.results()["findings"]]
            self.assertEqual(findings, ["open-endpoint"])

    def test_wrong_key(self):
        target = self.serve(MINI)
        done = self.run_mini(target["KEYWARD_TARGET"], "--quiet", key="f" * 32)
        self.expect(done, 3)
        done = self.run_mini(target["KEYWARD_TARGET"], key="f" * 32)
        sentences = re.findall(r"Wrong key, or\s+wrong target\?", done.stdout)
        self.assertEqual(len(sentences), 1, done.stdout)
        self.assertEqual(self.results()["findings"], [])

    def test_nothing_run(self):
        target = self.serve(MINI)
        done = self.run_mini(target["KEYWARD_TARGET"], "--only", "no/such/case",
                             key=target["MINI_API_KEY"])
        self.expect(done, 3, "No case was run")

    def test_server_that_the_spec_does_not_know(self):
        done = self.run_mini("apu=http://127.0.0.1:1")
        self.expect(done, 2, "no server 'apu'", "did you mean 'api'?")

    def test_userinfo_in_a_target_is_not_repeated(self):
        done = self.run_mini("http://user:pa55word@127.0.0.1:1")
        self.expect(done, 2, "no userinfo")
        self.assertNotIn("pa55word", done.stdout + done.stderr)


class Rails(Case):
    """What a run refuses to do, without a byte sent."""

    def test_plaintext(self):
        self.expect(self.run_mini("http://192.0.2.1"), 4, "plain text", "--allow-plaintext")

    def test_production(self):
        self.expect(self.run_mini("https://mini.example"), 4, "production", "--allow-production")

    def test_stops_at_once(self):
        done = self.keyward("run", MINI, MINI, "--target", "http://192.0.2.1",
                            env={"MINI_API_KEY": MINI_KEY})
        self.expect(done, 4)
        self.assertEqual(done.stderr.count("plain text"), 1)


class Specs(Case):
    """A spec with any mistake is refused with its place, and by run as by lint."""

    def test_every_class_of_mistake(self):
        files = sorted((ROOT / "tests" / "spec" / "invalid").glob("*.yaml"))
        self.assertGreater(len(files), 80)
        for file in files:
            with self.subTest(file.name):
                for command in (("lint", file), ("run", file, "--target", "http://127.0.0.1:1")):
                    done = self.keyward(*command)
                    said = done.stdout + done.stderr
                    self.assertEqual(done.returncode, 2, said)
                    self.assertRegex(said, rf"{re.escape(file.name)}(:\d+:\d+)?: \S")

    def test_no_case_proves_a_requirement(self):
        file = self.folder / "unproved.yaml"
        file.write_text(MINI.read_text(encoding="utf-8") +
                        "  MINI-03: { says: The moon is round, section: Keys, provedBy: "
                        "things/key/compare/moon }\n", encoding="utf-8")
        done = self.keyward("lint", file)
        self.expect(done, 2, "unproved.yaml:22:3", "MINI-03")

    def test_lines_that_end_with_cr_alone(self):
        file = self.folder / "old.yaml"
        file.write_bytes(b"keyward: 1\ninfo: {\r title: Things }\n")
        self.expect(self.keyward("lint", file), 2, "old.yaml:2:8: a CR that ends no line")

    def test_nested_too_deeply(self):
        file = self.folder / "deep.yaml"
        file.write_text("a: " + "{a: " * 5000, encoding="utf-8")
        done = self.keyward("lint", file)
        self.expect(done, 2, "nested too deeply")
        self.assertLess(len(done.stdout), 1000)

    def test_missing_file_and_folder(self):
        self.expect(self.keyward("lint", "none.yaml"), 2, "none.yaml: there is no such file")
        self.expect(self.keyward("lint", "fulcrm"), 2, "did you mean 'fulcrum'?")
        self.expect(self.keyward("plan", self.folder), 2, "this is a folder")


class Files(Case):
    """Directories and files that do not take what is written."""

    def setUp(self):
        super().setUp()
        self.env = self.serve(MINI)

    def run_it(self, *arguments, **options):
        return self.run_mini(self.env["KEYWARD_TARGET"], *arguments,
                             key=self.env["MINI_API_KEY"], **options)

    def test_unwritable_output(self):
        (self.folder / "file").write_text("")
        self.expect(self.run_it("--out", "file/out"), 2, "file/out", "Not a directory")
        self.expect(self.run_it("--out", "/proc/keyward-out"), 2, "/proc/keyward-out")

    def test_unwritable_report(self):
        done = self.run_it("--report", "junit=none/junit.xml")
        self.expect(done, 2, "none/junit.xml", "create its directory first")
        self.assertEqual(done.stdout, "")  # before anything is sent
        done = self.run_it("--report", f"junit={self.folder}")
        self.expect(done, 2, f"junit={self.folder}: this is a directory; name a file in it")
        self.assertEqual(done.stdout, "")

    def test_report_into_a_full_device(self):
        self.expect(self.run_it("--report", "junit=/dev/full"), 2, "No space left on device")

    def test_standard_output_full(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([support.KEYWARD, "plan", MINI], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("No space left on device", done.stderr)

    def test_disk_full(self):
        """A file that may not grow fails as a full disk does, wherever the tests run."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        done = self.run_it(preexec_fn=limit)
        self.expect(done, 2, "cannot write", "journal.jsonl")

    def test_few_open_files(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        done = self.run_it("--jobs", "200", preexec_fn=limit)
        self.expect(done, 0, "PASS", "64 open files are allowed", "--jobs 10 in place of 200")

    def test_two_runs_into_one_directory(self):
        first = self.start("run", MINI, "--target", self.env["KEYWARD_TARGET"], "--rate", "50",
                           env={"MINI_API_KEY": self.env["MINI_API_KEY"]})
        journal = self.folder / "keyward-out" / "journal.jsonl"
        while not journal.exists() and first.poll() is None:
            time.sleep(0.01)
        self.expect(self.run_it(), 2, "keyward-out")
        first.terminate()
        first.communicate(timeout=support.PATIENCE)
        self.assertEqual(first.returncode, 130)

    def test_a_former_run_is_kept(self):
        self.expect(self.run_it(), 0)
        self.expect(self.run_it(), 0)
        self.assertTrue((self.folder / "keyward-out" / "journal.previous.jsonl").exists())

    def test_files_are_for_the_owner_alone(self):
        self.expect(self.run_it("--report", "junit,console"), 0)
        out = self.folder / "keyward-out"
        names = sorted(file.name for file in out.iterdir() if file.is_file())
        for name in ("journal.jsonl", "junit.xml", "results.json", "summary.txt"):
            self.assertIn(name, names)
            self.assertEqual((out / name).stat().st_mode & 0o077, 0, name)
        self.assertEqual(out.stat().st_mode & 0o077, 0)


class Secrets(Case):
    """Where secrets may come from."""

    def secrets_file(self, text: str, mode=0o600) -> Path:
        file = self.folder / "secrets"
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return file

    def test_secrets_file_goes_before_the_environment(self):
        env = self.serve(MINI)
        file = self.secrets_file("# of the target\n\n" +
                                 "".join(f"{name}={value}\n" for name, value in env.items()))
        done = self.keyward("run", MINI, "--secrets-file", file, env={"MINI_API_KEY": "f" * 32})
        self.expect(done, 0, "PASS")
        self.assertNotIn("others may read", done.stderr)

    def test_secrets_file_names_a_value_twice(self):
        file = self.secrets_file("MINI_API_KEY=" + "a" * 32 + "\nMINI_API_KEY=" + "b" * 32 + "\n")
        done = self.run_mini("http://192.0.2.1", "--secrets-file", file)
        self.expect(done, 2, "secrets:2:1", "MINI_API_KEY stands in this file twice")

    def test_value_with_a_line_break(self):
        done = self.keyward("run", MINI, "--target", "http://192.0.2.1",
                            env={"MINI_API_KEY": "a" * 32 + "\nHost: elsewhere"})
        self.expect(done, 2, "MINI_API_KEY has a line break in it")

    def test_certificate_that_is_none(self):
        file = self.folder / "ca.txt"
        file.write_text("no certificate\n", encoding="utf-8")
        for flag in ("--cacert", "--cert", "--key"):
            done = self.run_mini("https://127.0.0.1:1", flag, file)
            self.expect(done, 2, f"{flag}: ", "is no PEM file")

    def test_secrets_file_that_others_may_read(self):
        file = self.secrets_file("", mode=0o644)
        done = self.run_mini("http://192.0.2.1", "--secrets-file", file)
        self.expect(done, 4, f"chmod 600 {file}")

    def test_secret_too_short_to_be_hidden(self):
        env = self.serve(MINI)
        done = self.keyward("run", MINI, "--target", env["KEYWARD_TARGET"],
                            env={"MINI_API_KEY": "f0"})
        self.expect(done, 3, "MINI_API_KEY: a secret of fewer than 4 bytes is not hidden")

    def test_secrets_file_with_a_mistake(self):
        secret = "c0ffee" * 6
        for text, words in ((f"A=1\n{secret}\n", "secrets:2:1: this line is not NAME=value"),
                            (f"export A={secret}\n", "without export")):
            done = self.run_mini("http://192.0.2.1", "--secrets-file", self.secrets_file(text))
            self.expect(done, 2, words)
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_secrets_file_that_is_not_there(self):
        done = self.run_mini("http://192.0.2.1", "--secrets-file", "none")
        self.expect(done, 2, "none: the secrets file cannot be read: No such file")


class Hooks(Case):
    """Commands of the operator's that do not do their part."""

    def run_with(self, reset: str, *arguments):
        env = self.serve("activeprospect")
        return self.keyward("run", "activeprospect", "--target", env.pop("KEYWARD_TARGET"),
                            "--only", "*/rotation-*", "--only", "*/control/*",
                            "--hook", f"reset_key={reset}", "--hook", "login=echo '{}'",
                            *arguments, env=env)

    def test_hooks_that_fail(self):
        for reset, arguments, words in (
                ("echo secret-of-the-hook >&2; exit 3", (), "it exited with 3"),
                ("sleep 30", ("--hook-timeout", "200ms"), "it took too long"),
                ("echo '[]'", (), "must print"), ("kill -9 $$", (), "signal 9")):
            with self.subTest(reset):
                done = self.run_with(reset, "-v", *arguments)
                self.expect(done, 3, words)
                self.assertNotIn("secret-of-the-hook", done.stdout + done.stderr)

    def test_environment_of_a_hook(self):
        done = self.run_with("env > hook.env; exit 1")
        self.expect(done, 3)
        lines = (self.folder / "hook.env").read_text(encoding="utf-8").splitlines()
        self.assertIn("KEYWARD_HOOK=reset_key", lines)
        self.assertTrue(any(line.startswith("ACTIVEPROSPECT_API_KEY=") for line in lines))

    def test_unknown_hook(self):
        self.expect(self.run_mini("http://127.0.0.1:1", "--hook", "x=true"), 2, "no hook 'x'")


if __name__ == "__main__":
    support.main()
