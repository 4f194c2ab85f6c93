#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Validates the golden reports against their schemas, and shows that both schemas can refuse.

validate.py ROOT: results.json by reports/schema/results.schema.json, junit.xml by junit.xsd; then
the same with one breach planted, which must be found.
"""

import copy
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema


def objects(value):
    """Every JSON object within, itself included."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects(child)


def check_results(golden: Path, schema_file: Path):
    schema = json.loads(schema_file.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    results = json.loads(golden.read_text())
    for error in validator.iter_errors(results):
        yield f"{golden.name}: {error.json_path}: {error.message}"
    for i, _ in enumerate(objects(results)):
        for name, value in (("surplus", []), ("state", []), ("id", None)):
            broken = copy.deepcopy(results)
            list(objects(broken))[i][name] = value
            if validator.is_valid(broken):
                yield f"{schema_file.name} accepts {name} in object {i}"
    for name in results:
        if validator.is_valid({key: value for key, value in results.items() if key != name}):
            yield f"{schema_file.name} accepts results without {name}"
    # What the contract promises beside its form.
    verdicts = [case["verdict"] for case in results["cases"]]
    for verdict, count in results["summary"]["verdicts"].items():
        if verdicts.count(verdict) != count:
            yield f"{golden.name}: summary counts {count} {verdict}, cases hold {verdicts.count(verdict)}"
    ids = {case["id"] for case in results["cases"]}
    for finding in results["findings"]:
        if not ids.issuperset(finding["cases"]):
            yield f"{golden.name}: finding {finding['id']} names cases that are not there"


def refusal(schema: Path, xml: str) -> str:
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, "-"], input=xml,
                          text=True, capture_output=True, check=False)
    return done.stderr if done.returncode else ""


def check_junit(golden: Path, schema: Path):
    text = golden.read_text()
    if said := refusal(schema, text):
        yield f"{golden.name}: {said}"
    for old, new in ((' tests="', ' test="'), ("<testcase ", '<testcase file="a" '), ('time="', 'time="-'),
                     ("</testcase>", "<file/></testcase>"), ("<failure ", "<flaw ")):
        if not refusal(schema, text.replace(old, new, 1)):
            yield f"{schema.name} accepts {new}"
    first = text[text.index("    <testcase"):text.index("</testcase>\n")] + "</testcase>\n"
    if not refusal(schema, text.replace(first, first + first, 1)):
        yield f"{schema.name} accepts two testcases of one name"
    root = ElementTree.fromstring(text)
    for attribute, path in (("tests", "testcase"), ("failures", "testcase/failure"),
                            ("errors", "testcase/error"), ("skipped", "testcase/skipped")):
        for suite in root.iter("testsuite"):
            if int(suite.get(attribute)) != len(suite.findall(path)):
                yield f"{golden.name}: {attribute} says {suite.get(attribute)}"
            if suite.get(attribute) != root.get(attribute):
                yield f"{golden.name}: testsuites and testsuite differ in {attribute}"


def main() -> int:
    root = Path(sys.argv[1])
    golden = root / "tests" / "golden"
    problems = [*check_results(golden / "results.json", root / "reports/schema/results.schema.json"),
                *check_junit(golden / "junit.xml", golden / "junit.xsd")]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
