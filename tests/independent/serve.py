#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Serves one of the four documented APIs: serve.py API [--port N] [--defect NAME …].

Written from the documents and the RFCs alone, with Python's standard library alone, so that no
misunderstanding is shared with Keyward or with its reference target. Prints NAME=value for the
credentials, which are new at each start, and for KEYWARD_TARGET; then `# ready`.
"""

import argparse
import importlib
import sys
import threading

import access_defects  # noqa: F401  pylint: disable=unused-import
import reading_defects  # noqa: F401  pylint: disable=unused-import
from http1 import Listener
from service import DEFECTS

APIS = ("fulcrum", "appcircle", "activeprospect", "sociocs")


def main() -> int:
    parser = argparse.ArgumentParser(description="Serves a documented API on loopback.")
    parser.add_argument("api", nargs="?", choices=APIS)
    parser.add_argument("--port", type=int, default=0, help="of the first server; 0: a free one")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME",
                        help="plant a mistake; repeatable")
    parser.add_argument("--list-defects", action="store_true",
                        help="the mistakes (of API), and stop")
    options = parser.parse_args()
    if options.list_defects:
        for each in DEFECTS.values():
            if options.api in (None, each.api):
                print(f"{each.api}  {each.name}\n    {each.says}")
        return 0
    if not options.api:
        parser.error("which API?")
    servers, names = importlib.import_module(options.api).world()
    for name in options.defect:
        if name not in DEFECTS or DEFECTS[name].api != options.api:
            parser.error(f"{options.api} has no defect {name}; --list-defects")
        DEFECTS[name].plant(**servers)
    listeners = {}
    for name, service in servers.items():
        listeners[name] = Listener(service, 0 if listeners else options.port)
        threading.Thread(target=listeners[name].serve_forever, daemon=True).start()
    if "settings" in listeners:
        names["SETTINGS"] = listeners.pop("settings").url
    names["KEYWARD_TARGET"] = ",".join(f"{name}={each.url}" for name, each in listeners.items())
    print(*(f"{name}={value}" for name, value in names.items()), "# ready", sep="\n", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
