# SPDX-License-Identifier: Apache-2.0
"""Python's urllib.parse, which speaks the protocol of docs/plugins.md.

It gives '' for a query or fragment that is absent and for one that is empty: those are unknown.
"""

import json
import platform
import sys
from urllib.parse import parse_qsl, urlsplit


def url(text):
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme:
        return None
    fields = [["scheme", "raw", parts.scheme], ["path", "raw", parts.path]]
    for name, value in (("user", parts.username), ("password", parts.password),
                        ("host", parts.hostname), ("port", port)):
        if value is not None:
            fields.append([name, "raw", str(value)])
    for name, value in (("query", parts.query), ("fragment", parts.fragment)):
        fields.append([name, "raw" if value else "unknown", value])
    return fields


def query(text):
    try:
        pairs = parse_qsl(text, keep_blank_values=True)
    except ValueError:
        return None
    return [["name" if i == 0 else "value", "decoded", part] for pair in pairs
            for i, part in enumerate(pair)]


GRAMMARS = {"url": url, "query": query}


def say(thing):
    print(json.dumps(thing), flush=True)


def answer(question):
    try:
        text = question["input"].encode("latin-1").decode()
    except UnicodeDecodeError:
        return {"id": question["id"], "verdict": "abstain"}
    fields = GRAMMARS[question["grammar"]](text)
    if fields is None:
        return {"id": question["id"], "verdict": "reject"}
    fields = [[name, form, value.encode().decode("latin-1")] for name, form, value in fields]
    return {"id": question["id"], "verdict": "accept", "fields": fields}


say({"keyward_parser": 1, "name": "urllib", "version": f"python {platform.python_version()}",
     "grammars": list(GRAMMARS)})
for line in sys.stdin:
    say(answer(json.loads(line)))
