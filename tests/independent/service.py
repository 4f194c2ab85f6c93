# SPDX-License-Identifier: Apache-2.0
"""What the four APIs share: routes, the ways to send a credential, refusals, defects.

A service is right as it stands. A defect is a function that replaces one piece of it; the pieces
are small methods, so that a defect can be the size of the mistake it stands for.

    request → gates → route → authenticate: presented → verify → same → handler → finishers
"""

import base64
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Callable

from http1 import Malformed, Request, Response, form, unescape

JSON = "application/json; charset=utf-8"


class Refused(Exception):
    """An answer that is not the handler's."""

    def __init__(self, response: Response):
        super().__init__(response.status)
        self.response = response


@dataclass
class Credential:
    """What a client presents: a key, or a user-id and a password."""

    secret: bytes
    user: bytes | None = None
    way: str = ""


@dataclass
class Route:
    path: str               # "/users/{id}.json"
    methods: dict[str, str] # the service's method for each of HTTP's; GET serves HEAD as well
    ways: dict[str, list[str]] = field(default_factory=dict)  # to authenticate; none: public

    def match(self, segments: list[bytes]) -> dict[str, bytes] | None:
        """The parameters of a path whose segments are decoded: %2F parts no segments."""
        own = self.path.split("/")
        if len(own) != len(segments):
            return None
        found = {}
        for pattern, segment in zip(own, segments):
            before, brace, rest = pattern.partition("{")
            name, _, behind = rest.partition("}")
            if not brace:
                if pattern.encode() != segment:
                    return None
                continue
            if not segment.startswith(before.encode()) or not segment.endswith(behind.encode()):
                return None
            found[name] = segment[len(before):len(segment) - len(behind)]
        return found


