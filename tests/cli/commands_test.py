#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each command does what its help says: commands_test.py KEYWARD."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
import xml.etree.ElementTree
from pathlib import Path

import support
from support import Case, MINI, ROOT

COMMANDS = ("run", "demo", "plan", "lint", "serve", "selftest", "explain", "replay", "report",
            "difftest", "fuzz")
SHIPPED = ("activeprospect", "appcircle", "fulcrum", "sociocs")


class Help(Case):
    def test_every_command_shows_an_example(self):
        overview = self.keyward("--help")
        self.expect(overview, 0, "Example:", "Exit codes:")
        for command in COMMANDS:
            self.assertRegex(overview.stdout, rf"\n  {command} +\w")
            done = self.keyward(command, "--help")
            self.expect(done, 0, f"Usage: keyward {command}", f"Example:\n  keyward {command}")
            self.assertEqual(done.stderr, "")

    def test_options_of_the_examples_exist(self):
        options = {command: self.keyward(command, "--help").stdout for command in COMMANDS}
        for text in list(options.values()):
            for example in text.partition("Example:\n")[2].splitlines():
                command = example.split()[1]
                for option in re.findall(r"--[a-z-]+", example):
                    self.assertIn(f"  {option}", options[command].partition("Example:")[0])

    def test_version(self):
        done = self.keyward("--version")
        self.assertRegex(done.stdout, r"^keyward \d+\.\d+\.\d+\n$")

    def test_mistakes(self):
        for arguments, words in (
                ((), "Usage: keyward"),
                (("rnu",), "there is no command 'rnu', did you mean 'run'?"),
                (("run", "--taget", "x"), "there is no option '--taget', did you mean '--target'?"),
                (("run", "x", "--ressume"), "did you mean '--resume'?"),
                (("run",), "SPEC is missing"),
                (("lint",), "SPEC is missing"),
                (("explain",), "ID is missing"),
                (("replay", "dir"), "CASE is missing"),
                (("replay", "dir", "case", "more"), "there is no argument 'more'"),
                (("run", "x", "--shard", "4/3"), "'4/3' is not i/n"),
                (("fuzz",), "SPEC is missing"),
                (("fuzz", "x", "--time", "long"), "'long' is not a time"),
                (("run", "x", "--seed", "0x10"), "'0x10' is not a decimal number"),
                (("run", "x", "--seed", "-1"), "'-1' is not a decimal number"),
                (("run", "x", "--timeout", "soon"), "'soon' is not seconds"),
                (("run", "x", "--timeout", "0"), "'0' is not seconds"),
                (("run", "x", "--rate", "fast"), "'fast' is not a rate"),
                (("run", "x", "--jobs", "0"), "'0' is not between 1 and 1024"),
                (("run", "x", "--hook", "login"), "'login' is not NAME=COMMAND"),
                (("run", "x", "--report", "junti=x"), "did you mean 'junit'?"),
                (("serve", "x", "--port", "99999"), "'99999' is not a port"),
                (("plan", "x", "--format", "xml"), "xml"),
                (("plan", "x", "--depth", "exhaustiv"), "did you mean 'exhaustive'?"),
                (("run", "x", "--depth", "Quick"), "did you mean 'quick'?"),
                (("demo", "--depth", "deep"), "there is no depth 'deep'"),
                (("selftest", "x", "--depth", "3"), "there are quick, standard and exhaustive"),
                (("serve", "fulcrum", "--fault", "prefx-n"), "did you mean 'prefix-n'?"),
                (("serve", "fulcrum", "--trap", "slwo"), "did you mean 'slow'?"),
                (("report", "none"), "there is no run in none")):
            with self.subTest(arguments):
                done = self.keyward(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")


class Plan(Case):
    def rows(self, *arguments) -> list[dict]:
        done = self.keyward("plan", *arguments, "--format", "json")
        self.expect(done, 0)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["counts"]["together"], len(answer["rows"]))
        return answer["rows"]

    def test_formats_agree(self):
        for spec in SHIPPED:
            ids = [row["id"] for row in self.rows(spec)]
            self.assertGreater(len(ids), 300)
            self.assertEqual(len(ids), len(set(ids)))
            text = self.keyward("plan", spec).stdout
            page = self.keyward("plan", spec, "--format", "markdown").stdout
            self.assertEqual(re.findall(r"^  (?:must|should|info) +\w+ +(\S+/\S+)", text, re.M), ids)
            self.assertEqual(re.findall(r"^\| \w+ \| \w+ \| `(\S+/\S+)`", page, re.M), ids)

    def test_filters(self):
        ids = [row["id"] for row in self.rows("fulcrum", "--only", "*/compare/*,*/basic/*",
                                              "--skip", "*/apiKeyQuery/*")]
        self.assertTrue(ids)
        for case in ids:
            self.assertRegex(case, r"/(compare|basic)/")
            self.assertNotIn("/apiKeyQuery/", case)

    def test_filters_that_match_nothing(self):
        done = self.keyward("plan", "fulcrum", "--only", "listForms/*/presense/*",
                            "--only", "*/compare/*", "--skip", "zzz*")
        self.expect(done, 0, "--only 'listForms/*/presense/*' matches no case of Fulcrum",
                    "did you mean 'presence' for 'presense'?", "--skip 'zzz*' matches no case")
        self.assertNotIn("compare/*'", done.stderr)
        for depth in ("quick", "exhaustive"):
            self.assertEqual(self.keyward("plan", "fulcrum", "--only", "*/presence/*,*/response/*",
                                          "--depth", depth).stderr, "")

    def test_depths(self):
        every = {}
        for depth in ("quick", "standard", "exhaustive"):
            every[depth] = {row["id"] for row in self.rows("fulcrum", "--depth", depth)}
        self.assertEqual(every["standard"], {row["id"] for row in self.rows("fulcrum")})
        self.assertLess(every["quick"], every["standard"])
        self.assertLess(every["standard"], every["exhaustive"])
        for arguments in ((), ("--depth", "quick")):
            answer = json.loads(self.keyward("plan", "fulcrum", *arguments, "--format",
                                             "json").stdout)
            counted = {depth: counts["together"] for depth, counts in answer["depths"].items()}
            self.assertEqual(counted, {depth: len(ids) for depth, ids in every.items()})
        text = self.keyward("plan", "fulcrum").stdout
        self.assertRegex(text, r"Cases by family\n +quick +standard +exhaustive\n")
        self.assertRegex(text, rf"\n  together +{' +'.join(str(n) for n in counted.values())}\n")

    def test_same_plan_each_time(self):
        self.assertEqual(self.keyward("plan", "appcircle").stdout,
                         self.keyward("plan", "appcircle").stdout)

    def test_catalogue(self):
        rows = self.rows("--catalogue")
        ids = [row["id"] for row in rows]
        self.assertEqual(len(ids), len(set(ids)))
        checks = sum(row["kind"] == "check" for row in rows)
        self.assertGreaterEqual(checks, 25)
        self.assertGreaterEqual(len(rows) - checks, 90)
        for row in rows:
            for member in ("id", "family", "says", "right", "why", "fix", "sources"):
                self.assertTrue(row[member], row)
        text = self.keyward("plan", "--catalogue").stdout
        for row in rows:
            self.assertIn(f"  {row['id']} ", text)


