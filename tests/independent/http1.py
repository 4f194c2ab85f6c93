# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 as RFC 9112 has it, over nothing but sockets: strict where the RFC leaves a choice.

Python's own http.server folds, skips and guesses; a server that is to show where a harness is wrong
must not. Whatever the grammar does not have is answered 400, and the connection ends there, since
nobody knows where the next request would begin.
"""

import re
import socket
import socketserver
import sys
import time
import traceback
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

MAX_LINE = 16 * 1024
MAX_FIELDS = 100
MAX_BODY = 1024 * 1024
PATIENCE = 20  # seconds that a connection may be silent

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")

# RFC 3986: what may stand in a path, in a query, and as a host.
PCT = rb"%[0-9A-Fa-f]{2}"
PCHAR = rb"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|" + PCT + rb")"
ORIGIN_FORM = re.compile(rb"((?:/" + PCHAR + rb"*)+)(?:\?((?:" + PCHAR + rb"|[/?])*))?")
ABSOLUTE_FORM = re.compile(rb"([Hh][Tt][Tt][Pp][Ss]?)://([^/?#]*)((?:/" + PCHAR + rb"*)*)"
                           rb"(?:\?((?:" + PCHAR + rb"|[/?])*))?")
HOST = re.compile(rb"((?:[A-Za-z0-9._~!$&'()*+,;=-]|" + PCT + rb")+|\[[0-9A-Fa-f:.]+\])"
                  rb"(?::([0-9]{0,5}))?")


class Malformed(Exception):
    """A request that ends its connection: a status, and why."""

    def __init__(self, status: int, why: str):
        super().__init__(why)
        self.status = status


class Gone(Exception):
    """The client left, or never came."""


class Request:
    """One request. Values of fields and parameters are the bytes that came, decoded once."""

    def __init__(self, method: str, target: bytes, minor: int):
        self.method = method
        self.target = target
        self.minor = minor
        self.authority = None  # of an absolute-form
        self.path = "*"        # raw; "*" is the asterisk-form
        self.query = b""
        self.fields = []       # (name in lower case, value)
        self.body = b""
        self.memory = {}       # what a server may remember of this connection; a right one: nothing

    def values(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name.lower()]

    def value(self, name: str) -> bytes | None:
        """The value of a field that may stand once; None where it does not stand."""
        values = self.values(name)
        if len(values) > 1:
            raise Malformed(400, f"{name} more than once")
        return values[0] if values else None

    def tokens(self, name: str) -> list[str]:
        """The members of a list-based field, in lower case."""
        joined = b",".join(self.values(name)).decode("latin-1").lower()
        return [member for part in joined.split(",") if (member := part.strip(" \t"))]

    def parameters(self, name: str) -> list[bytes]:
        return [value for key, value in form(self.query) if key == name.encode()]


class Response:
    def __init__(self, status: int, body: bytes = b"", kind: str = "", fields=()):
        self.status = status
        self.body = body
        self.fields = [("Content-Type", kind)] if kind else []
        self.fields += fields

    def bytes(self, head: bool, close: bool) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
                 f"Date: {formatdate(usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in self.fields
                  if not (close and name == "Connection")]
        if self.status != 204 and self.status >= 200:
            lines.append(f"Content-Length: {len(self.body)}")
        if close:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if head else self.body)


def form(text: bytes) -> list[tuple[bytes, bytes]]:
    """application/x-www-form-urlencoded, in which a broken triplet is an error."""
    pairs = []
    for piece in text.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            pairs.append((unescape(name.replace(b"+", b" ")), unescape(value.replace(b"+", b" "))))
    return pairs


def unescape(text: bytes) -> bytes:
    if re.search(rb"%(?![0-9A-Fa-f]{2})", text):
        raise Malformed(400, "a percent sign without two hexadecimal digits")
    return unquote_to_bytes(text)


def read_line(stream, status: int) -> bytes:
    line = stream.readline(MAX_LINE + 2)
    if len(line) > MAX_LINE:
        raise Malformed(status, "a line is too long")
    if not line.endswith(b"\n"):
        raise Gone
    if not line.endswith(b"\r\n"):
        raise Malformed(400, "a line ends with a bare LF")
    return line[:-2]


def read_fields(stream) -> list[tuple[str, bytes]]:
    fields = []
    while line := read_line(stream, 431):
        match = FIELD_LINE.fullmatch(line)  # no obs-fold, no blank before the colon, no controls
        if not match:
            raise Malformed(400, "no field line")
        fields.append((match[1].decode().lower(), match[2].strip(b" \t")))
        if len(fields) > MAX_FIELDS:
            raise Malformed(431, "too many field lines")
    return fields


def read_head(stream) -> Request:
    line = read_line(stream, 414)
    if not line:  # RFC 9112 section 2.2: one empty line before a request is passed over
        line = read_line(stream, 414)
    match = REQUEST_LINE.fullmatch(line)
    if not match:
        raise Malformed(400, "no request line")
    if match[3] != b"1":
        raise Malformed(505, "not HTTP/1")
    request = Request(match[1].decode(), match[2], int(match[4]))
    request.fields = read_fields(stream)
    read_target(request)
    return request


def read_target(request: Request):
    if request.method not in METHODS:
        return
    if request.target == b"*" and request.method == "OPTIONS":
        return
    if match := ORIGIN_FORM.fullmatch(request.target):
        path, query = match[1], match[2]
    elif match := ABSOLUTE_FORM.fullmatch(request.target):
        request.authority, path, query = match[2], match[3] or b"/", match[4]
        if match[1].lower() == b"https":  # RFC 9110 section 7.4: not over an open connection
            raise Malformed(421, "https without TLS")
    else:
        raise Malformed(400, "no request target")
    request.path, request.query = path.decode(), query or b""


def check_host(request: Request, port: int):
    """RFC 9112 section 3.2, and section 7.4 of RFC 9110: is the request for us?"""
    values = request.values("host")
    if len(values) > 1 or (not values and request.minor > 0):
        raise Malformed(400, "Host must stand once")
    host = None
    for text in (*values, request.authority):  # an absolute-form goes before Host; both must parse
        if text is None:
            continue
        host = HOST.fullmatch(text)  # no userinfo: RFC 9110 section 4.2.4
        if not host:
            raise Malformed(400, "no host")
    if host and (host[1].lower() not in (b"127.0.0.1", b"localhost") or int(host[2] or 80) != port):
        raise Malformed(421, "another host")


def read_body(request: Request, stream, proceed) -> bytes:
    """RFC 9112 section 6. `proceed` tells a client that waits for 100 (Continue) to go on."""
    lengths = request.values("content-length")
    codings = request.tokens("transfer-encoding")
    if request.values("transfer-encoding"):
        if lengths or request.minor == 0:
            raise Malformed(400, "two ways to frame a body")
        if codings[-1:] != ["chunked"] or codings.count("chunked") != 1:
            raise Malformed(400, "the last coding is not chunked")
        if len(codings) > 1:
            raise Malformed(501, "a transfer coding that is not implemented")
        proceed()
        return read_chunks(stream)
    if not lengths:
        return b""
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
        raise Malformed(400, "no content length")
    if int(lengths[0]) > MAX_BODY:
        raise Malformed(413, "a body is too long")
    if int(lengths[0]) > 0:
        proceed()
    return read_exactly(stream, int(lengths[0]))


def read_exactly(stream, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise Gone
    return data


def read_chunks(stream) -> bytes:
    body = b""
    while True:
        match = CHUNK_LINE.fullmatch(read_line(stream, 400))
        if not match:
            raise Malformed(400, "no chunk size")
        size = int(match[1], 16)
        if size == 0:
            read_fields(stream)  # trailers mean nothing here
            return body
        if len(body) + size > MAX_BODY:
            raise Malformed(413, "a body is too long")
        body += read_exactly(stream, size)
        if read_exactly(stream, 2) != b"\r\n":
            raise Malformed(400, "a chunk is longer than its size")


class Connection(socketserver.StreamRequestHandler):
    """The requests of one connection, one after the other."""

    timeout = PATIENCE
    disable_nagle_algorithm = True

    def handle(self):
        memory = {}
        try:
            while self.handle_one(memory):
                pass
        except (Gone, OSError):
            return

    def handle_one(self, memory: dict) -> bool:
        try:
            request = read_head(self.rfile)
            request.memory = memory
            check_host(request, self.server.server_address[1])
            request.body = read_body(request, self.rfile, lambda: self.proceed(request))
        except Malformed as error:
            response = self.server.service.refuse_malformed(error.status)
            self.wfile.write(response.bytes(head=False, close=True))
            self.linger()
            return False
        close = request.minor == 0 or "close" in request.tokens("connection")
        try:
            response = self.server.service.answer(request)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc(file=sys.stderr)
            response = Response(500)
        self.wfile.write(response.bytes(request.method == "HEAD", close))
        return not close

    def proceed(self, request: Request):
        if request.minor > 0 and "100-continue" in request.tokens("expect"):
            self.wfile.write(Response(100).bytes(head=True, close=False))

    def linger(self):
        """RFC 9112 section 9.6: what is still coming is read, lest a reset eat the answer."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(1)
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and self.request.recv(MAX_LINE):
            pass


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, service, port: int = 0):
        super().__init__(("127.0.0.1", port), Connection)
        self.service = service
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        traceback.print_exc(file=sys.stderr)
