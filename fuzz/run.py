#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs fuzz targets that are built, and says on one screen what came of it; exits 1 at a finding.

run.py [TARGET] [SECONDS]      libFuzzer on one target, or on each; SECONDS are for each (60)
run.py --processor …           SECONDS are of processor time, however busy the machine is
run.py --engine afl …          the same targets under AFL++
run.py --coverage [SECONDS]    runs the parsers' targets for SECONDS in all (60), replays what they
                               found in a build with source coverage, writes a page and prints how
                               much of harness/syntax was reached

What is found goes to build/fuzz/findings, what the engines learn to build/fuzz/learned. A target
diff_… compares parsers: what they disagree about, unexplained, goes to build/fuzz/disagreements,
an input a signature, and is a finding only where a parser crashes.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from make_corpus import DIFFERENTIAL, MAX_LEN, ROOT, TARGETS

WORK = ROOT / "build/fuzz"
OTHERS = ("response", "spec", "journal")  # not of harness/syntax
SANITIZERS = {"ASAN_OPTIONS": "malloc_context_size=4:quarantine_size_mb=16",
              "UBSAN_OPTIONS": "print_stacktrace=1"}
HEAD = f"{'target':16} {'executions':>12} {'exec/s':>9} {'cpu s':>7} {'edges':>7} {'inputs':>7}  findings"


def row(target: str, executions: int, clock: "Clock", edges: str, inputs: int, findings: int) -> str:
    seconds, processor = clock.read()
    return (f"{target:16} {executions:12,} {executions / seconds:9,.0f} {processor:7.0f} {edges:>7} "
            f"{inputs:7,}  {findings if findings else '-'}")


class Clock:
    """Seconds since it was made, of the wall and of the children's processor time."""

    def __init__(self):
        self.started = time.monotonic(), self.processor()

    @staticmethod
    def processor() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def read(self) -> tuple[float, float]:
        return max(time.monotonic() - self.started[0], 0.001), self.processor() - self.started[1]


def folders(target: str) -> list[Path]:
    """Where inputs come from: the seeds, and the regressions if there are some."""
    regressions = ROOT / "fuzz/regressions" / target
    return [arguments.build / "fuzz/corpus" / target, *([regressions] if regressions.is_dir() else [])]


def dictionary(target: str) -> Path:
    return ROOT / f"fuzz/dictionaries/{DIFFERENTIAL.get(target, target)}.dict"


def findings_of(target: str) -> list[Path]:
    return sorted((WORK / "findings").glob(f"{target}-*"))


def show_findings(target: str, new: list[Path]) -> None:
    for path in new:
        print(f"  {path.relative_to(ROOT)}")
        print(f"  to see it: {arguments.build}/fuzz_{target} {path.relative_to(ROOT)}")