class Lint(Case):
    def test_shipped_specs_are_sound(self):
        done = self.keyward("lint", *SHIPPED)
        self.expect(done, 0)
        self.assertEqual(len(re.findall(r"^\S+\.yaml: 0 errors, \d+ warnings?$", done.stdout, re.M)),
                         len(SHIPPED))

    def test_caret_points_at_the_column(self):
        file = ROOT / "tests" / "spec" / "invalid" / "unknown-key.yaml"
        done = self.keyward("lint", file)
        self.expect(done, 2)
        lines = done.stdout.splitlines()
        column = int(re.match(rf"{re.escape(str(file))}:\d+:(\d+): ", lines[0])[1])
        self.assertEqual(lines[2].index("^"), 4 + column - 1)

    def test_json(self):
        done = self.keyward("lint", "--json", MINI, ROOT / "tests/spec/invalid/unknown-key.yaml")
        self.assertEqual(done.returncode, 2)
        problems = json.loads(done.stdout)
        self.assertEqual({problem["severity"] for problem in problems}, {"error", "warning"})
        for problem in problems:
            self.assertEqual(set(problem), {"file", "line", "column", "severity", "message"})


class Explain(Case):
    def test_every_kind(self):
        for name, words in (
                ("prefix-n", ("mutation prefix-n", "Why", "Fix", "Source", "fault prefix-n")),
                ("listForms/apiKeyHeader/compare/prefix-n.16", ("mutation prefix-n",)),
                ("resurrect", ("scenario resurrect",)),
                ("server-error", ("check server-error",)),
                ("refuse-404", ("trap refuse-404",)),
                ("FUL-AUTH-02", ("requirement FUL-AUTH-02", "fulcrum.yaml:", "Fulcrum",
                                 "Proved by"))):
            with self.subTest(name):
                self.expect(self.keyward("explain", name), 0, *words)

    def test_requirement_of_an_own_spec(self):
        self.expect(self.keyward("explain", "MINI-02", "--spec", MINI), 0, "is answered 401")

    def test_unknown(self):
        self.expect(self.keyward("explain", "prefx-n"), 2, "did you mean 'prefix-n'?")

    def test_all_that_there_is(self):
        ids = [row["id"] for row in json.loads(
            self.keyward("plan", "--catalogue", "--format", "json").stdout)["rows"]]
        faults = re.findall(r"^  (\S+)", self.keyward("serve", "--list-faults").stdout, re.M)
        self.assertGreater(len(faults), 100)
        for name in sorted({*ids, *faults}):
            done = self.keyward("explain", name)
            self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")


