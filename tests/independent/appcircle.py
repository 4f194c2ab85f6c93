# SPDX-License-Identifier: Apache-2.0
"""Appcircle, from its page: one host turns a Personal API Token into a session, another takes it.

The page sends the session token bare. RFC 9110 section 11.6.2 wants a scheme before it, so Bearer
is taken as well, and is what the challenge names.
"""

import base64
import secrets
import time
import uuid
from dataclasses import dataclass, field

from http1 import Response
from service import Credential, Refused, Route, Service


@dataclass
class Organization:
    # A token may hold what a form has to encode: plus, slash and equals sign.
    pat: str = field(default_factory=lambda: base64.b64encode(
        b"\xfb\xef\xff" + secrets.token_bytes(29)).decode())
    profile: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Session:
    organization: Organization
    token: str
    expires: float


class Auth(Service):
    """auth.appcircle.io"""

    realm = "Appcircle"
    lifetime = 6  # seconds

    def __init__(self, organizations: list[Organization], sessions: list[Session]):
        super().__init__()
        self.organizations = organizations
        self.sessions = sessions
        self.routes = [Route("/auth/v1/token", {"POST": "exchange"})]

    def now(self) -> float:
        return time.time()

    def pats(self, request) -> list[bytes]:
        return self.read_form(request, "pat")

    def owner(self, pat: bytes) -> Organization | None:
        found = None
        for each in self.organizations:
            if self.same(each.pat.encode(), pat):
                found = each
        return found

    def exchange(self, request) -> Response:
        pats = self.pats(request)
        owner = self.owner(pats[0]) if len(pats) == 1 else None
        if owner is None:  # RFC 6749 section 5.2 has 400 for a grant that is not valid
            raise Refused(self.json({"error": "invalid_grant"}, 400))
        session = Session(owner, self.new_token(), self.now() + self.lifetime)
        self.sessions.append(session)
        return self.json({"access_token": session.token, "expires_in": self.lifetime})

    def new_token(self) -> str:
        return secrets.token_urlsafe(48)


class Api(Service):
    """api.appcircle.io"""

    realm = "Appcircle"

    def __init__(self, organizations: list[Organization], sessions: list[Session]):
        super().__init__()
        self.organizations = organizations
        self.sessions = sessions
        self.routes = [Route("/distribution/v2/profiles", {"GET": "profiles"},
                             {"GET": ["authorization"]})]

    def now(self) -> float:
        return time.time()

    def challenge(self, ways: list) -> str:
        return f'Bearer realm="{self.realm}"'

    def authorization(self, request) -> list[Credential]:
        return [Credential(self.session_token(value)) for value in request.values("Authorization")]

    def session_token(self, value: bytes) -> bytes:
        scheme, space, token = value.partition(b" ")
        return token.lstrip(b" ") if space and scheme.lower() == b"bearer" else value

    def alive(self) -> list[Session]:
        return [each for each in list(self.sessions) if self.now() < each.expires]

    def verify(self, credential: Credential) -> Organization | None:
        found = None
        for each in self.alive():
            if self.same(each.token.encode(), credential.secret):
                found = each.organization
        return found

    def profiles(self, _, organization: Organization) -> Response:
        return self.json([{"id": organization.profile, "name": "Testers"}])


def world():
    """The servers by name, and what a client has to know."""
    organizations, sessions = [Organization(), Organization()], []
    names = {"APPCIRCLE_PAT": organizations[0].pat, "APPCIRCLE_OTHER_PAT": organizations[1].pat}
    return {"auth": Auth(organizations, sessions), "api": Api(organizations, sessions)}, names