class Service:
    """One server of an API."""

    realm = "api"
    key_field = ""      # where a key may stand: a header field …
    key_parameter = ""  # … and a parameter of the query

    def __init__(self):
        self.routes: list[Route] = []
        self.gates: list[Callable] = []      # request → response or None, before routing
        self.finishers: list[Callable] = []  # (request, response), whatever the answer

    # From a request to an answer.

    def answer(self, request: Request) -> Response:
        try:
            for gate in self.gates:
                if response := gate(request):
                    break
            else:
                response = self.route(request)
        except Refused as refused:
            response = refused.response
        except Malformed as malformed:
            response = self.refuse_malformed(malformed.status)
        for finish in self.finishers:
            finish(request, response)
        return response

    def segments(self, path: str) -> list[bytes]:
        return [unescape(segment.encode()) for segment in path.split("/")]

    def route(self, request: Request) -> Response:
        if request.path == "*":
            return self.options(["OPTIONS"]) if request.method == "OPTIONS" else self.error(501)
        segments = self.segments(request.path)
        for route in self.routes:
            if (parameters := route.match(segments)) is not None:
                return self.enter(request, route, parameters)
        return self.error(404)

    def enter(self, request: Request, route: Route, parameters: dict) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        allowed = [*route.methods, "OPTIONS", *(["HEAD"] if "GET" in route.methods else [])]
        if method == "OPTIONS":
            return self.options(allowed)
        if method not in route.methods:
            return self.error(405, [("Allow", ", ".join(allowed))])
        handler = getattr(self, route.methods[method])
        if ways := route.ways.get(method):
            return handler(request, self.authenticate(request, ways), **parameters)
        return handler(request, **parameters)

    # Answers.

    def json(self, value, status: int = 200, fields=()) -> Response:
        return Response(status, json.dumps(value, separators=(",", ":")).encode(), JSON,
                        [("Cache-Control", "no-store"), *fields])

    def error(self, status: int, fields=()) -> Response:
        return self.json({"error": f"refused with {status}"}, status, fields)

    def options(self, allowed: list[str]) -> Response:
        return Response(204, fields=[("Allow", ", ".join(allowed))])

    def refuse_malformed(self, status: int) -> Response:
        return self.error(status)

    def challenge(self, ways: list[str]) -> str:
        """RFC 9110 section 11.6.1. What takes keys alone has no registered scheme to name."""
        if "basic" in ways:
            return f'Basic realm="{self.realm}", charset="UTF-8"'
        return f'ApiKey realm="{self.realm}"'

    def unauthorized(self, request: Request, ways: list[str]) -> Response:
        return self.error(401, [("WWW-Authenticate", self.challenge(ways))])

    # Who asks.

    def authenticate(self, request: Request, ways: list[str]):
        """The principal. One credential is one; two are a contradiction, and refused."""
        found = self.presented(request, ways)
        principal = self.verify(found[0]) if len(found) == 1 else None
        if principal is None:
            raise Refused(self.unauthorized(request, ways))
        return principal

    def presented(self, request: Request, ways: list[str]) -> list[Credential]:
        return [credential for way in ways for credential in getattr(self, way)(request)]

    def header_key(self, request: Request) -> list[Credential]:
        return [Credential(value, way="header") for value in request.values(self.key_field)]

    def query_key(self, request: Request) -> list[Credential]:
        return [Credential(value, way="query") for value in request.parameters(self.key_parameter)]

    def basic(self, request: Request) -> list[Credential]:
        """RFC 7617. What cannot be read is presented all the same: as what nobody has."""
        return [self.user_pass(value) or Credential(b"", b"", "unreadable")
                for value in request.values("Authorization")]

    def user_pass(self, value: bytes) -> Credential | None:
        scheme, space, token = value.partition(b" ")
        if scheme.lower() != b"basic" or not space:
            return None
        text = self.decode_base64(token.lstrip(b" "))
        if text is None or re.search(rb"[\x00-\x1f\x7f]", text):
            return None
        user, colon, password = text.partition(b":")
        return Credential(password, user, "basic") if colon else None

    def decode_base64(self, token: bytes) -> bytes | None:
        """RFC 4648 section 4, canonical: its alphabet, its padding, pad bits of zero."""
        try:
            text = base64.b64decode(token, validate=True)
        except ValueError:
            return None
        return text if base64.b64encode(text) == token else None

    def same(self, stored: bytes, given: bytes) -> bool:
        return hmac.compare_digest(stored, given)

    def verify(self, credential: Credential):
        raise NotImplementedError

    # Bodies.

    def media_type(self, request: Request, wanted: str):
        text = (request.value("Content-Type") or b"").decode("latin-1").lower()
        kind, _, parameters = text.partition(";")
        charset = re.search(r'charset="?([^";\s]*)', parameters)
        if kind.strip(" \t") != wanted or (charset and charset[1] != "utf-8"):
            raise Refused(self.error(415))

    def read_json(self, request: Request):
        def unique(pairs):
            if len(dict(pairs)) < len(pairs):
                raise ValueError("a member more than once")
            return dict(pairs)

        def constant(name):
            raise ValueError(name)

        self.media_type(request, "application/json")
        try:
            return json.loads(request.body.decode("utf-8"), object_pairs_hook=unique,
                              parse_constant=constant)
        except (ValueError, RecursionError) as error:
            raise Refused(self.error(400)) from error

    def read_form(self, request: Request, name: str) -> list[bytes]:
        self.media_type(request, "application/x-www-form-urlencoded")
        return [value for key, value in form(request.body) if key == name.encode()]


@dataclass
class Defect:
    """A mistake: whose, which rows of the catalogue should see it, and what plants it."""

    api: str
    name: str
    says: str
    rows: tuple[str, ...]
    missed: str
    plant: Callable


DEFECTS: dict[str, Defect] = {}


def defect(api: str, *rows: str, missed: str = ""):
    """Registers a function of an API's world. `missed`: why no case can be expected to see it."""
    def register(plant: Callable) -> Callable:
        name = plant.__name__.replace("_", "-")
        assert name not in DEFECTS and bool(rows) != bool(missed), name
        DEFECTS[name] = Defect(api, name, " ".join(plant.__doc__.split()), rows, missed, plant)
        return plant
    return register
