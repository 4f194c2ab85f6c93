# SPDX-License-Identifier: Apache-2.0
"""Mistakes around credentials: routes, state, time, tenants, answers. See reading_defects.py."""

import re
import time

from http1 import Request, Response
from service import Credential, Refused, defect

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


@defect("fulcrum", "*/method-path/options-override*")
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


@defect("appcircle", "*/protocol/conn-cached*", "*/protocol/pipelined-mixup*")
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


@defect("fulcrum", "*/lifecycle/revoked-accepted*", "*/lifecycle/revoked-grace*")
def deleted_keys_stay_cached(api):
    """Keys that were seen stay in each worker's cache for a few seconds, deleted or not."""
    cache = {}
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


@defect("fulcrum", "*/lifecycle/expired-accepted*")
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


@defect("fulcrum", "*/lifecycle/expiry-sliding*")
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

    def to_i(values: dict):
        return (timeout(values) or 0) if "timeout" in values else None
    api.timeout = to_i


@defect("fulcrum", "*/lifecycle/null-expires*")
def string_timeout_for_ever(api):
    """A timeout that is no number is passed over in silence, so that "3600" means for ever."""
    timeout = api.timeout
    api.timeout = lambda values: None if isinstance(values.get("timeout"), str) else timeout(values)


@defect("appcircle", "*/lifecycle/expired-accepted*")
def session_cookie_semantics(api, **_):
    """expires_in is told to the client, and left to it."""
    api.now = lambda: 0.0


@defect("appcircle", "*/lifecycle/expiry-late*")
def generous_leeway(api, **_):
    """A leeway for skewed clocks of some seconds, although there is but one clock."""
    now = api.now
    api.now = lambda: now() - 5


# The second row sends what the first one looks at.
@defect("appcircle", "*/response/refused-data*", "*/lifecycle/expired-accepted*")
def handler_goes_on_when_expired(api, **_):
    """The branch for expired sessions writes 401, and forgets to return."""
    answer = api.answer

    def forgetful(request: Request) -> Response:
        response = answer(request)
        gone = [each for value in request.values("Authorization") for each in api.sessions
                if each.token.encode() == api.session_token(value)]
        if response.status == 401 and len(gone) == 1:
            response.body = api.profiles(request, gone[0].organization).body
        return response
    api.answer = forgetful


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


@defect("fulcrum", "*/authz/mass-assign.put-token")
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
    """`before_action :authenticate` takes whatever credential there is: a key makes keys."""
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


@defect("appcircle", "*/response/issued-alike*", "*/response/issued-short*")
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
    api.verify = lambda credential: api.accounts[0] if credential.secret == b"undefined" \
        else verify(credential)


@defect("sociocs", "*/response/server-error*", "*/basic/basic-bad-utf8-500*")
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
    """`except Exception: log(...)`, and on with the request: a long key breaks the check."""
    verify = api.verify

    def careless(credential: Credential):
        try:
            if len(credential.secret) > 128:
                raise OverflowError("value too long for type character varying(128)")
            return verify(credential)
        except OverflowError:
            return api.accounts[0]
    api.verify = careless
