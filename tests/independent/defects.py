# SPDX-License-Identifier: Apache-2.0
"""Mistakes as services really make them: each replaces one piece of a right server.

`@defect(api, *rows)` names the rows of the catalogue of which one at least should see it, as globs
of case ids.
"""

import fnmatch
import re
import time
import traceback
import unicodedata
from collections import OrderedDict
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


@defect("sociocs", "*/basic/basic-empty-pass*", "*/compare/truncated-input*", "*/compare/half-alone*")
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


@defect("appcircle", "*/compare/prefix-n*", "*/compare/long-truncation*", "*/compare/suffix-ignored*",
        "*/compare/one-char-off*")
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
        owners = [each for each in api.accounts if each.id.encode() == user]
        return owners[0] if any(each.secret.encode() == secret for each in api.accounts) and owners \
            else None
    api.verify = verify


@defect("fulcrum", "*/basic/basic-user-only*", "*/compare/checksum-only*", "*/compare/one-char-off*",
        "*/compare/long-truncation*")
def password_column_never_loaded(api):
    """The ORM query selects the e-mail address alone; `user.password or given` is then `given`."""
    def verify_account(credential: Credential):
        return next((each for each in api.memberships if each.email.encode() == credential.user), None)
    api.verify_account = verify_account


@defect("fulcrum", "*/presence/open-endpoint*")
def null_finds_the_service_account(api):
    """`find_by(api_key: params[:token])` without a token finds the account whose key is NULL."""
    presented = api.presented

    def present(request: Request, ways: list):
        found = presented(request, ways)
        return found or [Credential(api.memberships[0].key.encode())] if "query_key" in ways else found
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
    import base64  # pylint: disable=import-outside-toplevel

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
    """What is no UTF-8, or has a broken triplet, makes the form parser fail, and debug mode is on."""
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


@defect("appcircle", "createSession/*/placement/place-query*", "createSession/*/placement/place-other*")
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


# Routes and gates.


@defect("fulcrum", "*/method-path/trailing-slash*")
def trailing_slash(api):
    """The filter lists exact paths; the router behind it takes a slash at the end as well."""
    api.gates.append(lambda request: api.forms(request, api.memberships[0])
                     if request.path == "/api/v2/forms/" else None)


@defect("sociocs", "*/method-path/path-ext*", "*/method-path/path-param*")
def static_files_need_no_key(api):
    """Paths that end like static files pass the filter; `/message;a.css` and /message.css are one
    to the router."""
    def gate(request: Request):
        static = request.path.endswith((".css", ".png", ".js", ".ico"))
        name = re.split(r"[.;]", request.path)[0]
        return api.message(request, api.accounts[0]) if static and name == "/message" else None
    api.gates.append(gate)


@defect("fulcrum", "*/method-path/path-case*")
def case_insensitive_router(api):
    """The filter's paths are compared with case, the router's without."""
    def gate(request: Request):
        if request.path.lower() == "/api/v2/forms" != request.path:
            return api.forms(request, api.memberships[0])
        return None
    api.gates.append(gate)


@defect("activeprospect", "*/method-path/head-bypass*")
def head_before_authentication(api, **_):
    """A middleware that answers HEAD by running GET stands before the one that authenticates."""
    api.gates.append(lambda request: api.flows(request, api.accounts[0])
                     if request.method == "HEAD" and request.path == "/flows" else None)


def override(api, method: str):
    def gate(request: Request):
        wanted = request.value("X-HTTP-Method-Override")
        if (request.method, wanted, request.path) == (method, b"GET", "/api/v2/forms"):
            return api.forms(request, api.memberships[0])
        return None
    api.gates.append(gate)


@defect("fulcrum", "*/method-path/method-override*")
def override_after_the_filter(api):
    """The filter knows no POST of this path; behind it, X-HTTP-Method-Override makes GET of it."""
    override(api, "POST")


@defect("fulcrum", missed="method-override tries POST and the documented method, and no OPTIONS")
def override_of_a_preflight(api):
    """OPTIONS is let through for browsers; behind that, X-HTTP-Method-Override makes GET of it."""
    override(api, "OPTIONS")


@defect("sociocs", "*/method-path/unknown-method*")
def limit_get_post(api):
    """`<Limit GET POST>`: other methods need no key, and the script behind does not ask for one."""
    api.gates.append(lambda request: api.message(request, api.accounts[0])
                     if request.method not in ("GET", "HEAD", "POST", "OPTIONS")
                     and request.path in ("/message", "*") else None)