def run_libfuzzer(target: str, seconds: int) -> int:
    learned = WORK / "learned" / target
    learned.mkdir(parents=True, exist_ok=True)
    (WORK / "findings").mkdir(exist_ok=True)
    disagreements = WORK / "disagreements" / target
    if target in DIFFERENTIAL:
        disagreements.mkdir(parents=True, exist_ok=True)
    before = findings_of(target)
    clock, left, executions, failed = Clock(), float(seconds), 0, False
    timeout = 600 if arguments.processor else 10  # the engine knows the wall's clock alone
    log_file = WORK / f"{target}.log"
    log_file.unlink(missing_ok=True)
    while left >= 1 and not failed:  # left: seconds of the wall
        done = subprocess.run(
            [arguments.build / f"fuzz_{target}", f"-max_total_time={left:.0f}",
             f"-timeout={timeout}", f"-report_slow_units={timeout}",
             f"-max_len={MAX_LEN.get(target, 500)}", f"-artifact_prefix={WORK}/findings/{target}-",
             f"-dict={dictionary(target)}", "-print_final_stats=1", learned, *folders(target)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            env=os.environ | SANITIZERS | {"KEYWARD_FINDINGS": str(disagreements)})
        log = done.stdout.decode(errors="replace")
        with log_file.open("a") as file:
            file.write(log)
        count = re.search(r"stat::number_of_executed_units: *(\d+)", log)
        executions += int(count[1]) if count else 0
        edges = re.findall(r"cov: (\d+)", log)
        failed = done.returncode != 0
        wall, processor = clock.read()
        left = (seconds - processor) * wall / processor if arguments.processor else 0
    new = [path for path in findings_of(target) if path not in before]
    found = len(new) or int(failed)
    print(row(target, executions, clock,
              edges[-1] if edges else "-", len(list(learned.iterdir())), found), flush=True)
    if found:
        print(*[f"  {line[:160]}" for line in log.splitlines()
                if line.startswith("breach:") or "ERROR: " in line][:3], sep="\n")
    show_findings(target, new)
    if target in DIFFERENTIAL:
        print(f"  {len(list(disagreements.iterdir()))} unexplained signatures in {disagreements.relative_to(ROOT)}")
    return found


def run_afl(target: str, seconds: int) -> int:
    learned = WORK / "learned-afl" / target
    learned.mkdir(parents=True, exist_ok=True)
    binary = arguments.build / f"fuzz_{target}"
    settings = {"AFL_SKIP_CPUFREQ": "1", "AFL_NO_UI": "1", "AFL_AUTORESUME": "1",
                "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_AFFINITY": "1"}
    clock = Clock()
    done = subprocess.run(
        ["afl-fuzz", "-V", str(seconds), "-G", str(MAX_LEN.get(target, 500)), "-i",
         folders(target)[0], "-o", learned, "-x", dictionary(target), "--",
         binary],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | settings, check=False)
    (WORK / f"{target}-afl.log").write_bytes(done.stdout)
    stats_file = learned / "default/fuzzer_stats"
    if done.returncode != 0 or not stats_file.is_file():
        print(f"{target}: afl-fuzz did not run: {WORK.relative_to(ROOT)}/{target}-afl.log")
        return 1
    stats = dict(re.findall(r"(\w+) +: (.*)", stats_file.read_text()))
    crashes = sorted((learned / "default/crashes").glob("id*"))
    hangs = sorted((learned / "default/hangs").glob("id*"))
    print(row(target, int(stats["execs_done"]), clock, stats["edges_found"],
              int(stats["corpus_count"]), len(crashes) + len(hangs)), flush=True)
    show_findings(target, crashes + hangs)
    return len(crashes) + len(hangs)


def measure_coverage(targets: list[str]) -> int:
    build = arguments.coverage_build
    profiles = WORK / "profiles"
    profiles.mkdir(parents=True, exist_ok=True)
    for target in targets:
        learned = WORK / "learned" / target
        inputs = [*folders(target), *([learned] if learned.is_dir() else [])]
        subprocess.run([build / f"fuzz_{target}", *inputs], check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"LLVM_PROFILE_FILE": f"{profiles}/{target}.raw"})
    subprocess.run(["llvm-profdata-19", "merge", "-sparse", "-o", WORK / "all.profile",
                    *[profiles / f"{target}.raw" for target in targets]], check=True)
    first, *more = [build / f"fuzz_{target}" for target in targets]
    common = [first, *[f"--object={binary}" for binary in more], f"--instr-profile={WORK}/all.profile", ROOT / "harness/syntax"]
    subprocess.run(["llvm-cov-19", "show", "--format=html", f"--output-dir={WORK}/coverage",
                    "--show-branches=count", *common], check=True, stdout=subprocess.DEVNULL)
    report = json.loads(subprocess.run(["llvm-cov-19", "export", "--summary-only", *common],
                                       check=True, capture_output=True).stdout)["data"][0]
    print(f"\n{'harness/syntax':32} {'regions':>9} {'lines':>9} {'branches':>9}")
    for file in report["files"]:
        print(f"{Path(file['filename']).name:32} {figures(file['summary'])}")
    print(f"{'all':32} {figures(report['totals'])}\npage: build/fuzz/coverage/index.html")
    return 0


def figures(summary: dict) -> str:
    return " ".join(f"{summary[kind]['percent']:8.2f}%" for kind in ("regions", "lines", "branches"))


def main() -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    targets = [arguments.target] if arguments.target else [*TARGETS, *DIFFERENTIAL]
    if arguments.engine == "afl" or arguments.coverage:
        targets = [target for target in targets if target not in DIFFERENTIAL]
    if arguments.coverage:
        targets = [target for target in targets if target not in OTHERS]
    if not targets:
        parser.error("the differential targets run with libFuzzer, and without --coverage")
    seconds = arguments.seconds
    if arguments.coverage:
        seconds = max(1, seconds // len(targets))
    print(HEAD)
    run = run_afl if arguments.engine == "afl" else run_libfuzzer
    found = sum(run(target, seconds) for target in targets)
    if arguments.coverage:
        measure_coverage(targets)
    print(f"{found} findings" if found else "no findings")
    return 1 if found else 0


parser = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("target", nargs="?", help=", ".join([*TARGETS, *DIFFERENTIAL]))
parser.add_argument("seconds", nargs="?", type=int, default=60)
parser.add_argument("--processor", action="store_true", help="SECONDS are of processor time")
parser.add_argument("--coverage", action="store_true")
parser.add_argument("--engine", choices=("libfuzzer", "afl"), default="libfuzzer")
parser.add_argument("--build", type=Path, help="where the targets were built")
parser.add_argument("--coverage-build", type=Path, default=ROOT / "build/fuzz-coverage",
                    help="where they were built for --coverage")
parser.add_argument("--list", action="store_true",
                    help="prints the names of the targets that need nothing but Keyward, and ends")
arguments = parser.parse_args()
if arguments.target and arguments.target.isdigit():  # run.py SECONDS
    arguments.target, arguments.seconds = None, int(arguments.target)
if arguments.target and arguments.target not in (*TARGETS, *DIFFERENTIAL):
    parser.error(f"no target '{arguments.target}'; there are {', '.join([*TARGETS, *DIFFERENTIAL])}")
if arguments.build is None:
    arguments.build = ROOT / ("build/fuzz-afl" if arguments.engine == "afl" else "build/fuzz")
if arguments.list:
    print(*TARGETS)
    sys.exit(0)
sys.exit(main())
