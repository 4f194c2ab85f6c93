# SPDX-License-Identifier: Apache-2.0
"""Mistakes in reading and comparing credentials, as services really make them.

`@defect(api, *rows)` names the rows of the catalogue of which one at least should see it, as globs
of case ids. The function gets the servers of the API by name, and replaces a piece of one.
"""

import base64
import re
import traceback
import unicodedata
from http.cookies import SimpleCookie
from urllib.parse import unquote_to_bytes

from http1 import Request, Response, form
from service import Credential, Refused, defect

# Look-ups and comparisons.


@defect("fulcrum", "*/presence/wildcard-secret*")
def like_lookup(api):
    """The key is found by `WHERE token LIKE ?`, in which a percent sign is any key."""
    def same(stored: bytes, given: bytes) -> bool:
        pattern = re.escape(given.decode("latin-1")).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, stored.decode("latin-1")) is not None
    api.same = same


@defect("sociocs", "*/compare/casefold*")
def case_insensitive_collation(api):
    """The database's default collation compares keys without case."""
    same = api.same
    api.same = lambda stored, given: same(stored.lower(), given.lower())


@defect("activeprospect", "*/compare/unicode-nfkc*", "*/compare/casefold*")
def normalised_password(api, **_):
    """Passwords are put through NFKC and casefold before they are compared, and so are keys."""
    def folded(text: bytes) -> bytes:
        return unicodedata.normalize("NFKC", text.decode("utf-8", "replace")).casefold().encode()
    same = api.same
    api.same = lambda stored, given: same(stored, folded(given))


@defect("sociocs", "*/basic/basic-empty-pass*", "*/compare/truncated-input*")
def compares_as_far_as_given(api):
    """strncmp with the length of what the client sent: any beginning of the key will do."""
    api.same = lambda stored, given: given != b"" and stored.startswith(given)


@defect("activeprospect", "*/compare/nul-truncate*")
def c_string(api, **_):
    """A module in C takes the password for a string that ends at its first NUL."""
    def user_pass(value: bytes):
        token = value.partition(b" ")[2].strip()
        user, _, password = (api.decode_base64(token) or b"").partition(b":")
        return Credential(password.partition(b"\0")[0], user) if password else None
    api.user_pass = user_pass


@defect("appcircle", "*/compare/long-truncation*", "*/compare/suffix-ignored*")
def column_too_short(api, **_):
    """Sessions are stored in VARCHAR(32), and the database cuts what it is asked for as well."""
    same = api.same
    api.same = lambda stored, given: same(stored[:32], given[:32])


@defect("sociocs", "*/compare/halves-crossed*")
def halves_looked_up_apart(api):
    """`id IN (SELECT id …) AND secret IN (SELECT secret …)`: of any two accounts."""
    def verify(credential: Credential):
        given = credential.secret
        user, _, secret = given.partition(b":")
        if credential.user is not None:
            user, secret = credential.user, credential.secret
        known = any(each.secret.encode() == secret for each in api.accounts)
        return next((each for each in api.accounts if known and each.id.encode() == user), None)
    api.verify = verify


@defect("fulcrum", "*/basic/basic-user-only*", "*/compare/checksum-only*")
def password_column_never_loaded(api):
    """The ORM query selects the e-mail address alone; `user.password or given` is then `given`."""
    def verify_account(credential: Credential):
        found = [each for each in api.memberships if each.email.encode() == credential.user]
        return found[0] if found else None
    api.verify_account = verify_account


@defect("fulcrum", "*/presence/open-endpoint*")
def null_finds_the_service_account(api):
    """`find_by(api_key: params[:token])` without a token finds the account whose key is NULL."""
    presented = api.presented

    def present(request: Request, ways: list):
        nobody = [Credential(api.memberships[0].key.encode())] if "query_key" in ways else []
        return presented(request, ways) or nobody
    api.presented = present


@defect("activeprospect", "*/presence/empty-accepted*", "*/basic/basic-empty-pass*",
        "*/presence/open-endpoint*")
def account_without_a_key(api, product, **_):
    """An account that was migrated has the empty string for a key, so that no password opens it."""
    api.known = lambda account: [api.keys[account.flow], ""]
    product.known = lambda account: [product.keys[account.flow], ""]


# Reading the credential.


@defect("activeprospect", "*/basic/basic-last-colon*")
def splits_at_the_last_colon(api, **_):
    """`rsplit(":", 1)`: everything before the last colon is the user name that is ignored."""
    user_pass = api.user_pass

    def last(value: bytes):
        found = user_pass(value)
        return found and Credential(found.secret.rpartition(b":")[2], found.user)
    api.user_pass = last


@defect("activeprospect", "*/basic/basic-swap*", "*/basic/basic-no-colon*")
def either_half(api, **_):
    """`key = password or username`, so that `curl -u KEY:` works, as support once promised."""
    verify = api.verify
    api.verify = lambda credential: verify(credential) or verify(Credential(credential.user or b""))


@defect("activeprospect", "*/basic/b64-garbage*", "*/basic/b64-extrapad*")
def lenient_base64(api, **_):
    """base64.b64decode without validate=True: foreign characters are skipped."""
    def decode(token: bytes):
        try:
            return base64.b64decode(token)
        except ValueError:
            return None
    api.decode_base64 = decode