class Serve(Case):
    def test_prints_what_a_run_needs(self):
        """The printed command, with the printed lines in the environment, passes for each spec."""
        for spec in ("activeprospect", "sociocs"):
            with self.subTest(spec):
                process = self.start("serve", spec)
                env, command = {}, ""
                while not command:
                    line = process.stdout.readline().rstrip("\n")
                    self.assertTrue(line)
                    if line.startswith("#   keyward "):
                        command = line.removeprefix("#   keyward ")
                    elif not line.startswith("#"):
                        name, _, value = line.partition("=")
                        self.assertRegex(name, r"^[A-Z_]+$")
                        env[name] = value
                done = self.keyward(*shlex.split(command), "--out", f"out-{spec}", env=env)
                self.expect(done, 0, "PASS")
                untested = [
                    name for name, requirement in
                    self.results(f"out-{spec}")["requirements"].items()
                    if requirement["state"] != "proved"]
                self.assertEqual(untested, [])
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=support.PATIENCE)
                self.assertEqual(process.returncode, 0)

    def test_memory_is_kept_private(self):
        process = self.start("serve", MINI)
        process.stdout.readline()
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="utf-8")
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        # What may not be dumped belongs to root, whoever runs it.
        self.assertEqual(Path(f"/proc/{process.pid}/environ").stat().st_uid, 0)
        process.terminate()
        process.communicate(timeout=support.PATIENCE)

    def test_same_seed_same_credentials(self):
        first, second = (self.serve(MINI, "--seed", "7")["MINI_API_KEY"] for _ in range(2))
        self.assertEqual(first, second)
        self.assertNotEqual(first, self.serve(MINI)["MINI_API_KEY"])

    def test_port_that_is_taken(self):
        port = self.serve(MINI)["KEYWARD_TARGET"].rpartition(":")[2]
        self.expect(self.keyward("serve", MINI, "--port", port), 2, port)

    def test_faults_of_a_spec(self):
        everywhere = self.keyward("serve", "--list-faults").stdout
        here = self.keyward("serve", MINI, "--list-faults").stdout
        self.assertIn("basic-no-colon", everywhere)
        self.assertNotIn("basic-no-colon", here)
        self.assertIn("prefix-n", here)


class Fuzz(Case):
    CASE = "things/key/fuzz/truncated-input"

    def fuzz(self, env, *arguments):
        return self.keyward("fuzz", MINI, "--time", "1s", "--quiet", *arguments, env=env)

    def test_finding_its_reproducer_and_its_replay(self):
        env = self.serve(MINI, "--fault", "truncated-input")
        self.expect(self.fuzz(env), 1, "FAIL")
        finding = next(f for f in self.results()["findings"] if f["id"] == "truncated-input")
        self.assertIn(self.CASE, finding["cases"])
        reproducer = self.folder / "keyward-out" / "reproducers" / f"{self.CASE.replace('/', '--')}.json"
        self.assertEqual(len(json.loads(reproducer.read_text())["changes"]), 1)
        done = self.keyward("replay", "keyward-out", self.CASE, env=env)
        self.expect(done, 1, "GET /things", "< HTTP/1.1 200", "curl ", "The same verdict.")
        mended = self.serve(MINI)
        done = self.keyward("replay", "keyward-out", self.CASE, "--target",
                            mended["KEYWARD_TARGET"], env=mended)
        self.expect(done, 0, "now       pass", "then      fail", "Another verdict.")

    def test_resumed_it_goes_on_and_knows_what_it_found(self):
        env = self.serve(MINI, "--fault", "truncated-input")
        self.expect(self.fuzz(env), 1)
        first = self.results()["findings"]
        self.expect(self.fuzz(env, "--resume"), 1)
        self.assertLessEqual({f["id"] for f in first},
                             {f["id"] for f in self.results()["findings"]})
        self.assertTrue(list((self.folder / "keyward-out" / "corpus").glob("*.json")))
        self.expect(self.fuzz(env, "--resume", "--seed", "2"), 2, "cannot resume")

    def test_right_server(self):
        self.expect(self.fuzz(self.serve(MINI), "--corpus", "mine"), 0, "PASS")
        self.assertTrue(list((self.folder / "mine").glob("*.json")))

    def test_interrupted(self):
        env = self.serve(MINI)
        process = subprocess.Popen([support.KEYWARD, "fuzz", MINI, "--time", "60s"],
                                   cwd=self.folder, env={**support.clean_environment(), **env},
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        corpus = self.folder / "keyward-out" / "corpus"
        patience = time.monotonic() + support.PATIENCE
        while time.monotonic() < patience and not (corpus.exists() and any(corpus.iterdir())):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=support.PATIENCE)[1]
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("--resume", errors)