@defect("fulcrum", "*/placement/spoof-xff*")
def trusted_network(api):
    """Calls from the office need no key, and X-Forwarded-For says where a call comes from."""
    api.gates.append(lambda request: api.forms(request, api.memberships[0])
                     if request.path == "/api/v2/forms"
                     and (request.value("X-Forwarded-For") or b"").startswith(b"127.") else None)


@defect("activeprospect", "*/placement/spoof-remote-user*", "*/placement/spoof-internal*")
def single_sign_on_header(api, **_):
    """Behind the company's proxy X-Remote-User is the login; nobody takes it from outside calls."""
    api.gates.append(lambda request: api.flows(request, api.accounts[0])
                     if request.path == "/flows" and request.value("X-Remote-User") else None)


@defect("sociocs", "*/method-path/x-original-url*")
def rewritten_path(api):
    """The root is to be rewritten by X-Original-URL, after the filter has looked at it."""
    api.gates.append(lambda request: api.message(request, api.accounts[0])
                     if (request.value("X-Original-URL") or b"") == b"/message" else None)


# State that stays where it should not.


@defect("appcircle", missed="valid credentials and none are kept on separate connections")
def principal_kept_on_the_connection(api, **_):
    """The handler object lives as long as its connection, and remembers who was let in."""
    authenticate = api.authenticate

    def remember(request: Request, ways: list):
        try:
            request.memory["who"] = authenticate(request, ways)
        except Refused:
            if "who" not in request.memory:
                raise
        return request.memory["who"]
    api.authenticate = remember


@defect("fulcrum", "*/response/cache-cross*", "*/authz/tenant-data*", "*/presence/open-endpoint*")
def page_cache_by_path(api):
    """A page cache before the application has the path for its key, and nothing of who asked."""
    pages = {}

    def gate(request: Request):
        kept, until = pages.get(request.path, (None, 0))
        return kept if request.method == "GET" and time.monotonic() < until else None

    def keep(request: Request, response: Response):
        if request.method == "GET" and response.status == 200 and request.path == "/api/v2/forms":
            pages.setdefault(request.path, (response, time.monotonic() + 5))
    api.gates.append(gate)
    api.finishers.append(keep)


@defect("fulcrum", "*/lifecycle/revoked-accepted*", "*/lifecycle/revoked-grace*", "*/lifecycle/race-*")
def deleted_keys_stay_cached(api):
    """Keys that were seen stay in each worker's cache for a few seconds, deleted or not."""
    cache = OrderedDict()
    verify_key = api.verify_key

    def cached(credential: Credential):
        kept, until = cache.get(credential.secret, (None, 0))
        if time.monotonic() < until:
            return kept
        if found := verify_key(credential):
            cache[credential.secret] = (found, time.monotonic() + 4)
        return found
    api.verify_key = cached


@defect("activeprospect", "*/lifecycle/rotation-old-valid*")
def old_key_until_it_is_purged(api, product, **_):
    """The propagation adds the new key; a nightly job removes the old one."""
    for each in (api, product):
        history = {}

        def known(account, each=each, history=history):
            history.setdefault(account.flow, set()).add(each.keys[account.flow])
            return sorted(history[account.flow])
        each.known = known


@defect("activeprospect", "*/lifecycle/rotation-before-login*")
def reset_takes_effect_at_once(api, product, settings, **_):
    """All products read the same table, so that a reset does not wait for a login."""
    reset = settings.reset

    def at_once(request: Request) -> Response:
        answer = reset(request)
        for each in (api, product):
            each.log_in(settings.account)
        return answer
    settings.reset = at_once


# Time.


@defect("fulcrum", "*/lifecycle/expired-accepted*", "*/lifecycle/expiry-*")
def never_looks_at_the_clock(api):
    """Expired authorizations are removed by a job that runs at night."""
    api.alive = lambda: list(api.authorizations.values())


@defect("fulcrum", "*/response/expires-at-wrong*")
def local_time_with_a_z(api):
    """expires_at is local time, two hours east of Greenwich, with a Z behind it."""
    expires_at = api.expires_at

    def east(row):
        text = expires_at(row)
        return text and re.sub(r"T(\d\d)", lambda hour: f"T{(int(hour[1]) + 2) % 24:02d}", text)
    api.expires_at = east


