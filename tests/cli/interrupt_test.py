#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A run that is stopped goes on with --resume, without a case lost or judged twice:
interrupt_test.py KEYWARD."""

import json
import os
import signal
import time
from collections import Counter

import servers
import support
from support import Case

SPEC = "sociocs"


class Interrupt(Case):
    def setUp(self):
        super().setUp()
        self.env = self.serve(SPEC)
        planned = self.keyward("plan", SPEC, "--format", "json", "--skip", "*/rotation-*")
        self.planned = {row["id"] for row in json.loads(planned.stdout)["rows"]}

    def journal(self) -> list[dict]:
        text = (self.folder / "keyward-out" / "journal.jsonl").read_text(encoding="utf-8")
        records = []
        for line in text.splitlines():
            try:
                records.append(json.loads(line))
            except ValueError:  # torn by kill -9; the program leaves it out as well
                continue
        return records

    def cases(self) -> Counter:
        return Counter(record["case"]["id"] for record in self.journal() if "case" in record)

    def begin(self):
        """A run that would take some five seconds, stopped while it judges."""
        process = self.start("run", SPEC, "--rate", "250/s", env=self.env)
        journal = self.folder / "keyward-out" / "journal.jsonl"
        deadline = time.monotonic() + support.PATIENCE
        while not journal.exists() or journal.read_bytes().count(b'{"case"') < 100:
            self.assertIsNone(process.poll(), "it ended before it could be stopped")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return process

    def finish_and_compare(self):
        before = self.cases()
        self.assertGreater(len(self.planned), len(before))
        self.expect(self.keyward("run", SPEC, "--resume", env=self.env), 0, "PASS")
        judged = [case["id"] for case in self.results()["cases"]]
        self.assertEqual(sorted(judged), sorted(self.planned))
        self.assertEqual([case for case, count in self.cases().items() if count > 1], [])

    def verdicts(self, out: str) -> dict[str, str]:
        return {case["id"]: case["verdict"] for case in self.results(out)["cases"]}

    def test_commands_that_cannot_be_resumed_end_at_once(self):
        pipe = self.folder / "spec.yaml"
        os.mkfifo(pipe)
        process = self.start("lint", pipe)
        time.sleep(0.3)  # it waits for the pipe's other end
        process.terminate()
        self.assertEqual(process.wait(timeout=5), -signal.SIGTERM)

    def test_ctrl_c(self):
        process = self.begin()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=support.PATIENCE)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn("--resume", err)
        self.assertTrue(self.results()["run"]["interrupted"])
        self.finish_and_compare()

    def test_terminated(self):
        process = self.begin()
        process.terminate()
        process.communicate(timeout=support.PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.finish_and_compare()

    def test_killed(self):
        process = self.begin()
        process.kill()
        process.communicate(timeout=support.PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        report = self.keyward("report", "keyward-out")
        self.expect(report, 130, "INTERRUPTED")
        self.finish_and_compare()
        resumed = self.verdicts("keyward-out")
        self.expect(self.keyward("run", SPEC, "--out", "whole", env=self.env), 0)
        self.assertEqual(resumed, self.verdicts("whole"))

    def test_one_wish_in_two_signals(self):
        process = self.begin()
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        _, err = process.communicate(timeout=support.PATIENCE)
        self.assertEqual(process.returncode, 130, err)
        self.assertTrue(self.results()["run"]["interrupted"])

    def test_second_signal_ends_at_once(self):
        with servers.Scripted(servers.hang) as url:
            process = self.start("run", support.MINI, "--target", url, "--timeout", "40",
                                 env={"MINI_API_KEY": support.MINI_KEY})
            time.sleep(0.3)
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=support.PATIENCE)
            self.assertEqual(process.returncode, 130)
            self.assertLess(time.monotonic() - begun, 5)

    def test_ends_while_all_wait_for_a_throttle(self):
        with servers.Scripted(servers.throttle_from(60)) as url:
            env = {"MINI_API_KEY": support.MINI_KEY}
            process = self.start("run", support.MINI, "--target", url, env=env)
            time.sleep(2)
            self.assertIsNone(process.poll())
            begun = time.monotonic()
            process.terminate()
            _, err = process.communicate(timeout=support.PATIENCE)
            self.assertEqual(process.returncode, 130, err)
            self.assertLess(time.monotonic() - begun, 2)
        self.assertTrue(self.results()["run"]["interrupted"])
        self.assertEqual([case for case, count in self.cases().items() if count > 1], [])
        self.assertNotIn("throttled", {record["case"].get("actual", "").split(" ")[0]
                                       for record in self.journal() if "case" in record})

    def test_resume_of_another_run(self):
        process = self.begin()
        process.terminate()
        process.communicate(timeout=support.PATIENCE)
        done = self.keyward("run", SPEC, "--resume", "--seed", "2", env=self.env)
        self.expect(done, 2, "cannot resume that run", "seed")
        done = self.keyward("run", SPEC, "--resume", "--depth", "quick", env=self.env)
        self.expect(done, 2, "cannot resume that run", "the depth was standard and is now quick")
        done = self.keyward("run", "fulcrum", "--resume", "--target", "http://127.0.0.1:1",
                            env={name: "x" for name in (
                                "FULCRUM_EMAIL", "FULCRUM_PASSWORD", "FULCRUM_API_KEY",
                                "FULCRUM_ORGANIZATION_ID")})
        self.expect(done, 2, "the spec has changed")

    def test_resume_of_nothing(self):
        done = self.keyward("run", SPEC, "--resume", "--out", "none", env=self.env)
        self.expect(done, 2, "there is no run in none")

    def test_resume_of_a_finished_run(self):
        self.expect(self.keyward("run", SPEC, env=self.env), 0)
        before = self.cases()
        self.expect(self.keyward("run", SPEC, "--resume", env=self.env), 0)
        self.assertEqual(self.cases(), before)

    def test_shards_together_are_the_whole(self):
        judged = []
        for shard in (1, 2, 3):
            out = f"out-{shard}"
            done = self.keyward("run", SPEC, "--shard", f"{shard}/3", "--out", out, env=self.env)
            self.expect(done, 0)
            judged += [case["id"] for case in self.results(out)["cases"]]
        self.assertEqual(sorted(judged), sorted(self.planned))


if __name__ == "__main__":
    support.main()
