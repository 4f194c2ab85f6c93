# SPDX-License-Identifier: Apache-2.0
"""A parser over a pipe that does what its input says. An argument breaks its greeting."""

import json
import sys
import time

GREETING = {"keyward_parser": 1, "name": "pipe", "version": "1", "grammars": ["url"]}
GREETINGS = {"version": {**GREETING, "keyward_parser": 2}, "name": {**GREETING, "name": "A-B"},
             "grammar": {**GREETING, "grammars": ["uri"]}, "text": "hello"}


def say(thing):
    print(thing if isinstance(thing, str) else json.dumps(thing), flush=True)


def answer(question):
    text = question["input"]
    good = {"id": question["id"], "verdict": "accept", "fields": [["host", "raw", text]]}
    if text == "end":
        sys.exit(4)
    if text == "hang":
        time.sleep(3600)
    if text == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    if text == "twice":
        say(good)
    return {"noise": "Segmentation fault", "array": "[1]", "id": {**good, "id": 0},
            "verdict": {**good, "verdict": "maybe"}, "pair": {**good, "fields": [["host", "h"]]},
            "field": {**good, "fields": [["uri", "raw", "h"]]},
            "form": {**good, "fields": [["host", "cooked", "h"]]},
            "wide": {**good, "fields": [["host", "raw", "\u0100"]]}}.get(text, good)


say(GREETINGS[sys.argv[1]] if sys.argv[1:] else GREETING)
for line in sys.stdin:
    say(answer(json.loads(line)))