class ProbeLimits(Case):
    ROWS = ("*/robustness/no-rate-limit", "*/robustness/lockout-dos")

    def probe(self, *target, asked=True) -> dict[str, tuple[str, str]]:
        """Verdict and what was seen, by row, of one scheme."""
        env = self.serve(MINI, *target)
        only = [word for row in self.ROWS for word in ("--only", row)]
        self.keyward("run", MINI, *only, *(["--probe-limits"] if asked else []), env=env)
        return {case["mutation"]: (case["verdict"], case["actual"])
                for case in self.results()["cases"]}

    def test_it_is_not_done_unasked(self):
        for verdict, actual in self.probe(asked=False).values():
            self.assertEqual(verdict, "skipped")
            self.assertIn("--probe-limits", actual)

    def test_no_limit(self):
        seen = self.probe()
        self.assertEqual(seen["no-rate-limit"][0], "fail")
        self.assertEqual(seen["lockout-dos"], ("pass", "the right one is accepted"))

    def test_a_limit_is_seen_and_not_waited_out(self):
        seen = self.probe("--trap", "guess-limit")
        self.assertEqual(seen["no-rate-limit"][0], "pass")
        self.assertRegex(seen["no-rate-limit"][1], "^guesses are limited after [45][0-9]$")
        self.assertEqual(seen["lockout-dos"][0], "pass")

    def test_a_lock_out(self):
        self.assertEqual(self.probe("--fault", "lockout-dos")["lockout-dos"],
                         ("fail", "401 after 60 wrong ones"))


