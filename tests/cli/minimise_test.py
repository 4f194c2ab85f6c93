#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The least request that shows a finding, found and sent again; and an operation that anybody may
use: minimise_test.py KEYWARD."""

import re

import support
from servers import Scripted, heads
from support import Case, HERE, MINI, MINI_KEY, ROOT

OPTIONAL = HERE / "optional.yaml"
JSON = b'{"things":["one","two"],"count":2,"owner":"somebody"}'


def answer(connection, status: bytes, body: bytes):
    connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n"
                       b'WWW-Authenticate: Key realm="things"\r\n'
                       b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def key_of(head: bytes) -> bytes:
    found = re.search(rb"(?im)^x-key:[ \t]*(.*?)[ \t]*\r?$", head)
    return found[1] if found else b""


def server(opens):
    """Answers with the things where `opens` says so of the key, else 401."""
    def script(connection):
        for head in heads(connection):
            if opens(key_of(head)):
                answer(connection, b"200 OK", JSON)
            else:
                answer(connection, b"401 Unauthorized", b'{"error":"no"}')
    return Scripted(script)


class Minimise(Case):
    def finding(self, row: str, out="keyward-out") -> dict:
        found = [f for f in self.results(out)["findings"] if f["id"] == row]
        self.assertEqual(len(found), 1, row)
        return found[0]

    def run_served(self, env, *arguments):
        return self.keyward("run", MINI, *arguments, env=env)

    def test_least_request(self):
        env = self.serve(MINI, "--fault", "prefix-n-4")
        done = self.run_served(env)
        self.expect(done, 1, "${MINI_API_KEY:0:")
        minimal = self.finding("prefix-n")["reproducer"]["minimal"]
        self.assertIn("header User-Agent", minimal["trim"])
        self.assertIn("header Accept", minimal["trim"])
        self.assertRegex(minimal["trim"][-1], r"^change \d+\+1$", "one byte stays changed")
        self.assertLessEqual(minimal["requests"], 40)
        self.assertNotIn("Accept", minimal["request"])
        self.assertIn(minimal["curl"], done.stdout)
        self.assertRegex(minimal["curl"], r"\$\{MINI_API_KEY:\d+:\d+\}")

    def test_replay_sends_it(self):
        env = self.serve(MINI, "--fault", "prefix-n-4")
        self.run_served(env)
        case = self.finding("prefix-n")["reproducer"]["case"]
        done = self.keyward("replay", "keyward-out", case, env=env)
        self.expect(done, 1, "The same verdict.", "The least request that shows it")
        self.assertNotIn("> Accept", done.stdout)

    def test_no_secret_in_what_is_kept(self):
        env = self.serve(MINI, "--fault", "prefix-n-4")
        self.run_served(env)
        key = env["MINI_API_KEY"]
        for path in (self.folder / "keyward-out").iterdir():
            if not path.is_file():
                continue
            text = path.read_text(encoding="utf-8")
            for at in range(len(key) - 8):
                self.assertNotIn(key[at:at + 8], text, path)

    def test_one_of_many_names_is_believed(self):
        """A script is played again whole; of the fields it adds, the one that counts stays."""
        spec = ROOT / "specs/fulcrum.yaml"
        env = self.serve(spec, "--fault", "cross-tenant-list")
        self.expect(self.keyward("run", spec, "--only", "*/authz/cross-tenant-list*", env=env), 1)
        reproducer = self.finding("cross-tenant-list")["reproducer"]
        self.assertIn("header X-User-Id", reproducer["minimal"]["trim"])
        self.assertRegex(reproducer["minimal"]["curl"],
                         r'-H "X-Tenant-Id: [^"]*" -H "X-ApiToken: [^"]*" http')
        self.assertLessEqual(reproducer["minimal"]["requests"], 20)
        done = self.keyward("replay", "keyward-out", reproducer["case"], env=env)
        self.expect(done, 1, "The same verdict.", "cut: header X-Org-Id")

    def test_switched_off(self):
        env = self.serve(MINI, "--fault", "prefix-n-4")
        self.run_served(env, "--no-minimise")
        self.assertNotIn("minimal", self.finding("prefix-n")["reproducer"])

    def test_clean_target_is_sent_nothing_more(self):
        counts = []
        for flags in ((), ("--no-minimise",)):
            env = self.serve(MINI)
            self.expect(self.run_served(env, *flags), 0)
            counts.append(self.results()["summary"]["exchanges"])
        self.assertEqual(*counts)

    def test_unsteady_target_keeps_its_request(self):
        """Lets each key that only begins right through the first time it comes, and never again."""
        seen = set()

        def opens(key: bytes) -> bool:
            if key == MINI_KEY.encode():
                return True
            wrong = sum(a != b for a, b in zip(key.lower(), MINI_KEY.encode()))
            alike = len(key) == len(MINI_KEY) and wrong >= 8  # not one character off, nor its case
            new = key not in seen and alike and key.startswith(MINI_KEY[:8].encode())
            seen.add(key)
            return new
        with server(opens) as url:
            self.run_mini(url)
        finding = self.finding("prefix-n")
        self.assertNotIn("minimal", finding["reproducer"])
        self.assertTrue(finding["reproducer"]["curl"])


class OptionalKey(Case):
    KEY = "fedcba9876543210fedcba9876543210"

    def check(self, opens, *, code: int) -> set[str]:
        with server(opens) as url:
            done = self.keyward("run", OPTIONAL, "--target", url, env={"OPTIONAL_API_KEY": self.KEY})
        self.expect(done, code)
        return {finding["id"] for finding in self.results()["findings"]
                if finding["level"] != "info"}

    def test_whatever_is_done_with_a_wrong_key_is_right(self):
        self.assertEqual(self.check(lambda key: True, code=0), set())
        self.assertEqual(self.check(lambda key: key in (b"", self.KEY.encode()), code=0), set())

    def test_nobody_is_let_in_without_a_key(self):
        self.check(lambda key: key == self.KEY.encode(), code=1)

    def test_the_key_is_refused(self):
        self.check(lambda key: key == b"", code=3)

    def test_a_wrong_key_is_refused_and_nearly_the_right_one_is_not(self):
        right = self.KEY.encode()
        found = self.check(lambda key: key == b"" or key[:8] == right[:8], code=1)
        self.assertIn("prefix-n", found)

    def test_the_document_says_what_becomes_of_a_wrong_key(self):
        spec = self.folder / "told.yaml"
        spec.write_text(OPTIONAL.read_text(encoding="utf-8").rstrip("\n") + """
  OPT-02: { says: A wrong key is refused, section: Keys, provedBy: ["*/key/compare/checksum-only"] }
""", encoding="utf-8")
        with server(lambda key: True) as url:
            done = self.keyward("run", spec, "--target", url, env={"OPTIONAL_API_KEY": self.KEY})
        self.expect(done, 1, "OPT-02")


if __name__ == "__main__":
    support.main()
