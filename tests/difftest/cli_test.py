#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""keyward difftest from outside, and its pages: cli_test.py KEYWARD ROOT PLUGINS.

docs/disagreements.md is what the program prints where the libraries have the versions that the
page names; elsewhere the test says which differ, and compares what they have in common.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

KEYWARD, ROOT, PLUGINS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
NAIVE = str(PLUGINS / "naive.so")
COMMAS = f"pipe:{sys.executable} {ROOT}/fuzz/plugin/examples/commas.py"
MISBEHAVING = f"pipe:{sys.executable} {ROOT}/tests/difftest/misbehaving.py"
CONFUSING = "http://a@b:80@c/"


def difftest(*arguments, patience=120):
    return subprocess.run([KEYWARD, "difftest", *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=patience)


class Difftest(unittest.TestCase):
    def expect(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stdout + done.stderr)

    def json(self, *arguments, code):
        done = difftest(*arguments, "--json")
        self.expect(done, code)
        return json.loads(done.stdout)

    def test_grid_shows_who_believes_what(self):
        done = difftest(CONFUSING, "--plugin", NAIVE)
        self.expect(done, 1)
        lines = [line.split() for line in done.stdout.splitlines()]
        self.assertIn(["verdict", "scheme", "user", "password", "host", "port", "path", "parsers"],
                      [[word for word in line if word not in ("query", "fragment")]
                       for line in lines])
        naive = next(line for line in lines if line[:1] == ["accept"] and line[-1] == "naive")
        self.assertEqual(naive[1:8], ["http", "a", "-", "b", "80@c", "/", "?"])
        refusing = next(line for line in lines if line[:1] == ["reject"])
        self.assertIn("keyward", " ".join(refusing))

    def test_json(self):
        report = self.json(CONFUSING, "--plugin", NAIVE, code=1)
        self.assertEqual(report["schema"], "keyward.difftest/1")
        names = [parser["name"] for parser in report["parsers"]]
        self.assertEqual(names, sorted(names))
        for name in ("boost_url", "keyward", "libcurl", "naive"):
            self.assertIn(name, names)
        [row] = report["inputs"]
        self.assertEqual((row["grammar"], row["input"]), ("url", CONFUSING))
        answers = {answer["parser"]: answer for answer in row["answers"]}
        self.assertEqual(answers["keyward"], {"parser": "keyward", "verdict": "reject"})
        self.assertIn(["port", "raw", "80@c"], answers["naive"]["fields"])
        self.assertIn(["query", "unknown", ""], answers["naive"]["fields"])
        self.assertIn({"signature": "keyward-naive-url-verdict-naive", "class": "verdict",
                       "explained": []}, row["differences"])
        signatures = {each["signature"] for each in row["differences"]}
        self.assertEqual(signatures, {each["signature"] for each in report["signatures"]})

    def test_bytes_survive(self):
        with tempfile.TemporaryDirectory() as folder:
            urls = Path(folder) / "urls.txt"
            urls.write_bytes(b"http://h/\xe9\n")
            report = self.json("--urls", str(urls), "--parsers", "keyward", code=0)
        self.assertEqual(report["inputs"][0]["input"], "http://h/\xe9")
        self.assertEqual(report["inputs"][0]["source"], "urls.txt:1")

    def test_headers(self):
        with tempfile.TemporaryDirectory() as folder:
            headers = Path(folder) / "headers.txt"
            headers.write_text('Authorization: Basic YTpi\nWWW-Authenticate: Basic realm="a, b"\n')
            report = self.json("--headers", str(headers), "--plugin", COMMAS, "--severity", "part",
                               code=1)
        basic, challenge = report["inputs"]
        self.assertEqual(basic["grammar"], "authorization")
        self.assertIn(["password", "decoded", "b"], basic["answers"][0]["fields"])
        self.assertEqual([each["signature"] for each in challenge["differences"]],
                         ["commas-keyward-challenge-part-count"])

    def test_severity_decides_the_exit_code(self):
        self.expect(difftest("http://H/", "--severity", "spelling"), 1)
        self.expect(difftest("http://H/", "--severity", "empty"), 0)

    def test_misbehaviour_is_a_finding_and_the_run_goes_on(self):
        report = self.json("hang", "noise", "end", "http://h/", "--plugin", MISBEHAVING,
                           "--parsers", "keyward", "--timeout", "2", code=1)
        found = [[each["signature"] for each in row["differences"]] for row in report["inputs"]]
        self.assertEqual(found[0], ["pipe-url-conduct-hang"])
        self.assertEqual(found[1], ["pipe-url-conduct-garbage"])
        self.assertEqual(found[2], ["pipe-url-conduct-crash"])
        self.assertEqual([answer["verdict"] for answer in report["inputs"][3]["answers"]],
                         ["accept", "accept"])

    def test_mistakes(self):
        with tempfile.TemporaryDirectory() as folder:
            quirks = Path(folder) / "quirks.yaml"
            quirks.write_text("quirks:\n  - id: a\n    clas: host\n")
            for arguments, words in (
                    (("x", "--plugin", "./none.so"), "./none.so: it ended before it greeted"),
                    (("x", "--plugin", NAIVE, "--plugin", NAIVE), "there is another parser 'naive'"),
                    (("--urls", "none.txt"), "none.txt: cannot be read"),
                    (("--vectors", folder), "url.yaml: cannot be read"),
                    (("--quirks", str(quirks)), f"{quirks}:3:5: there is no key 'clas'"),
                    (("x", "--parsers", "none"), "no parser to ask"),
                    (("x", "--grammar", "uri"), "'uri' is not url, query"),
                    (("x", "--severity", "high"), "'high' is not spelling")):
                with self.subTest(arguments):
                    self.expect(difftest(*arguments), 2, words)

    def test_vectors_leave_nothing_of_weight_unexplained(self):
        """With every parser that is here; findings and quirks are about versions and standards."""
        done = difftest()
        page = (ROOT / "docs/disagreements.md").read_text()
        other = different_versions(page, done.stdout)
        if other:
            print(f"other versions than docs/disagreements.md has: {', '.join(other)}")
            self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        else:
            self.expect(done, 0)


def table(text, heading):
    """The rows of the first Markdown table behind a heading, as lists of cells."""
    lines = text.partition(heading)[2].lstrip("\n").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| ---"))
    rows = []
    for line in lines[start + 1:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip(" `") for cell in line.strip("|").split(" | ")])
    return rows