class RunReportReplay(Case):
    def setUp(self):
        super().setUp()
        self.env = self.serve(MINI, "--fault", "prefix-n-8")
        self.failing = "things/key/compare/prefix-n.8"

    def run_it(self, *arguments):
        return self.keyward("run", MINI, *arguments, env=self.env)

    def test_finding_and_its_curl_line(self):
        done = self.run_it("--strict")
        self.expect(done, 1, "FAIL", "Only the first bytes of the secret are compared")
        finding = next(f for f in self.results()["findings"] if f["id"] == "prefix-n")
        self.assertIn(self.failing, finding["cases"])
        curl = next(line for line in done.stdout.splitlines() if "$" in line and "curl" in line)
        shown = subprocess.run(["bash", "-c", curl[curl.index("curl"):]], check=True, text=True,
                               capture_output=True, env={**os.environ, **self.env})
        self.assertRegex(shown.stdout, r"^HTTP/1\.1 200 ")

    def test_reports(self):
        self.expect(self.run_it("--report", "junit,json=copy.json", "--report", "console=-"), 1)
        out = self.folder / "keyward-out"
        suites = xml.etree.ElementTree.parse(out / "junit.xml").getroot()
        self.assertTrue(list(suites.iter("failure")))
        first = (out / "results.json").read_bytes()
        self.assertEqual((self.folder / "copy.json").read_bytes(), first)
        (out / "results.json").unlink()
        self.expect(self.keyward("report", "keyward-out"), 1, "FAIL")
        self.assertEqual((out / "results.json").read_bytes(), first)

    def test_json_on_standard_output(self):
        done = self.run_it("--json", "--quiet")
        self.assertEqual(json.loads(done.stdout), self.results())
        self.assertEqual(done.stderr, "")

    def test_quiet(self):
        done = self.run_it("--quiet")
        self.assertEqual(done.stdout.count("\n"), 1)
        self.assertRegex(done.stdout, r"^FAIL  Mini: \d+ finding")
        self.assertEqual(done.stderr, "")

    def test_replay(self):
        self.expect(self.run_it(), 1)
        done = self.keyward("replay", "keyward-out", self.failing, env=self.env)
        self.expect(done, 1, "> GET /things HTTP/1.1", "> X-Key: «member.api_key",
                    "< HTTP/1.1 200", "curl ", "${MINI_API_KEY:0:8}", "The same verdict.")
        self.expect(self.keyward("replay", "keyward-out", self.failing + "x", env=self.env), 2,
                    f"did you mean {self.failing}?")
        self.expect(self.keyward("replay", "keyward-out", self.failing), 2, "MINI_API_KEY")

    def test_replay_of_bytes_that_are_no_text(self):
        self.expect(self.run_it(), 1)
        case = next(c["id"] for c in self.results()["cases"]
                    if c["mutation"] == "nul-truncate" and c["verdict"] != "skipped")
        done = self.keyward("replay", "keyward-out", case, env=self.env)
        self.assertRegex(done.stdout, r"\n\| 00000000  58 2d 4b 65 79 3a ")
        self.assertNotIn("\0", done.stdout)

    def test_replay_where_the_target_was_mended(self):
        self.expect(self.run_it(), 1)
        mended = self.serve(MINI)
        done = self.keyward("replay", "keyward-out", self.failing, "--target",
                            mended["KEYWARD_TARGET"], env=mended)
        self.expect(done, 0, "now       pass", "then      fail", "Another verdict.")

    def test_several_specs(self):
        other = self.serve("sociocs")
        target = (f"mini.{self.env['KEYWARD_TARGET']},"
                  f"sociocs.{other['KEYWARD_TARGET']}")
        env = {**other, **self.env, "KEYWARD_TARGET": ""}
        done = self.keyward("run", MINI, "sociocs", "--target", target, "--report",
                            "junit={spec}.xml", env=env)
        self.expect(done, 1, "FAIL  Mini", "PASS  Sociocs")
        for name in ("mini", "sociocs"):
            self.assertTrue((self.folder / "keyward-out" / name / "results.json").exists())
            self.assertTrue((self.folder / f"{name}.xml").exists())
        done = self.keyward("run", MINI, "sociocs", "--target", target, "--report",
                            "junit=one.xml", env=env)
        self.expect(done, 2, "{spec}")

    def test_progress_bar_on_a_terminal(self):
        for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
            code, shown = self.on_terminal("run", MINI, env={**self.env, **environment})
            self.assertEqual(code, 1)
            self.assertRegex(shown, rb"\r\x1b\[Kcases \[-+\] 0/\d+")
            self.assertEqual(b"\x1b[31;1mFAIL" in shown, coloured, shown[-300:])


class Demo(Case):
    def demo(self, spec: str):
        done = self.keyward("demo", spec, "--out", "demo")
        self.expect(done, 0, "PASS", "Planted in the target", "Found: ", "demo/results.json")
        self.assertTrue((self.folder / "demo" / "results.json").exists())
        return done

    def test_fulcrum(self):
        done = self.keyward("demo")
        self.expect(done, 0, "PASS  Fulcrum API", "prefix-n")

    def test_activeprospect(self):
        self.demo("activeprospect")

    def test_sociocs(self):
        self.demo("sociocs")

    def test_own_spec(self):
        self.demo(str(MINI))


class Objects(Case):
    """What a run makes, to have something that paths can name by {id}."""

    def test_what_destroys_its_object_is_given_one_of_its_own(self):
        spec = support.HERE / "objects.yaml"
        env = self.serve(spec)
        done = self.keyward("run", spec, "--quiet", "--out", "out", "--only",
                            "logIn/*/issued-works.deleteNote-session,showNote/account/control/*",
                            env=env)
        self.expect(done, 0)
        journal = (self.folder / "out/journal.jsonl").read_text(encoding="utf-8")
        read, destroyed = (set(re.findall(rf"{method} /notes/([^ ]+) HTTP", journal))
                           for method in ("GET", "DELETE"))
        self.assertTrue(read)
        self.assertTrue(destroyed)
        self.assertFalse(read & destroyed)


if __name__ == "__main__":
    support.main()
