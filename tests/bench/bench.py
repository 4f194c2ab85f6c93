#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `keyward run` beside other clients, all against one nginx with 64 connections.

bench.py [--quick] [--build DIR]   prints a table; exits 1 where a floor does not hold
  --quick      a tenth of the cases and one round: to see that it works
  --build DIR  where keyward and bare_multi_loop were built (build/release)

The rounds are interleaved and the medians compared, since other programs use the machine, too.
  keyward    executed cases a second, from the journal's first record to its last: controls, plan,
             verdicts and journal included, skipped cases not counted. Its memory: over all of the
             process, reports included
  wrk        what a client can ask at all
  bare loop  libcurl's multi interface and nothing else (bare_multi_loop.cpp), all requests alike
  that ends  the same, ending as many connections as keyward's requests do: nginx closes behind a
             malformed one, and a new connection costs several requests
  ffuf       a fuzzer that looks at no more than the status
"""

import argparse
import json
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

CONNECTIONS = 64
CASES = 200_000
ROUNDS = 3
FLOOR_WRK, FLOOR_LOOP = 0.4, 1.0
FLOOR_MEMORY = 150  # MB
FLOOR_GROWTH = 10  # MB, from the first quarter of the run to its end: 70 bytes a case
ROOT = Path(__file__).resolve().parents[2]

NGINX = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/www;
    location = /status {{ stub_status; }}
    location = /items {{
      add_header WWW-Authenticate 'ApiKey realm="items"' always;
      if ($http_x_api_key != "{key}") {{ return 401; }}
    }}
  }}
}}
"""

SPEC = """
keyward: 1
info: {{ title: A fast API }}
documents: {{ api: {{ title: The API }} }}
servers: {{ api: {{ url: "{target}", environment: local }} }}
principals:
  member:
    key: {{ env: BENCH_API_KEY, shape: "[0-9a-f]{{32}}" }}
securitySchemes:
  key: {{ type: apiKey, in: header, name: X-Api-Key, value: key, requirement: KEY-1 }}
security: [key]
accepted:
  status: 200
  contentType: application/json
  members: {{ /items: array }}
  requirement: ITEMS-1
rejected: {{ status: 401, requirement: KEY-2 }}
requirements:
  KEY-1: {{ says: The key in X-Api-Key opens, document: api }}
  KEY-2: {{ says: A request without the key is answered with 401, document: api }}
  ITEMS-1: {{ says: The answer is a JSON object with items, document: api }}
operations:
{operations}
"""


