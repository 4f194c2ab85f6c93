#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the right servers here make of bytes: http1_test.py. Keyward takes no part in it."""

import base64
import socket
import threading
import unittest

import activeprospect
import fulcrum
import sociocs
from http1 import Listener

SERVERS, NAMES = sociocs.world()
LISTENER = Listener(SERVERS["api"])
PORT = LISTENER.server_address[1]
HOST = f"Host: 127.0.0.1:{PORT}\r\n"
KEY = NAMES["SOCIOCS_API_KEY"]
BASIC = base64.b64encode(KEY.encode()).decode()


def send(text: str, port: int = PORT) -> list[bytes]:
    """The answers to these bytes, behind which nothing will come."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(text.encode("latin-1"))
        client.shutdown(socket.SHUT_WR)
        data = b""
        while part := client.recv(65536):
            data += part
    return data.split(b"HTTP/1.1 ")[1:]


def get(line: str = "GET /message HTTP/1.1", *fields: str, body: str = "") -> str:
    return f"{line}\r\n{HOST}" + "".join(f"{field}\r\n" for field in fields) + f"\r\n{body}"


QUERY = f"?apikey={KEY}"
POST = "POST /message HTTP/1.1"
MINE = f"apikey: {KEY}"

# (what is sent, the statuses of the answers)
ROWS = [
    # Accepted, in every spelling that means the same.
    (get("GET /message HTTP/1.1", MINE), [200]),
    (get("GET /message HTTP/1.1", f"APIKEY:\t{KEY}  "), [200]),
    (get(f"GET /message{QUERY} HTTP/1.1"), [200]),
    (get(f"GET /message?a=1&&{QUERY[1:].replace(':', '%3a')}&b HTTP/1.1"), [200]),
    (get(f"GET /%6Dessage?%61pikey={KEY} HTTP/1.1"), [200]),
    (get("GET /message HTTP/1.1", f"Authorization: bASIC   {BASIC}"), [200]),
    (get(f"GET http://127.0.0.1:{PORT}/message HTTP/1.1", MINE), [200]),
    (get("HEAD /message HTTP/1.1", MINE), [200]),
    (f"GET /message HTTP/1.0\r\n{MINE}\r\n\r\n", [200]),
    ("\r\n" + get("GET /message HTTP/1.1", MINE), [200]),
    (get(POST, MINE, "Content-Length: 2", body="ab"), [200]),
    (get(POST, MINE, "Transfer-Encoding: Chunked", body="2;x=y\r\nab\r\n0\r\nT: 1\r\n\r\n"), [200]),
    (get(POST, MINE, "Content-Length: 2", "Expect: 100-continue", body="ab"), [100, 200]),
    # One connection: pipelined, and nothing of the first request clings to the second.
    (get("GET /message HTTP/1.1", MINE) + get(), [200, 401]),
    (get() + get("GET /message HTTP/1.1", MINE, "Connection: Close") + get(), [401, 200]),
    # Refused for the credential.
    (get(), [401]),
    (get("GET /message HTTP/1.1", f"{MINE}x"), [401]),
    (get("GET /message HTTP/1.1", MINE, MINE), [401]),
    (get("GET /message HTTP/1.1", f"{MINE}, {KEY}"), [401]),
    (get(f"GET /message{QUERY}&apikey=x HTTP/1.1"), [401]),
    (get("GET /message HTTP/1.1", f"Authorization: Basic {BASIC}", MINE), [401]),
    (get("GET /message HTTP/1.1", f"Authorization: Basic {BASIC.rstrip('=')}!"), [401]),
    (get("GET /message HTTP/1.1", f"Authorization: Basic {BASIC}="), [401]),
    (get("GET /message HTTP/1.1", f"Authorization: Basic{BASIC}"), [401]),
    # Refused for the request.
    (f"GET /message HTTP/1.1\r\n{MINE}\r\n\r\n", [400]),
    (get("GET /message HTTP/1.1", f"Host: 127.0.0.1:{PORT}", MINE), [400]),
    (get("GET /message HTTP/1.1", MINE).replace("127.0.0.1", "other.example"), [421]),
    (get(f"GET http://x@127.0.0.1:{PORT}/message HTTP/1.1", MINE), [400]),
    (get("GET /message#a HTTP/1.1", MINE), [400]),
    (get("GET /mess%zzage HTTP/1.1", MINE), [400]),
    (get("GET  /message HTTP/1.1", MINE), [400]),
    (get("GET /message HTTP/2.0", MINE), [505]),
    (get("GET /message HTTP/1.1", f"apikey : {KEY}"), [400]),
    (get("GET /message HTTP/1.1", "apikey:", f" {KEY}"), [400]),
    (get("GET /message HTTP/1.1", f"{MINE}\0"), [400]),
    (get("GET /message HTTP/1.1", f"{MINE}\rX: y"), [400]),
    (get("GET /message HTTP/1.1", MINE).replace("\r\n", "\n"), [400]),
    (get(POST, MINE, "Content-Length: 2", "Content-Length: 2", body="ab"), [400]),
    (get(POST, MINE, "Content-Length: +2", body="ab"), [400]),
    (get(POST, MINE, "Content-Length: 2", "Transfer-Encoding: chunked", body="ab"), [400]),
    (get(POST, MINE, "Transfer-Encoding: chunked, gzip", body="0\r\n\r\n"), [400]),
    (get(POST, MINE, "Transfer-Encoding: gzip, chunked", body="0\r\n\r\n"), [501]),
    (get(POST, MINE, "Transfer-Encoding: chunked", body="0x2\r\nab\r\n0\r\n\r\n"), [400]),
    (get(f"GET /{'a' * 20000} HTTP/1.1", MINE), [414]),
    (get("GET /message HTTP/1.1", f"X: {'a' * 20000}", MINE), [431]),
    (get("get /message HTTP/1.1", MINE), [501]),
    (get("DELETE /message HTTP/1.1", MINE), [405]),
    (get("GET /message/ HTTP/1.1", MINE), [404]),
    (get("GET /a%2Fmessage HTTP/1.1", MINE), [404]),
]


class Http1(unittest.TestCase):
    def test_every_row(self):
        for sent, statuses in ROWS:
            with self.subTest(sent[:200]):
                answers = send(sent)
                self.assertEqual([int(answer[:3]) for answer in answers], statuses)

    def test_fields_of_refusals(self):
        self.assertIn(b"\r\nWWW-Authenticate: Basic realm=", send(get())[0])
        self.assertRegex(send(get("DELETE /message HTTP/1.1"))[0], rb"\r\nAllow: .*GET.*HEAD")
        self.assertIn(b"\r\nConnection: close\r\n", send(get("GET /# HTTP/1.1"))[0])

    def test_head_has_no_body(self):
        answer = send(get("HEAD /message HTTP/1.1", MINE))[0]
        self.assertTrue(answer.endswith(b"\r\n\r\n"))
        self.assertRegex(answer, rb"\r\nContent-Length: [1-9]")

    def test_the_printed_refusal(self):
        servers, _ = activeprospect.world()
        with Listener(servers["api"]) as listener:
            threading.Thread(target=listener.serve_forever, daemon=True).start()
            port = listener.server_address[1]
            answer = send(get("GET /flows HTTP/1.1").replace(str(PORT), str(port)), port)[0]
            listener.shutdown()
        self.assertTrue(answer.endswith(b'{"error":"authentication failed"}'))
        self.assertIn(b"\r\nContent-Length: 33\r\n", answer)

    def test_an_expiry_is_creation_plus_timeout(self):
        api = fulcrum.world()[0]["api"]
        row = fulcrum.Authorization(api.memberships[0], "n", 3600, 1491934438.156)
        self.assertEqual(api.expires_at(row), "2017-04-11T19:13:58.156Z")


if __name__ == "__main__":
    threading.Thread(target=LISTENER.serve_forever, daemon=True).start()
    unittest.main()
