# SPDX-License-Identifier: Apache-2.0
"""ActiveProspect, from its page: Basic with any user name and the account's key for a password.

Two products, each with its own copy of the keys; a resource without authentication; and the account
settings, where people reset a key and log in, which no API call does.
"""

import secrets
from dataclasses import dataclass, field

from http1 import Request, Response
from service import JSON, Credential, Route, Service


@dataclass
class Account:
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    flow: str = field(default_factory=lambda: secrets.token_hex(12))


class Product(Service):
    realm = "ActiveProspect"

    def __init__(self, accounts: list[Account]):
        super().__init__()
        self.accounts = accounts
        self.keys = {}  # what the product knows of an account's key, by flow
        self.routes = [Route("/flows", {"GET": "flows"}, {"GET": ["basic"]})]
        for account in accounts:
            self.log_in(account)

    def log_in(self, account: Account):
        self.keys[account.flow] = account.key

    def unauthorized(self, request: Request, ways: list) -> Response:
        """As the page prints it, and the challenge that RFC 9110 section 15.5.2 asks for."""
        return Response(401, b'{"error":"authentication failed"}', JSON,
                        [("Connection", "keep-alive"), ("Vary", "Accept, Accept-Encoding"),
                         ("ETag", 'W/"21-48c58abe"'), ("WWW-Authenticate", self.challenge(ways))])

    def known(self, account: Account) -> list[str]:
        return [self.keys[account.flow]]

    def verify(self, credential: Credential) -> Account | None:
        if credential.way == "unreadable":
            return None
        found = None
        for account in self.accounts:
            for key in self.known(account):
                if self.same(key.encode(), credential.secret):
                    found = account
        return found

    def flows(self, _, account: Account) -> Response:
        return self.json([{"id": account.flow, "name": "Leads", "enabled": True}])


class Public(Service):
    """Where an example calls without -u."""

    def __init__(self):
        super().__init__()
        self.routes = [Route("/", {"GET": "hello"})]

    def hello(self, _) -> Response:
        return self.json({"status": "ok"})


class Settings(Service):
    """The account settings of the first account: what its owner does, without HTTP's help."""

    def __init__(self, account: Account, products: list[Product]):
        super().__init__()
        self.account = account
        self.products = products
        self.routes = [Route("/reset_key", {"POST": "reset"}),
                       Route("/login", {"POST": "log_in"})]

    def reset(self, _) -> Response:
        self.account.key = secrets.token_hex(16)
        return self.json({"api_key": self.account.key})

    def log_in(self, _) -> Response:
        for product in self.products:
            product.log_in(self.account)
        return self.json({})


def world():
    """The servers by name, and what a client has to know."""
    accounts = [Account(), Account()]
    products = [Product(accounts), Product(accounts)]
    names = {"ACTIVEPROSPECT_API_KEY": accounts[0].key,
             "ACTIVEPROSPECT_OTHER_API_KEY": accounts[1].key}
    return {"api": products[0], "product": products[1], "public": Public(),
            "settings": Settings(accounts[0], products)}, names