@defect("fulcrum", "*/lifecycle/expiry-sliding*", "*/lifecycle/expiry-late*")
def expiry_slides(api):
    """An update saves the record, and the expiry counts from updated_at."""
    update = api.update

    def touch(request: Request, member, identifier: bytes):
        answer = update(request, member, identifier)
        api.find(member, identifier).created = api.now()
        return answer
    api.update = touch


@defect("fulcrum", "*/lifecycle/null-expires*")
def null_is_zero(api):
    """`timeout.to_i`: null becomes 0, and the key is born dead."""
    timeout = api.timeout
    api.timeout = lambda values: 0 if timeout(values) is None and "timeout" in values else timeout(values)


@defect("fulcrum", "*/lifecycle/null-expires*")
def string_timeout_for_ever(api):
    """A timeout that is no number is passed over in silence, so that "3600" means for ever."""
    timeout = api.timeout
    api.timeout = lambda values: timeout(values) if not isinstance(values.get("timeout"), str) else None


@defect("appcircle", "*/lifecycle/expired-accepted*", "*/lifecycle/expiry-late*")
def session_cookie_semantics(api, **_):
    """expires_in is told to the client, and left to it."""
    api.now = lambda: 0.0


@defect("appcircle", "*/lifecycle/expired-accepted*", "*/lifecycle/expiry-late*")
def generous_leeway(api, **_):
    """A leeway for skewed clocks of a minute, on one clock."""
    now = api.now
    api.now = lambda: now() - 60


# Who may what.


@defect("fulcrum", "*/authz/cross-tenant-read*")
def found_by_id_alone(api):
    """`Authorization.find(params[:id])`, and not among those of the member."""
    def find(_, identifier: bytes):
        row = api.authorizations.get(identifier.decode("latin-1"))
        if row is None:
            raise Refused(api.error(404))
        return row
    api.find = find


@defect("fulcrum", "*/authz/create-foreign-org*")
def organization_from_the_request(api):
    """organization_id is saved as it comes; nobody looks whether the member is in it."""
    api.contexts = lambda member: api.memberships


@defect("fulcrum", "*/authz/cross-tenant-list*", "*/authz/tenant-data*")
def tenant_from_the_query(api):
    """`params[:organization_id] || current.organization_id`."""
    def forms(request: Request, member):
        asked = [each for each in api.memberships
                 if each.organization.encode() in request.parameters("organization_id")]
        return api.json({"forms": [{"id": (asked or [member])[0].form}]})
    api.forms = forms


@defect("fulcrum", missed="mass-assign tries a creation, and no update")
def attributes_assigned_in_bulk(api):
    """`update(params[:authorization])`: token and id of the record are what the client says."""
    update = api.update

    def assign(request: Request, member, identifier: bytes):
        row = api.find(member, identifier)
        answer = update(request, member, identifier)
        values = api.read_authorization(request)
        if isinstance(values.get("token"), str):
            row.token = values["token"]
        return answer
    api.update = assign


@defect("fulcrum", "createAuthorization/*/authz/key-where-basic*")
def one_filter_for_all_methods(api):
    """`before_action :authenticate` takes whatever credential there is, so that a key makes keys."""
    api.routes[3].ways["POST"] = ["basic", "header_key", "query_key"]


@defect("appcircle", "*/authz/raw-longterm-secret*")
def pat_is_a_session_too(api, **_):
    """One table of tokens, and no look at their kind: the long-lived one opens the API."""
    verify = api.verify

    def either(credential: Credential):
        owner = [each for each in api.organizations if each.pat.encode() == credential.secret]
        return owner[0] if owner else verify(credential)
    api.verify = either


@defect("appcircle", "*/authz/tenant-data*", "*/authz/issued-*", "*/response/cache-cross*")
def last_login_is_everybody(api, **_):
    """The current user is a global variable, set by whoever logged in last."""
    verify = api.verify
    api.verify = lambda credential: verify(credential) and api.sessions[-1].organization


@defect("appcircle", "*/lifecycle/session-renewal*")
def session_buys_a_session(auth, api):
    """A session is taken for a PAT, so that who has one never needs another."""
    owner = auth.owner
    auth.owner = lambda pat: owner(pat) or api.verify(Credential(pat))


# Answers.


@defect("sociocs", "*/response/secret-echo*")
def key_in_the_error(api):
    """The error names the key that is wrong, for support."""
    def unauthorized(request: Request, ways: list) -> Response:
        keys = [each.secret.decode("latin-1") for each in api.presented(request, ways)]
        return api.json({"error": f"no account has the key {', '.join(keys)}"}, 401,
                        [("WWW-Authenticate", api.challenge(ways))])
    api.unauthorized = unauthorized


