"""Requests nobody's browser sends, and plausible ones with other people's ids, as hypothesis strategies."""

# ruff: noqa: E501 - tables

import re
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, urlencode

from django import forms
from hypothesis import strategies as st

from offensive.tenancy.roles import Role
from tests.test_access import every_page

BOUNDARY = "odd"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
METHODS = [
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "PROPFIND",
    "get",
]
OUTSIDERS = ["nobody", "stranger", "neighbour"]
# Those who may do most are asked most.
BUSY = [str(role) for role in (Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER)]
WHO = [*map(str, Role), *OUTSIDERS, *BUSY, *BUSY]
TENANTS = [
    ("io", "gws"), ("io", "sihk"), ("io", "muster-federn-altena-gmbh"), ("io", "muster-guss-hemer-kg"),
    ("io", "foerderstelle"), ("nb", "nord"), ("nb", "zenit"), ("io", "zenit"), ("io", "nord"), ("dev", "mail"),
]  # fmt: skip
TEXTS = [
    "", " ", "0", "1", "-1", "00", "9223372036854775807", "9223372036854775808", "1e400", "NaN", "١٢", "null", "true",
    "2026-02-30", "31.02.2026", "29.02.2024", "0000-00-00", "9999-12-31", "31.12.99999", "24:61", "1.234,56", "'", '"; --',
    "%", "%s", "%(x)s", "{{ x }}", "../../etc/passwd", "a\x00b", "\ud7ff", "\u202e", "e\u0301", "ẞ", "𝔘", "x" * 300, "=1+1",
    "<script>alert(1)</script>", "a@b.example", "a@b", "javascript:alert(1)", "//fremd.example/", "on", "[]", "[0]",
    "00000000-0000-0000-0000-000000000000", "io", "gws", "2026-1", "RCO01", "workshop", "standort", "all", "2026-11-02",
]  # fmt: skip
BYTES = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xc3\x28",
    b"%",
    b"%2e%2e",
    b"..",
    b"/",
    b"//",
    b"\r\nX: y",
    b"?",
    b"#",
    b";",
    b"a" * 5000,
]
HEADERS = [
    ("HX-Request", "true"), ("HX-Request", "ja"), ("HX-Target", "x" * 2000), ("HX-Current-URL", "http://[::1"),
    ("HX-Current-URL-URI-AutoEncoded", "true"), ("HX-Prompt", "%00%ff"), ("Accept-Language", "x" * 900), ("Accept-Language", "de,en;q=9"),
    ("Accept-Language", "\xff"), ("Accept", "application/json"), ("Accept", "*/*;q=x"), ("Range", "bytes=9-1"), ("Range", "bytes=-"),
    ("If-Modified-Since", "gestern"), ("If-None-Match", '"\xe4"'), ("Referer", "http://["), ("Origin", "null"),
    ("Host", "fremd.example"), ("Host", "127.0.0.1:x"), ("Host", "[::1"), ("X-Forwarded-For", "1, 2, ::"), ("X-Forwarded-Host", "fremd.example"),
    ("X-Forwarded-Proto", "ftp"), ("Cookie", "sessionid=\x01; csrftoken=;;;="), ("Cookie", "messages=[[]]; django_language=../x"),
    ("Cookie", r'sessionid="\000aaaaaaaaaaaaaaa"'), ("Cookie", r'csrftoken="\000"; messages="\000"; django_language="\000"'),
    ("Authorization", "Basic \xff"), ("Transfer-Encoding", "chunked"), ("X-HTTP-Method-Override", "DELETE"),
]  # fmt: skip
KINDS = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "application/json", "text/plain",
    f"multipart/form-data; boundary={BOUNDARY}", "multipart/form-data", "multipart/form-data; boundary=" + "b" * 300, "", "\xff/\xff",
    f"multipart/form-data; boundary={BOUNDARY}; charset=nothing",
]  # fmt: skip
FILES = [
    b"",
    b"%PDF-1.7\n%%EOF",
    b"PK\x05\x06" + bytes(18),
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"Firma;Ort\nMuster;Hagen\n",
    b"\xff\xd8\xff\xe0",
]
FILE_NAMES = ["liste.csv", "", "../../x.pdf", "x" * 400 + ".pdf", 'a"b.pdf', "a\x00.pdf", "ä\u202e.fdp", "CON", "."]


