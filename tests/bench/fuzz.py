#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures each fuzz target beside an empty one, under the same flags and in the same minutes.

fuzz.py [--quick] [--build DIR] [TARGET…]   prints a table; exits 1 where a floor does not hold
  --quick      one round, a tenth as long: to see that it works
  --build DIR  where the targets were built (build/fuzz)

All are compiled alike, with AddressSanitizer, UndefinedBehaviorSanitizer and coverage. libFuzzer
mutates the seeds, at most 64 bytes long, and keeps in memory what is new: no disk is measured. The
empty target has nothing to keep and so mutates the shortest inputs, which is the fastest there is.
Counted is processor time, the start with the seeds included, and the rounds are interleaved and
their medians compared, since other programs use the machine, too. The floor is for the parsers of
harness/syntax; the readers of responses, specs and journals stand on other libraries and are shown
without one.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fuzz"))
from make_corpus import TARGETS  # noqa: E402

OTHERS = ("response", "spec", "journal")
FLOOR = 0.10
MAX_LEN = 64
ROUNDS, RUNS = 3, 1_000_000
EMPTY_RUNS, OTHERS_RUNS = 3_000_000, 5_000
SANITIZERS = {"ASAN_OPTIONS": "malloc_context_size=0:quarantine_size_mb=4"}


def rate(build: Path, target: str, runs: int) -> tuple[float, float]:
    """Executions in a second of processor time, and the mean length of what libFuzzer kept."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = build.resolve() / "fuzz/corpus" / target
        seeds = sorted(map(str, corpus.iterdir())) if corpus.is_dir() else []
        listed = Path(folder) / "seeds"
        listed.write_text(",".join(seeds))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        log = subprocess.run(
            [build.resolve() / f"fuzz_{target}", f"-runs={runs}", f"-max_len={MAX_LEN}", "-seed=1",
             "-print_final_stats=1", *([f"-seed_inputs=@{listed}"] if seeds else [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | SANITIZERS,
            cwd=folder, check=False).stdout.decode(errors="replace")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = re.search(r"stat::number_of_executed_units: *(\d+)", log)
    if found is None or "SUMMARY:" in log:
        sys.exit(f"{target}: it did not run to the end:\n{log[-2000:]}")
    inputs, size, unit = re.findall(r"corp: (\d+)/(\d+)(K?)b", log)[-1]
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return float(found[1]) / seconds, int(size) * (1024 if unit else 1) / int(inputs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", default=TARGETS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--build", type=Path, default=ROOT / "build/fuzz")
    arguments = parser.parse_args()
    rounds, share = (1, 10) if arguments.quick else (ROUNDS, 1)
    figures: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for target in ("empty", *arguments.targets):
            runs = {"empty": EMPTY_RUNS, **dict.fromkeys(OTHERS, OTHERS_RUNS)}.get(target, RUNS)
            figures.setdefault(target, []).append(rate(arguments.build, target, runs // share))
    empty = statistics.median(per_second for per_second, _ in figures["empty"])
    print(f"{'target':16} {'exec/s':>10} {'of empty':>9} {'kept, mean bytes':>17}  floor")
    below = 0
    for target, rows in figures.items():
        per_second = statistics.median(row[0] for row in rows)
        length = statistics.median(row[1] for row in rows)
        ratio = per_second / empty
        floored = target != "empty" and target not in OTHERS
        holds = not floored or ratio >= FLOOR
        below += not holds
        verdict = f"{FLOOR:.2f} {'holds' if holds else 'DOES NOT HOLD'}" if floored else "-"
        print(f"{target:16} {per_second:10,.0f} {ratio:9.3f} {length:17.0f}  {verdict}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