@defect("sociocs", "*/basic/basic-scheme-case*")
def scheme_with_a_capital(api):
    """`header.startswith("Basic ")`: a client that writes `basic` is locked out."""
    user_pass = api.user_pass
    api.user_pass = lambda value: user_pass(value) if value.startswith(b"Basic ") else None


@defect("activeprospect", "*/basic/basic-any-scheme*", "*/placement/place-bearer*")
def scheme_never_read(api, **_):
    """`auth.split(" ")[1]`: whatever the scheme is called."""
    user_pass = api.user_pass
    api.user_pass = lambda value: user_pass(b"Basic " + value.partition(b" ")[2])


@defect("appcircle", "*/basic/b64-*", "*/response/server-error*", "*/encoding/invalid-pct-500*")
def error_page_with_a_trace(auth, **_):
    """A broken triplet, or what is no ASCII, makes the parser fail, and debug mode is on."""
    exchange = auth.exchange

    def route(request: Request) -> Response:
        try:
            for piece in request.body.split(b"&"):
                value = piece.partition(b"=")[2].decode("ascii")
                if re.search("%(?![0-9A-Fa-f]{2})", value):
                    raise ValueError(f"broken triplet in {value}")
            return exchange(request)
        except ValueError:
            return Response(500, traceback.format_exc().encode(), "text/plain")
    auth.exchange = route


@defect("sociocs", "*/encoding/double-decode*")
def decoded_by_gateway_and_application(api):
    """The gateway decodes the query, and the application decodes it again."""
    api.query_key = lambda request: [Credential(unquote_to_bytes(value))
                                     for value in request.parameters("apikey")]


@defect("fulcrum", "*/equivalence/pct-unreserved-refused*")
def query_taken_raw(api):
    """A regular expression takes the token out of the raw query, so that nothing is decoded."""
    def query_key(request: Request):
        return [Credential(value) for value in re.findall(rb"(?:^|&)token=([^&]*)", request.query)]
    api.query_key = query_key


@defect("fulcrum", "*/equivalence/empty-pairs*")
def only_the_first_parameter(api):
    """`query.startswith("token=")`: a parameter before it hides the key."""
    original = api.query_key
    api.query_key = lambda request: original(request) if request.query.startswith(b"token=") else []


@defect("sociocs", "*/conflict/dup-any-valid*", "*/conflict/dup-one-wins*", "*/conflict/dup-comma*")
def merged_header_lines(api):
    """A gateway joins lines of one name by commas, and the application tries each part."""
    def header_key(request: Request):
        parts = b",".join(request.values("apikey")).split(b",")
        return [Credential(part.strip()) for part in parts if part.strip()]
    api.header_key = header_key
    first_that_fits(api)


@defect("sociocs", missed="which of two parameters counts is in no document: reported as info")
def last_parameter_wins(api):
    """PHP keeps the last of several parameters of one name."""
    api.query_key = lambda request: [Credential(value)
                                     for value in request.parameters("apikey")[-1:]]


@defect("fulcrum", "*/conflict/name-underscore*")
def cgi_names(api):
    """HTTP_X_APITOKEN is made of X-ApiToken and of X_ApiToken alike."""
    def header_key(request: Request):
        return [Credential(value) for key, value in request.fields
                if key.replace("_", "-") == "x-apitoken"]
    api.header_key = header_key


@defect("sociocs", "*/placement/place-cookie*", "*/placement/place-body*")
def request_superglobal(api):
    """$_REQUEST: the parameter is looked for in query, body and cookies."""
    def query_key(request: Request):
        found = request.parameters("apikey")
        if b"=" in request.body:
            found += [value for key, value in form(request.body) if key == b"apikey"]
        cookies = SimpleCookie((request.value("Cookie") or b"").decode("latin-1"))
        found += [morsel.value.encode() for key, morsel in cookies.items() if key == "apikey"]
        return [Credential(value) for value in found]
    api.query_key = query_key


@defect("appcircle", "createSession/*/placement/place-query*")
def parameters_merged(auth, **_):
    """`params` has the query and the body in one, so that a PAT in the URL, and in logs, works."""
    auth.pats = lambda request: auth.read_form(request, "pat") or request.parameters("pat")


@defect("appcircle", "*/conflict/array-param*")
def strcmp_of_an_array(auth, **_):
    """`strcmp($pat, $_POST["pat"]) == 0`: strcmp of an array is NULL, and NULL == 0."""
    def pats(request: Request):
        found = auth.read_form(request, "pat")
        arrays = [1 for key, _ in form(request.body) if key.startswith(b"pat[")]
        return [auth.organizations[0].pat.encode()] if arrays else found
    auth.pats = pats


def first_that_fits(api):
    """Of many credentials, one that is right is enough."""
    def authenticate(request: Request, ways: list):
        for credential in api.presented(request, ways):
            if principal := api.verify(credential):
                return principal
        raise Refused(api.unauthorized(request, ways))
    api.authenticate = authenticate