def run(*command, **options) -> str:
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Nginx:
    """nginx as the calling user on a loopback port: `with Nginx(folder, key) as target: …`."""

    def __init__(self, folder: Path, key: str):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "www").mkdir()
        (folder / "www/items").write_text('{"items":[{"id":1,"name":"anvil"}],"total":1}\n')
        user = "user root root;" if os.geteuid() == 0 else ""  # workers read the caller's folder
        self.config = folder / "nginx.conf"
        self.config.write_text(NGINX.format(folder=folder, port=self.port, key=key, user=user))

    def __enter__(self) -> str:
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", self.config, "-e", "stderr"],
                                        stdin=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return f"http://127.0.0.1:{self.port}"
            time.sleep(0.05)
        self.process.terminate()
        sys.exit("nginx does not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def write_spec(path: Path, target: str, operations: int) -> Path:
    lines = [f"  list{i}: {{ request: GET /items }}" for i in range(operations)]
    path.write_text(SPEC.format(target=target, operations="\n".join(lines)))
    return path


def planned(keyward: Path, spec: Path) -> int:
    return json.loads(run(keyward, "plan", spec, "--format", "json"))["counts"]["together"]


def write_large_spec(keyward: Path, path: Path, target: str, cases: int) -> Path:
    """A spec with as many operations as it takes to plan that many cases."""
    ten, twenty = (planned(keyward, write_spec(path, target, count)) for count in (10, 20))
    write_spec(path, target, -(-10 * cases // (twenty - ten)))  # some rows are played once a spec
    if planned(keyward, path) < cases:
        sys.exit("the plan is smaller than it should be")
    return path


class Memory(threading.Thread):
    """Samples the resident memory of a process, in MB, until it ends."""

    def __init__(self, process: subprocess.Popen):
        super().__init__()
        self.process = process
        self.samples: list[tuple[float, float]] = []  # seconds since 1970, MB

    def run(self):
        while self.process.poll() is None:
            try:
                text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
            except OSError:
                return
            if found := re.search(r"VmRSS:\s+(\d+) kB", text):
                self.samples.append((time.time(), int(found[1]) / 1024))
            time.sleep(0.02)

    def peak(self, since: float = 0, until: float = float("inf")) -> float:
        return max(size for moment, size in self.samples if since <= moment <= until)

    def growth(self, started: float, finished: float) -> float:
        """Of the peak, after the first quarter of the run."""
        quarter = started + (finished - started) / 4
        return self.peak(quarter, finished) - self.peak(started, quarter)


def accepted_connections(target: str) -> int:
    """By the server since it started, this one included."""
    with urllib.request.urlopen(f"{target}/status") as answer:
        return int(answer.read().split()[7])


def measure_keyward(keyward: Path, spec: Path, out: Path) -> dict[str, float]:
    before = accepted_connections(target_of(spec))
    process = subprocess.Popen([keyward, "run", spec, "--target", target_of(spec), "--jobs",
                                str(CONNECTIONS), "--out", out, "--quiet"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    memory = Memory(process)
    memory.start()
    said = process.communicate()[0]
    memory.join()
    if process.returncode != 0:
        sys.exit(f"keyward: exit {process.returncode}\n{said}")
    connections = accepted_connections(target_of(spec)) - before - 1
    with open(out / "journal.jsonl", encoding="ascii") as journal:
        records = (json.loads(line) for line in journal if line.startswith(('{"run"', '{"end"')))
        started, ended = next(records)["run"]["started"], next(records)["end"]
    verdicts = json.loads((out / "results.json").read_text())["summary"]["verdicts"]
    seconds = ended["finished"] - started
    executed = sum(verdicts.values()) - verdicts["skipped"]
    return {"planned": ended["planned"], "executed": executed, "seconds": seconds,
            "cases": executed / seconds, "exchanges": ended["exchanges"] / seconds,
            "closed": 1000 * connections / ended["exchanges"], "memory": memory.peak(), "growth": memory.growth(started, ended["finished"])}


def target_of(spec: Path) -> str:
    return re.search(r'url: "([^"]+)"', spec.read_text())[1]


def measure_wrk(url: str, key: str, seconds: int) -> float:
    threads = min(os.cpu_count() or 1, CONNECTIONS)
    said = run("wrk", f"-t{threads}", f"-c{CONNECTIONS}", f"-d{seconds}", "-H",
               f"X-Api-Key: {key}", url)
    if "Non-2xx" in said:
        sys.exit(f"wrk was refused:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def measure_loop(program: Path, url: str, requests: int, closed: float = 0) -> float:
    """Of 1000 requests, `closed` end their connection."""
    return float(run(program, url, requests, CONNECTIONS, round(closed)))


def measure_ffuf(url: str, words: Path, requests: int) -> float:
    words.write_text("".join(f"{i}\n" for i in range(requests)))
    begun = time.monotonic()
    run("ffuf", "-s", "-t", CONNECTIONS, "-w", words, "-mc", "500", "-u", f"{url}?FUZZ")
    return requests / (time.monotonic() - begun)


def table(rows: list[tuple[str, str, float]], cases: float):
    for name, unit, value in rows:
        print(f"  {name:<22} {value:>9,.0f} {unit:<12} {cases / value:>6.2f}")


def floor(what: str, value: float, limit: float, at_least: bool, unit: str = "") -> bool:
    holds = value >= limit if at_least else value <= limit
    word = "at least" if at_least else "at most"
    print(f"  {'holds' if holds else 'BROKEN':<7} {what}: {value:.2f}{unit}, "
          f"{word} {limit:g}{unit}")
    return holds


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--build", type=Path, default=ROOT / "build/release")
    chosen = options.parse_args()
    keyward, loop = chosen.build / "keyward", chosen.build / "bare_multi_loop"
    cases, rounds = (CASES // 10, 1) if chosen.quick else (CASES, ROUNDS)
    seconds, requests = (1, 20_000) if chosen.quick else (4, 150_000)

    key = os.environ["BENCH_API_KEY"] = secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="keyward-bench-"))
    runs, wrk, bare, ending, ffuf = [], [], [], [], []
    try:
        with Nginx(folder, key) as target:
            url = f"{target}/items"
            spec = write_large_spec(keyward, folder / "fast.yaml", target, cases)
            for number in range(1, rounds + 1):
                print(f"round {number} of {rounds}", file=sys.stderr)
                runs.append(measure_keyward(keyward, spec, folder / "out"))
                wrk.append(measure_wrk(url, key, seconds))
                bare.append(measure_loop(loop, url, requests))
                ending.append(measure_loop(loop, url, requests, runs[-1]["closed"]))
                ffuf.append(measure_ffuf(url, folder / "words", requests))
    finally:
        shutil.rmtree(folder)

    keyward_run = {name: statistics.median(one[name] for one in runs) for name in runs[0]}
    speed = keyward_run["cases"]
    wrk_speed, ending_speed = statistics.median(wrk), statistics.median(ending)
    print(f"{keyward_run['planned']:,.0f} planned cases, {keyward_run['executed']:,.0f} of them "
          f"executed, in {keyward_run['seconds']:.1f} s; {CONNECTIONS} connections, "
          f"median of {rounds}\n")
    print(f"  {'':<22} {'a second':>9} {'':<12} {'cases to it':>6}")
    table([("keyward run", "cases", speed), ("", "exchanges", keyward_run["exchanges"]),
           ("wrk", "requests", wrk_speed),
           ("bare libcurl loop", "requests", statistics.median(bare)),
           (f"that ends {keyward_run['closed']:.0f} in 1000", "requests", ending_speed),
           ("ffuf", "requests", statistics.median(ffuf))], speed)
    print()
    held = [floor("cases to wrk's requests", speed / wrk_speed, FLOOR_WRK, True),
            floor("cases to the requests of the loop that ends as many connections",
                  speed / ending_speed, FLOOR_LOOP, True),
            floor("resident memory, peak", max(one["memory"] for one in runs), FLOOR_MEMORY, False,
                  " MB"),
            floor("its growth from a quarter of the run", keyward_run["growth"], FLOOR_GROWTH,
                  False, " MB")]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
