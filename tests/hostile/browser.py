"""A person at the running portal, without a browser: cookies, sign-in through the form, uploads."""

import http.client
import re
import time
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.sites import PASSWORD

BOUNDARY = "hostile-boundary-7f3a"


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: dict
    body: bytes
    seconds: float

    @property
    def words(self):
        """What a person reads: the text without markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.body.decode(errors="replace"))).split())


class Browser:
    """Talks to ``portal`` as one person; keeps cookies and nothing else."""

    def __init__(self, portal):
        self.host = urlsplit(portal.url).netloc
        self.cookies = {}

    def request(self, method, path, *, body=None, headers=None):
        link = http.client.HTTPConnection(self.host, timeout=120)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begun = time.monotonic()
        try:
            link.request(method, path, body=body, headers={"Cookie": cookie, "Accept-Language": "de"} | (headers or {}))
            answer = link.getresponse()
            content = answer.read()
        finally:
            link.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, dict(answer.headers), content, time.monotonic() - begun)

    def _keep(self, set_cookies):
        for line in set_cookies:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, **fields):
        form = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})
        return self.request("POST", path, body=form, headers={"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, person):
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=person.email, password=PASSWORD)
        assert answer.status == 302, answer.words
        return self

    def upload(self, path, content, name):
        """Send ``content`` as the field ``file``, as a browser does."""
        if "csrftoken" not in self.cookies:
            self.get(path)
        body = b"".join(
            [
                _part('name="csrfmiddlewaretoken"', self.cookies["csrftoken"].encode()),
                _part(f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', content),
                f"--{BOUNDARY}--\r\n".encode(),
            ]
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.request("POST", path, body=body, headers=kind)


def _part(disposition, content):
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"
