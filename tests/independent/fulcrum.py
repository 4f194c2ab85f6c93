# SPDX-License-Identifier: Apache-2.0
"""Fulcrum, from its two pages: API keys in X-ApiToken or ?token=, and authorizations.

The member is in two organizations, so that the users endpoint has more than one key to show.
"""

import math
import secrets
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone

from http1 import Response
from service import Credential, Refused, Route, Service

LONGEST = 10 * 365 * 24 * 3600  # seconds


@dataclass
class Membership:
    """A person in an organization; keys belong to it."""

    email: str
    organization: str = field(default_factory=lambda: str(uuid.uuid4()))
    key: str = field(default_factory=lambda: secrets.token_hex(40))
    form: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Authorization:
    membership: Membership
    note: str | None
    timeout: float | None
    created: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    token: str = field(default_factory=lambda: secrets.token_hex(40))


class Fulcrum(Service):
    realm = "Fulcrum"
    key_field = "X-ApiToken"
    key_parameter = "token"

    def __init__(self):
        super().__init__()
        self.passwords = {}  # by e-mail address
        self.memberships = []
        self.authorizations = {}  # by id
        key = ["header_key", "query_key"]
        account = ["basic"]
        either = {"GET": account + key}
        self.routes = [
            Route("/api/v2/forms", {"GET": "forms"}, {"GET": key}),
            Route("/api/v2/users", {"GET": "users"}, either),
            Route("/api/v2/users.json", {"GET": "users"}, either),
            Route("/api/v2/authorizations.json",
                  {"GET": "list_authorizations", "POST": "create"},
                  {"GET": key, "POST": account}),
            Route("/api/v2/authorizations/{identifier}.json",
                  {"GET": "get", "PUT": "update", "DELETE": "delete"},
                  {"GET": key, "PUT": key, "DELETE": key}),
        ]
        self.finishers.append(self.allow_origin)

    def join(self, email: str, password: str) -> Membership:
        self.passwords[email] = password
        self.memberships.append(Membership(email))
        return self.memberships[-1]

    # A client in a browser sends no cookies, so that any origin may ask.

    def options(self, allowed: list[str]) -> Response:
        response = super().options(allowed)
        response.fields += [("Access-Control-Allow-Methods", ", ".join(allowed)),
                            ("Access-Control-Allow-Headers",
                             "Authorization, Content-Type, X-ApiToken")]
        return response

    def allow_origin(self, _, response: Response):
        response.fields.append(("Access-Control-Allow-Origin", "*"))

    # Who asks.

    def now(self) -> float:
        return time.time()

    def expiry(self, row: Authorization) -> float:
        return math.inf if row.timeout is None else row.created + row.timeout

    def alive(self) -> list[Authorization]:
        return [row for row in list(self.authorizations.values()) if self.now() < self.expiry(row)]

    def verify(self, credential: Credential) -> Membership | None:
        if credential.user is None:
            return self.verify_key(credential)
        return self.verify_account(credential)

    def verify_key(self, credential: Credential) -> Membership | None:
        found = None
        for key, membership in self.keys():
            if self.same(key.encode(), credential.secret):
                found = membership
        return found

    def keys(self) -> list[tuple[str, Membership]]:
        return ([(each.key, each) for each in self.memberships] +
                [(row.token, row.membership) for row in self.alive()])

    def verify_account(self, credential: Credential) -> Membership | None:
        found = None
        for membership in reversed(self.memberships):
            user, password = membership.email, self.passwords[membership.email]
            if user.encode() == credential.user and self.same(password.encode(), credential.secret):
                found = membership
        return found

    # What the routes do.

    def forms(self, _, member: Membership) -> Response:
        return self.json({"forms": [{"id": member.form, "name": "Wells"}], "total_count": 1})

    def contexts(self, member: Membership) -> list[Membership]:
        return [each for each in self.memberships if each.email == member.email]

    def users(self, _, member: Membership) -> Response:
        return self.json({"user": {"email": member.email, "contexts": [
            {"id": each.organization, "api_token": each.key} for each in self.contexts(member)]}})

    def list_authorizations(self, _, member: Membership) -> Response:
        return self.json({"authorizations": [self.shown(row) for row in self.alive()
                                             if row.membership is member]})

    def create(self, request, member: Membership) -> Response:
        values = self.read_authorization(request)
        own = [each for each in self.contexts(member)
               if each.organization == values.get("organization_id")]
        if not own:
            raise Refused(self.error(403))
        row = Authorization(own[0], self.note(values), self.timeout(values), self.now())
        self.authorizations[row.id] = row
        return self.json({"authorization": {**self.shown(row), "token": row.token}}, 201)

    def find(self, member: Membership, identifier: bytes) -> Authorization:
        """Among the living: an expired authorization is gone, and cannot be renewed."""
        for row in self.alive():
            if row.id.encode() == identifier and row.membership is member:
                return row
        raise Refused(self.error(404))

    def get(self, _, member: Membership, identifier: bytes) -> Response:
        return self.json({"authorization": self.shown(self.find(member, identifier))})

    def update(self, request, member: Membership, identifier: bytes) -> Response:
        row = self.find(member, identifier)
        values = self.read_authorization(request)
        note = self.note(values) if "note" in values else row.note
        timeout = self.timeout(values) if "timeout" in values else row.timeout
        row.note, row.timeout = note, timeout
        return self.json({"authorization": self.shown(row)})

    def delete(self, _, member: Membership, identifier: bytes) -> Response:
        row = self.find(member, identifier)
        if self.authorizations.pop(row.id, None) is None:
            raise Refused(self.error(404))
        return Response(204)

    # What goes in and out.

    def read_authorization(self, request) -> dict:
        value = self.read_json(request)
        values = value.get("authorization") if isinstance(value, dict) else None
        if not isinstance(values, dict):
            raise Refused(self.error(422))
        return values

    def note(self, values: dict) -> str | None:
        note = values.get("note")
        if note is not None and not isinstance(note, str):
            raise Refused(self.error(422))
        return note

    def timeout(self, values: dict) -> float | None:
        """A whole number of seconds, however it is spelled; null and absent: for ever."""
        timeout = values.get("timeout")
        if timeout is None:
            return None
        number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
        if not number or timeout != timeout // 1 or not 0 < timeout <= LONGEST:
            raise Refused(self.error(422))
        return timeout

    def expires_at(self, row: Authorization) -> str | None:
        if row.timeout is None:
            return None
        moment = datetime.fromtimestamp(self.expiry(row), timezone.utc)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def shown(self, row: Authorization) -> dict:
        return {"id": row.id, "note": row.note, "timeout": row.timeout,
                "expires_at": self.expires_at(row)}


def world():
    """The servers by name, and what a client has to know."""
    api = Fulcrum()
    # A password may hold what its encodings are made of: a colon, a percent sign, a plus.
    member = api.join(f"ada-{secrets.token_hex(4)}@example.com", f"{secrets.token_hex(9)}:%41+/é")
    api.join(member.email, api.passwords[member.email])
    outsider = api.join(f"bob-{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(18))
    names = {}
    for prefix, who in (("FULCRUM", member), ("FULCRUM_OTHER", outsider)):
        names |= {f"{prefix}_EMAIL": who.email, f"{prefix}_PASSWORD": api.passwords[who.email],
                  f"{prefix}_API_KEY": who.key, f"{prefix}_ORGANIZATION_ID": who.organization}
    return {"api": api}, names