@defect("activeprospect", "*/response/documented-status*")
def forbidden_for_a_wrong_key(api, **_):
    """401 without a key, 403 with a wrong one, where the page has 401 for both."""
    unauthorized = api.unauthorized

    def answer(request: Request, ways: list) -> Response:
        response = unauthorized(request, ways)
        response.status = 403 if request.values("Authorization") else 401
        return response
    api.unauthorized = answer


@defect("activeprospect", "*/response/documented-content-type*", "*/response/documented-json*")
def proxy_answers_in_html(api, **_):
    """The proxy before the application refuses what has no Authorization, in its own words."""
    unauthorized = api.unauthorized
    api.unauthorized = lambda request, ways: unauthorized(request, ways) \
        if request.values("Authorization") else Response(
            401, b"<h1>401 Authorization Required</h1>", "text/html",
            [("WWW-Authenticate", 'Basic realm="proxy"')])


@defect("sociocs", "*/response/challenge-*")
def unquoted_realm(api):
    """The realm has a blank and no quotes, which no client can parse."""
    api.challenge = lambda ways: "Basic realm=Sociocs API"


@defect("fulcrum", "*/response/cors-reflect*")
def any_origin_with_credentials(api):
    """The Origin of the request is allowed, whichever it is, and with credentials."""
    def reflect(request: Request, response: Response):
        if origin := request.value("Origin"):
            response.fields = [each for each in response.fields
                               if each[0] != "Access-Control-Allow-Origin"]
            response.fields += [("Access-Control-Allow-Origin", origin.decode("latin-1")),
                                ("Access-Control-Allow-Credentials", "true")]
    api.finishers.append(reflect)


@defect("fulcrum", "*/response/auth-cacheable*")
def cached_for_a_minute(api):
    """`Cache-Control: public, max-age=60` on every answer, to spare the database."""
    def share(_, response: Response):
        response.fields = [(name, "public, max-age=60" if name == "Cache-Control" else value)
                           for name, value in response.fields]
    api.finishers.append(share)


@defect("appcircle", "*/response/issued-alike*", "*/response/issued-unique*", "*/response/issued-short*")
def tokens_count_up(auth, **_):
    """The session token is the time and a counter, in a coat of zeros."""
    def new_token() -> str:
        auth.count = getattr(auth, "count", 0) + 1
        return f"sess-{int(time.time())}-{auth.count:024d}"
    auth.new_token = new_token


@defect("appcircle", missed="the page promises nothing of caches: reported as info")
def token_may_be_stored(auth, **_):
    """The answer with the token says nothing of caches."""
    def forget(_, response: Response):
        response.fields = [each for each in response.fields if each[0] != "Cache-Control"]
    auth.finishers.append(forget)


@defect("sociocs", "*/presence/null-literal*")
def undefined_means_guest(api):
    """A client once sent `undefined`, and was given a guest account until it would be mended."""
    verify = api.verify
    api.verify = lambda credential: api.accounts[0] if fnmatch.fnmatch(
        credential.secret.decode("latin-1"), "undefined") else verify(credential)


@defect("sociocs", "*/response/server-error*", "*/basic/basic-bad-utf8-500*", "*/basic/b64-bad-500*")
def decode_without_a_catch(api):
    """`credentials.decode("utf-8")` outside of the try."""
    user_pass = api.user_pass

    def strict(value: bytes):
        found = user_pass(value)
        if found:
            found.user.decode("utf-8")
            found.secret.decode("utf-8")
        return found
    api.user_pass = strict


@defect("sociocs", "*/response/server-error*", "*/compare/long-truncation*", "*/presence/*")
def exception_means_yes(api):
    """`except Exception: log(...)`, and on with the request: a key of odd length breaks the check."""
    verify = api.verify

    def careless(credential: Credential):
        try:
            if len(credential.secret) > 128:
                raise OverflowError("value too long for type character varying(128)")
            return verify(credential)
        except OverflowError:
            return api.accounts[0]
    api.verify = careless


def first_that_fits(api):
    """Of many credentials, one that is right is enough."""
    def authenticate(request: Request, ways: list):
        for credential in api.presented(request, ways):
            if principal := api.verify(credential):
                return principal
        raise Refused(api.unauthorized(request, ways))
    api.authenticate = authenticate
