#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""keyward selftest from outside: what it kills, what survives and why, in every format."""

import json
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

import jsonschema

import support
from support import Case, HERE, MINI, ROOT

FEW = HERE / "few.yaml"
SCHEMA = json.loads((ROOT / "reports/schema/selftest.schema.json").read_text(encoding="utf-8"))
KILLED = "--only=prefix-n-4,open-endpoint,no-challenge,basic-no-colon,trap:pretty-json"
VOID = {"meta", "br"}


class Selftest(Case):
    def selftest(self, *arguments, **options):
        return self.keyward("selftest", *arguments, "--quick", **options)

    def matrix(self, code, *arguments) -> dict:
        done = self.selftest(*arguments, "--format", "json")
        self.expect(done, code)
        matrix = json.loads(done.stdout)
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        jsonschema.Draft202012Validator(SCHEMA).validate(matrix)
        self.assertEqual(matrix["exit_code"], code)
        return matrix

    def fates(self, matrix: dict) -> dict[str, str]:
        return {row["id"]: row["fate"] for row in matrix["faults"] + matrix["targets"]}

    def test_killed_and_quiet(self):
        matrix = self.matrix(0, MINI, KILLED)
        self.assertEqual(self.fates(matrix), {
            "prefix-n-4": "killed", "open-endpoint": "killed", "no-challenge": "killed",
            "basic-no-colon": "not applicable", "clean": "quiet", "trap:pretty-json": "quiet"})
        rows = {row["id"]: row for row in matrix["faults"]}
        self.assertEqual(rows["prefix-n-4"]["caught_by"][0]["row"], "prefix-n")
        self.assertIn("scheme: basic", rows["basic-no-colon"]["reason"])
        self.assertEqual(matrix["summary"]["killed"], 3)
        self.assertGreaterEqual(matrix["summary"]["findings_median"], 1)

    def test_text(self):
        done = self.selftest(MINI, KILLED)
        self.expect(done, 0, "PASS  Mini: 3 of 3 faults killed; 2 of 2 correct targets left alone",
                    "Faults    3 killed", "1 not applicable", "median 1, most ", "prefix-n-4")
        quiet = self.selftest(MINI, KILLED, "--quiet")
        self.assertEqual(quiet.stdout, done.stdout[:done.stdout.index("\n") + 1])
        self.assertEqual(quiet.stderr, "")

    def test_whole_plan(self):
        done = self.keyward("selftest", MINI, "--only", "prefix-n", "--jobs", "2", "--seed", "3")
        self.expect(done, 0, "1 of 1 fault killed")

    def test_survivor_and_what_to_state(self):
        """Of eight digits, a comparison of the first sixteen octets leaves nothing out."""
        matrix = self.matrix(1, FEW, "--only", "prefix-n,prefix-n-4")
        self.assertEqual(self.fates(matrix),
                         {"prefix-n": "survived", "prefix-n-4": "killed", "clean": "quiet"})
        done = self.selftest(FEW, "--only", "prefix-n")
        self.expect(done, 1, "FAIL  Few: 0 of 1 fault killed", "prefix-n passes in all its",
                    "`shape`")
        longer = self.folder / "longer.yaml"
        longer.write_text(FEW.read_text(encoding="utf-8").replace("{8}", "{40}"), encoding="utf-8")
        self.expect(self.selftest(longer, "--only", "prefix-n"), 0, "1 of 1 fault killed")

    def test_level_that_counts(self):
        """Where no document names the places, the secret in another field is a remark."""
        self.expect(self.selftest(FEW, "--only", "place-header"), 0, "(0 must, 0 should, 1 info)")
        self.expect(self.selftest(FEW, "--only", "place-header", "--level", "should"), 1,
                    "place-header fails at level info", "`level: should` with `provedBy")
        self.expect(self.selftest(FEW, "--only", "challenge-scheme", "--level", "must"), 1,
                    "challenge-scheme fails at level info", "a case of your own (`cases`)")

    def test_false_alarm(self):
        """A spec that promises what no target of its own can keep is not left alone."""
        wrong = self.folder / "wrong.yaml"
        wrong.write_text(MINI.read_text(encoding="utf-8").replace("rejected: { status: 401,",
                         "rejected: { status: 401, headers: { Content-Encoding: identity },"),
                         encoding="utf-8")
        deaf = self.selftest(wrong, "--only", "trap:gzip")
        self.expect(deaf, 1, "FAIL  Mini", "False alarms", "trap:gzip", "documented-headers")

    def test_page(self):
        page = self.folder / "matrix.html"
        done = self.selftest(FEW, "--only", "prefix-n,basic-swap,trap:gzip", "--format", "html",
                             "--out", page)
        self.expect(done, 1, "FAIL  Few: 0 of 1 fault killed")
        self.assertEqual(done.stdout.count("\n"), 1)
        self.assertEqual(page.stat().st_mode & 0o777, 0o600)
        text = page.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("<!doctype html>\n"))
        body = text.removeprefix("<!doctype html>\n")
        for name in VOID:  # HTML closes these by itself, XML does not
            pieces = body.split(f"<{name}")
            body = pieces[0] + "".join(f"<{name}" + p.replace(">", "/>", 1) for p in pieces[1:])
        root = ElementTree.fromstring(body)
        self.assertEqual(root.get("lang"), "en")
        self.assertFalse(list(root.iter("script")) + list(root.iter("link")) + list(root.iter("img")))
        for attribute in ("href", "src", "onclick"):
            self.assertIsNone(root.find(f".//*[@{attribute}]"))
        self.assertNotIn("url(", text)
        self.assertIn("prefers-color-scheme: dark", text)
        for table in root.iter("table"):
            self.assertTrue(table.find("caption").text)
            columns = table.findall("thead/tr/th[@scope='col']")
            for row in table.findall("tbody/tr"):
                self.assertEqual(len(list(row)), len(columns))
                self.assertEqual(row[0].get("scope"), "row")
        names = [row[0].text for row in root.iter("tr")]
        for name in ("prefix-n", "basic-swap", "clean", "trap:gzip"):
            self.assertIn(name, names)

    def test_mistakes(self):
        for arguments, words in (
                ((), "SPEC is missing"),
                (("fulcrmu",), "did you mean"),
                ((MINI, "--only", "prefx-n"), "no fault and no trap"),
                ((MINI, "--level", "most"), "'most' is not must, should or info"),
                ((MINI, "--format", "xml"), "xml"),
                ((MINI, "--jobs", "0"), "'0' is not between 1 and 1024")):
            with self.subTest(arguments):
                self.expect(self.selftest(*arguments), 2, words)
        self.expect(self.selftest(MINI, "--only", "prefix-n", "--out", "none/matrix.txt"), 2,
                    "none/matrix.txt")

    def test_interrupted(self):
        process = self.start("selftest", "fulcrum", "--only", "expir*")
        process.stderr.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=support.PATIENCE)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertIn("INTERRUPTED  Fulcrum API", out)

    def test_bar_on_a_terminal(self):
        code, shown = self.on_terminal("selftest", MINI, "--only", "prefix-n", "--quick")
        self.assertEqual(code, 0)
        self.assertRegex(shown, rb"\r\x1b\[Kruns \[-+\] 0/2")
        self.assertIn(b"\x1b[32;1mPASS", shown)

    def test_leaves_nothing_behind(self):
        done = self.selftest(MINI, "--only", "prefix-n", env={"TMPDIR": str(self.folder)})
        self.expect(done, 0)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    support.main()
