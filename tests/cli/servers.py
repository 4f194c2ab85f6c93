# SPDX-License-Identifier: Apache-2.0
"""Servers on loopback that misbehave as a test asks: `with Scripted(hang) as url: …`.

A script is a function of an open connection; it reads and writes what it likes. Each connection has
a thread of its own, and closes when the script returns.
"""

import itertools
import socket
import ssl
import subprocess
import threading
from pathlib import Path


class Scripted:
    """Listens on a free port and plays `script` with each connection."""

    def __init__(self, script, context: ssl.SSLContext | None = None):
        self.script, self.context = script, context
        self.connections = []

    def __enter__(self) -> str:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self.accept, daemon=True).start()
        scheme = "https" if self.context else "http"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return  # closed by __exit__
            self.connections.append(connection)
            threading.Thread(target=self.play, args=(connection,), daemon=True).start()

    def play(self, connection: socket.socket):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.script(connection)
            connection.close()
        except (OSError, ValueError):  # the other side has gone, or spoke no TLS
            connection.close()


def heads(connection: socket.socket):
    """The head of each request that has come whole; bodies are passed over by their length."""
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
        head, _, data = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        while len(data) < length:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
        data = data[length:]
        yield head


def hang(connection: socket.socket):
    """Reads for ever, and answers nothing."""
    while connection.recv(65536):
        pass


def not_understood(connection: socket.socket):
    """Takes whatever comes first for a bad request."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def close_midway(connection: socket.socket):
    """Promises 100 bytes, sends 7, closes."""
    for _ in heads(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial")
        return


def always(status: str, body: bytes = b'{"ok": true}'):
    """A script that answers everything alike."""
    answer = (f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
              f"Content-Length: {len(body)}\r\n\r\n").encode()

    def script(connection: socket.socket):
        for head in heads(connection):
            connection.sendall(answer + (b"" if head.startswith(b"HEAD ") else body))
    return script


def throttle_from(number: int):
    """A script that takes the key of mini.yaml, and from that request on tells all to wait."""
    answered = itertools.count()

    def script(connection: socket.socket):
        for head in heads(connection):
            right = b"X-Key: 0123456789abcdef0123456789abcdef\r\n" in head + b"\r\n"
            status, body = ("200 OK", b'{"things": [1]}') if right else (
                "401 Unauthorized", b'{"error": "who are you?"}')
            if next(answered) >= number:
                status, body = "429 Too Many Requests\r\nRetry-After: 60", b'{"error": "later"}'
            connection.sendall((f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                                f"Content-Length: {len(body)}\r\n\r\n").encode() +
                               (b"" if head.startswith(b"HEAD ") else body))
    return script


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for 127.0.0.1, and what a server needs to show it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", "/CN=keyward test", "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


class Forwarder:
    """Passes connections on to a server, and keeps what it answers in `answers`."""

    def __init__(self, url: str):
        self.host, self.port = url.removeprefix("http://").split(":")
        self.answers = b""
        self.scripted = Scripted(self.forward)

    def __enter__(self) -> str:
        return self.scripted.__enter__()

    def __exit__(self, *unused):
        self.scripted.__exit__(*unused)

    def forward(self, client: socket.socket):
        with socket.create_connection((self.host, int(self.port))) as server:
            threading.Thread(target=self.give_back, args=(server, client), daemon=True).start()
            while piece := client.recv(65536):
                server.sendall(piece)

    def give_back(self, server: socket.socket, client: socket.socket):
        try:
            while piece := server.recv(65536):
                self.answers += piece
                client.sendall(piece)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client has gone
