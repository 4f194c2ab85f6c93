#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Switches known faults on in copies of our parsers, and says which oracle notices each.

yardstick.py [--seeds N] [--executions N] [--json FILE] [FAULT…]

prints a row a fault; exits 1 where a fault is noticed by nothing, or where fewer than 5 in 6 are
noticed without the vectors and the seeds. What a column means, and what the executions count, is in
docs/fuzzing.md. In a build without AddressSanitizer the faults that corrupt memory are left out.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "fuzz/faults"))
from plant import load  # noqa: E402

ORACLES = ("vectors", "replay", "property", "grammar", "steps", "differential", "crash", "time")


def noticed(row: dict) -> dict[str, bool]:
    """Oracle → whether it saw the fault, in whichever trial."""
    runs = [row["wide"], row["without_grammar"], *(trial["trial"] for trial in row["trials"])]
    found = {judge: any(judge in run for run in runs) for judge in ("property", "grammar", "steps")}
    ends = {run["end"] for run in runs}
    return {"vectors": row["vectors"], "replay": row["left_out"] > 0, **found,
            "differential": "property" in row["differential"],
            "crash": "crash" in ends, "time": "time" in ends}


def executions(row: dict) -> list[int | None]:
    """For each seed, how many there were up to the first notice; None: none came."""
    def first(run: dict) -> int | None:
        marks = [run[judge] for judge in ("property", "grammar", "steps") if judge in run]
        return min(marks) if marks else None if run["end"] == "returned" else run["executions"]
    return [first(trial["trial"]) for trial in row["trials"]]


def median(counts: list[int | None]) -> float | None:
    """Of trials, where one that found nothing took longer than any other."""
    value = statistics.median(float("inf") if count is None else count for count in counts)
    return None if value == float("inf") else value


def measure(arguments: argparse.Namespace) -> list[dict]:
    command = [arguments.build / "fuzz_yardstick", "--corpus", arguments.build / "fuzz/corpus",
               "--dictionaries", ROOT / "fuzz/dictionaries", "--vectors", ROOT / "tests/vectors",
               "--seeds", arguments.seeds, "--executions", arguments.executions,
               *(word for fault in arguments.faults for word in ("--fault", fault))]
    about = {fault["id"]: fault for fault in load()}
    rows = []
    print(f"{'fault':28} {'median':>8} {'found':>6}  {' '.join(f'{oracle[:8]:8}' for oracle in ORACLES)}  source")
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            row = json.loads(line)
            fault = about[row["id"]]
            counts, by = executions(row), noticed(row)
            middle = median(counts)
            rows.append({"id": row["id"], "source": fault["source"], "breaks": fault["breaks"],
                         "target": fault["target"], "oracles": [name for name in ORACLES if by[name]],
                         "executions": counts, "median": middle,
                         "seeds_left_out": row["left_out"], "seeds": row["seeds"]})
            found = f"{sum(count is not None for count in counts)}/{len(counts)}"
            print(f"{row['id']:28} {'-' if middle is None else format(middle, ',.0f'):>8} {found:>6}  "
                  f"{' '.join(f'{chr(120) if by[oracle] else chr(46):8}' for oracle in ORACLES)}  "
                  f"{fault['source']}", flush=True)
    if run.returncode != 0:
        sys.exit(f"fuzz_yardstick ended with {run.returncode}")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="ids of faults.yaml; all")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--executions", type=int, default=200_000, help="of a trial, at most")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--build", type=Path, default=ROOT / "build/asan")
    arguments = parser.parse_args()
    rows = measure(arguments)
    unseen = [row["id"] for row in rows if not row["oracles"]]
    without = sum(not set(row["oracles"]) <= {"vectors", "replay"} for row in rows)
    print(f"\n{len(rows)} faults: noticed {len(rows) - len(unseen)}, without vectors and replay {without}")
    for oracle in ORACLES:
        alone = sum(row["oracles"] == [oracle] for row in rows)
        print(f"  {oracle:13} {sum(oracle in row['oracles'] for row in rows):3}, alone {alone}")
    for row in unseen:
        print(f"  noticed by nothing: {row}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 1 if not rows or unseen or without * 6 < len(rows) * 5 else 0


if __name__ == "__main__":
    sys.exit(main())
