# SPDX-License-Identifier: Apache-2.0
"""Sociocs, from its page: one key `id:secret` in the field apikey, the parameter apikey, or Basic.

A URL with userinfo is the client's affair: what arrives is Basic.
"""

import secrets
import string
from dataclasses import dataclass, field

from http1 import Response
from service import Credential, Route, Service


def letters(count: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(count))


@dataclass
class Account:
    id: str = field(default_factory=lambda: letters(16))
    secret: str = field(default_factory=lambda: letters(32))

    @property
    def key(self) -> str:
        return f"{self.id}:{self.secret}"


class Sociocs(Service):
    realm = "Sociocs"
    key_field = "apikey"
    key_parameter = "apikey"

    def __init__(self, accounts: list[Account]):
        super().__init__()
        self.accounts = accounts
        ways = ["header_key", "basic", "query_key"]
        self.routes = [
            Route("/", {"GET": "root"}, {"GET": ways}),
            Route("/message", {"GET": "message", "POST": "message"},
                  {"GET": ways, "POST": ways})]

    def verify(self, credential: Credential) -> Account | None:
        """Whole keys are compared, whichever way their halves came."""
        given = credential.secret
        if credential.user is not None:
            given = credential.user + b":" + credential.secret
        found = None
        for account in self.accounts:
            if self.same(account.key.encode(), given):
                found = account
        return found

    def root(self, _, account: Account) -> Response:
        return self.json({"account": account.id})

    def message(self, _, account: Account) -> Response:
        return self.json({"account": account.id, "queued": True})


def world():
    """The servers by name, and what a client has to know."""
    accounts = [Account(), Account()]
    names = {"SOCIOCS_API_KEY": accounts[0].key, "SOCIOCS_OTHER_API_KEY": accounts[1].key}
    return {"api": Sociocs(accounts)}, names