@dataclass(frozen=True)
class OddRequest:
    """One request; ``path`` is percent-encoded, with its query."""

    who: str
    name: str
    method: str
    path: str
    body: bytes = b""
    kind: str = ""
    headers: dict = field(default_factory=dict)


def all_fields():
    """The name of every field of every form there is, and what pages read beside their forms."""

    def below(base):
        for each in base.__subclasses__():
            yield each
            yield from below(each)

    names = {name for form in below(forms.BaseForm) for name in getattr(form, "base_fields", {})}
    beside = {
        "page",
        "q",
        "sort",
        "state",
        "next",
        "choice",
        "skipped",
        "whole",
        "column-0",
        "unit-turnover",
        "language",
        "company",
    }
    return sorted(names | beside)


def texts(known):
    return st.one_of(st.sampled_from(known), st.sampled_from(TEXTS), st.text(max_size=20))


def fields(known):
    name = st.one_of(st.sampled_from(all_fields()), st.sampled_from(all_fields()), st.text(max_size=8))
    return st.lists(st.tuples(name, texts(known)), max_size=12)


def encoded(pairs):
    return urlencode([(_bytes(name), _bytes(value)) for name, value in pairs])


def _bytes(text):
    return text.encode("utf-8", "surrogatepass")


def multipart(pairs, file_name, content):
    parts = [(f'name="{name}"', _bytes(value)) for name, value in pairs]
    parts += [(f'name="{name}"; filename="{file_name}"', content) for name in ("file", "document", "evidence")]
    lines = [
        _bytes(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n") + body + b"\r\n"
        for head, body in parts
    ]
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()


def bodies(known):
    """(body, content type): forms, files, and neither."""
    usual = fields(known).map(lambda pairs: (encoded(pairs).encode(), KINDS[0]))
    files = st.builds(
        multipart, fields(known), st.sampled_from(FILE_NAMES), st.sampled_from(FILES) | st.binary(max_size=200)
    )
    noise = st.tuples(st.binary(max_size=300), st.sampled_from(KINDS))
    return st.one_of(usual, usual, files.map(lambda body: (body, KINDS[4])), noise)


def segment(known):
    """One part of a path, percent-encoded; four in five are ids that exist somewhere."""
    likely = st.sampled_from(known).map(lambda text: quote_from_bytes(_bytes(text), safe=""))
    odd = st.one_of(st.sampled_from(BYTES), st.binary(max_size=12), st.sampled_from(TEXTS).map(_bytes))
    return st.one_of(likely, likely, likely, likely, odd.map(lambda raw: quote_from_bytes(raw, safe="/")))


@st.composite
def paths(draw, name, pattern, known, own):
    """The address of a page with its parameters filled in; ``own`` is the asker's programme and organisation."""
    values = own if own and draw(st.integers(0, 9)) < 7 else draw(st.sampled_from(TENANTS))
    tenant = dict(zip(("programme", "organisation"), values, strict=True))

    def fill(found):
        parameter = found[2]
        if parameter in tenant and draw(st.integers(0, 19)):
            return tenant[parameter]
        rows = known.get(f"{name.partition(':')[0]}:{parameter}") or known.get(parameter) or known["any"]
        return draw(segment(rows))

    path = "/" + PARAMETER.sub(fill, pattern.replace("^", "").replace("$", "").replace("\\Z", ""))
    if not draw(st.integers(0, 19)):
        path += draw(segment(known["any"]))
    query = draw(
        st.one_of(st.just(""), fields(known["any"]).map(encoded), st.binary(max_size=30).map(quote_from_bytes))
    )
    return f"{path}?{query}" if query else path


@st.composite
def requests(draw, known, homes):
    """Any page, anybody, anything. ``homes``: where everybody's own pages are."""
    who = draw(st.sampled_from(WHO))
    name, (pattern, _view) = draw(st.sampled_from(sorted(every_page().items(), key=lambda item: item[0])))
    path = draw(paths(name, pattern, known, homes.get(who)))
    method = draw(st.sampled_from(METHODS))
    body, kind = (b"", "") if method in ("GET", "HEAD", "get") else draw(bodies(known["any"]))
    headers = dict(draw(st.one_of(st.just([]), st.lists(st.sampled_from(HEADERS), max_size=3))))
    return OddRequest(who, name, method, path, body, kind, headers)
