#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seed corpora: one folder a target, one file a seed, named by its SHA-1.

make_corpus.py OUT        from tests/vectors, specs and the few lines below; a folder is made anew
make_corpus.py OUT --oss  what OSS-Fuzz wants beside fuzz_TARGET instead: OUT/fuzz_TARGET with
                          _seed_corpus.zip, .dict and .options

A seed that holds a trigger of triggers.yaml is left out: what replaying seeds finds, fuzzing has
not found. check_seeds.py looks at what came out.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]

# Which target takes the inputs of a vector file, by the file's `parser`.
PARSERS = {
    "credentials": "authorization", "basic-credentials": "authorization", "bearer": "authorization",
    "challenge": "challenge",
    "basic": "basic", "user-pass": "basic", "utf8": "basic",
    "base64": "base64", "base64url": "base64", "base64-optional": "base64",
    "field-line": "field", "field-block": "field", "token": "field", "quoted-string": "field",
    "percent-decode": "percent", "percent-normalize": "percent",
    "form": "form", "form-strict": "form",
    "url": "url", "http-url": "url", "authority": "url", "url-resolve": "url", "same-origin": "url",
    "url-normalize": "url", "dot-segments": "url",
    "request-target": "request_target",
    "cookie": "cookie", "set-cookie": "cookie",
}

TARGETS = (*dict.fromkeys(PARSERS.values()), "response", "spec", "journal")
# The differential targets, and whose dictionary has their words; their seeds are what `keyward
# difftest` asks (fuzz/differential/seeds).
DIFFERENTIAL = {"diff_url": "url", "diff_query": "form", "diff_authorization": "authorization",
                "diff_request": "field"}
MAX_LEN = {"response": 4096, "spec": 4096, "journal": 4096}  # bytes of an input; the others 500

RESPONSES = [
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nmore",
    "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nokHTTP/1.1 500 Late\r\n\r\n",
]


def journal() -> list[dict]:
    """One record of each kind that harness/journal writes."""
    info = {"id": "r", "spec": "s.yaml", "seed": 7, "version": "0.1.0", "started": 1.5}
    step = {"says": "sent", "request": "GET / HTTP/1.1\r\n\r\n", "response": "HTTP/1.1 200 OK",
            "started": 2.25, "duration_ms": 1.5, "connection": 1, "position": 2}
    case = {"id": "op/scheme/basic/no-colon", "operation": "op", "scheme": "scheme",
            "family": "basic", "mutation": "no-colon", "verdict": "fail", "level": "must",
            "attempts": 1, "expected": "401", "actual": "200", "steps": [step]}
    return [
        {"run": info}, {"control": {"operation": "op", "scheme": "scheme", "valid": "200"}},
        {"case": case}, {"case": case | {"id": "op/scheme/basic/tab", "verdict": "skipped"}},
        {"note": "slow"}, {"finding": {"id": "f", "level": "must", "cases": [case["id"]]}},
        {"requirement": {"id": "A-1", "level": "must", "state": "violated"}},
        {"resumed": info}, {"end": info | {"planned": 2, "exchanges": 3}},
    ]


def unescape(text: str) -> bytes:
    """The escapes of tests/vectors/vector_file.h."""
    named = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
    return re.sub(rb"\\(x[0-9A-Fa-f]{2}|[rnt\\])",
                  lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) == 3 else named[m[1]],
                  text.encode())


def seeds():
    """Yields (target, bytes)."""
    for path in sorted((ROOT / "tests/vectors").glob("*.yaml")):
        vectors = yaml.safe_load(path.read_text())
        if "parser" not in vectors:
            continue
        target = PARSERS[vectors["parser"]]  # a new parser has to be given a target
        for row in vectors["rows"]:
            seed = unescape(row["input"])
            yield target, b"//" + seed if vectors["parser"] == "authority" else seed
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        yield "spec", path.read_bytes()
    for response in RESPONSES:
        for how in range(4):
            yield "response", bytes([how]) + response.encode()
    lines = [json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in journal()]
    for count in range(1, len(lines) + 1):
        yield "journal", b"".join(lines[:count])


def triggers() -> list[dict]:
    rows = yaml.safe_load((ROOT / "fuzz/triggers.yaml").read_text())
    return [row | {"regex": re.compile(row["pattern"].encode(), re.DOTALL)} for row in rows]


def held(target: str, seed: bytes, rows: list[dict]) -> str | None:
    """The id of a trigger that the seed holds, or None."""
    return next((row["id"] for row in rows
                 if target in row["targets"] and row["regex"].search(seed)), None)


def write_folder(out: Path, target: str, named: dict[str, bytes]) -> None:
    shutil.rmtree(out / target, ignore_errors=True)
    (out / target).mkdir(parents=True)
    for name, seed in named.items():
        (out / target / name).write_bytes(seed)


def write_oss(out: Path, target: str, named: dict[str, bytes]) -> None:
    with zipfile.ZipFile(out / f"fuzz_{target}_seed_corpus.zip", "w") as archive:
        for name, seed in sorted(named.items()):
            archive.writestr(zipfile.ZipInfo(name), seed)
    shutil.copy(ROOT / f"fuzz/dictionaries/{target}.dict", out / f"fuzz_{target}.dict")
    (out / f"fuzz_{target}.options").write_text(
        f"[libfuzzer]\nmax_len = {MAX_LEN.get(target, 500)}\ndict = fuzz_{target}.dict\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--oss", action="store_true")
    arguments = parser.parse_args()
    rows = triggers()
    by_target: dict[str, dict[str, bytes]] = {}
    for target, seed in seeds():
        if held(target, seed, rows) is None:
            by_target.setdefault(target, {})[hashlib.sha1(seed).hexdigest()] = seed
    for target, named in sorted(by_target.items()):
        (write_oss if arguments.oss else write_folder)(arguments.out, target, named)
    print("seeds:", ", ".join(f"{target} {len(named)}" for target, named in sorted(by_target.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
