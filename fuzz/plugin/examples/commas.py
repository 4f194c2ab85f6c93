# SPDX-License-Identifier: Apache-2.0
"""A parser over a pipe: challenges by split(","), which a comma between quotes deceives."""

import json
import sys


def challenge(text):
    fields = []
    for piece in text.split(","):
        words = piece.split(None, 1)
        if not words:
            continue
        if "=" not in words[0]:
            fields.append(["scheme", "raw", words.pop(0)])
        for word in words:
            name, equals, value = word.partition("=")
            if not equals:
                return None
            fields += [["name", "raw", name], ["value", "decoded", value.strip(' "')]]
    return fields


def say(line):
    print(json.dumps(line), flush=True)


say({"keyward_parser": 1, "name": "commas", "version": "1", "grammars": ["challenge"]})
for line in sys.stdin:
    question = json.loads(line)
    fields = challenge(question["input"])
    if fields is None:
        say({"id": question["id"], "verdict": "reject"})
    else:
        say({"id": question["id"], "verdict": "accept", "fields": fields})
