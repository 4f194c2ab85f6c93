#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The schema for editors against the specs: what the loader takes the schema takes, and what the
loader refuses it refuses, but for what the file says is the loader's alone (and why). Every key of
the schema is used in everything.yaml, asked for by the loader and explained in the docs."""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Yaml12(yaml.SafeLoader):
    """PyYAML reads YAML 1.1, where yes is true and 2027-01-31 no text; editors read 1.2."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
]:
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def keys_of(schema):
    """Every property name that the schema spells out."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name == "properties":
                yield from value
            yield from keys_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from keys_of(value)


def keys_in(document):
    if isinstance(document, dict):
        for name, value in document.items():
            yield name
            yield from keys_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from keys_in(value)


def main():
    schema = json.loads((ROOT / "specs/schema/keyward-spec.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures = []

    def error_of(path):
        return next(validator.iter_errors(yaml.load(path.read_text(), Yaml12)), None)

    valid = sorted(ROOT.glob("specs/*.yaml")) + sorted(ROOT.glob("tests/spec/valid/*.yaml"))
    for path in valid:
        if error := error_of(path):
            failures.append(f"{path}: the schema refuses it: {error.message} at {error.json_path}")

    invalid = sorted(ROOT.glob("tests/spec/invalid/*.yaml"))
    for path in invalid:
        alone = re.search(rb"^# loader-only: (.+)$", path.read_bytes(), re.M)
        try:
            refused = error_of(path) is not None
        except (yaml.YAMLError, ValueError):  # not YAML, not UTF-8, not representable
            refused = True
        if alone and refused and not alone[1].startswith(b"a matter of YAML"):
            failures.append(f"{path}: marked loader-only, but the schema refuses it as well")
        if not alone and not refused:
            failures.append(f"{path}: the schema takes what the loader refuses")

    known = set(keys_of(schema))
    used = set(keys_in(yaml.load((ROOT / "tests/spec/valid/everything.yaml").read_text(), Yaml12)))
    source = "".join(path.read_text() for path in ROOT.glob("harness/spec/*.cpp"))
    asks = r'fields\.\w+\("(\w+)"|\bfields, "(\w+)"|^    \{"(\w+)", (?:true|false)'
    asked = {name for names in re.findall(asks, source, re.M) for name in names if name}
    docs = set(re.findall(r"`(\w+)", (ROOT / "docs/spec-language.md").read_text()))
    for name in sorted(known):
        if name not in used:
            failures.append(f"tests/spec/valid/everything.yaml does not use '{name}'")
        if f'"{name}"' not in source:
            failures.append(f"the loader does not ask for '{name}'")
        if name not in docs:
            failures.append(f"docs/spec-language.md does not explain '{name}'")
    for name in sorted(asked - known):
        failures.append(f"the loader asks for '{name}', which the schema does not know")

    if len(valid) < 5 or len(invalid) < 90 or len(known) < 60:
        failures.append(f"too little was tested: {len(valid)}, {len(invalid)}, {len(known)}")
    print("\n".join(failures) or f"{len(valid)} valid, {len(invalid)} invalid, {len(known)} keys")
    return 1 if failures else 0


sys.exit(main())
