"""Bytes that are no HTTP, straight to the web server's socket: refused, and the server goes on."""

import contextlib
import socket

import pytest

from tests.hostile.browser import Browser

LINES = {
    "length that is no number": b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
    "negative length": b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    "chunk that is none": b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "endless address": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    "endless header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "thousands of headers": b"GET / HTTP/1.1\r\n"
    + b"".join(b"X%d: y\r\n" % number for number in range(5000))
    + b"\r\n",
    "zero in the address": b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "line break in a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\n b: c\r\n\r\n",
    "raw bytes in the address": b"GET /\xff\xfe\xc3\x28/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "odd method": b"<>() / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "version to come": b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    "half a request": b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nlogin=",
}
ANSWERS = {"200", "400", "403", "404", "408", "411", "413", "414", "431", "501", "505"}


def answer_to(portal, words):
    """The first line of the answer; empty when the server hangs up, as it may."""
    server = ("127.0.0.1", portal.port)
    with contextlib.suppress(ConnectionError), socket.create_connection(server, timeout=10) as link:
        link.sendall(words)
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_WR)
        return link.recv(64).partition(b"\r\n")[0].decode()
    return ""


@pytest.mark.parametrize("kind", LINES)
def test_bytes_that_are_no_request_are_refused(portal, kind):
    answer = answer_to(portal, LINES[kind])
    assert answer == "" or answer.split()[1] in {
        "200",
        "400",
        "403",
        "404",
        "408",
        "411",
        "413",
        "414",
        "431",
        "501",
        "505",
    }
    assert Browser(portal).get("/healthz").status == 200