def different_versions(page, printed):
    """Parsers that the page has in another version than the program, or that one of them lacks."""
    ours = {line.split("  ")[0].strip(): re.split(r"  +", line)[1]
            for line in printed.partition("\n\n")[0].splitlines()[1:] if "  " in line}
    theirs = {row[0]: row[1] for row in table(page, "## Who is asked")}
    return sorted(name for name in ours.keys() | theirs.keys()
                  if ours.get(name) != theirs.get(name))


class Pages(unittest.TestCase):
    def test_examples_are_in_the_page(self):
        page = (ROOT / "docs/plugins.md").read_text()
        for example in ("naive.cpp", "commas.py"):
            text = (ROOT / "fuzz/plugin/examples" / example).read_text()
            self.assertIn(f"\n{text}```\n", page, f"docs/plugins.md does not show {example} as it is")

    def test_disagreements_are_what_the_program_prints(self):
        page = (ROOT / "docs/disagreements.md").read_text()
        printed = difftest("--markdown").stdout
        generated = page.partition("## Who is asked\n\n")[2]
        self.assertTrue(generated)
        other = different_versions(page, difftest("http://h/").stdout)
        if not other:
            for quirk in re.findall(r"^  - id: (.*)$", (ROOT / "fuzz/quirks.yaml").read_text(), re.M):
                self.assertIn(quirk, generated, "it explains nothing on the vectors: delete it")
            self.assertEqual(generated, printed, "docs/disagreements.md is old: "
                             "keyward difftest --markdown prints what follows its first heading")
            return
        print(f"other versions than docs/disagreements.md has: {', '.join(other)}")
        of_others = lambda row: any(name in row[0].split("-") for name in other)  # noqa: E731
        for heading in ("## What is left",):
            ours = sorted(row[0] for row in table(printed, heading) if not of_others(row))
            theirs = sorted(row[0] for row in table(generated, heading) if not of_others(row))
            self.assertEqual(ours, theirs, heading)


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    unittest.main(argv=sys.argv[:1])
