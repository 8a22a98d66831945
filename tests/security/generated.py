"""Requests that no browser would send, made from those that one would, each from its number alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.factories.attachments import picture
from tests.security.forms import FORM_TYPE, FoundForm
from tests.security.naughty import NAUGHTY

_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "A", "get")
# What lists are asked for with, besides the fields of their forms.
_QUERY_KEYS = (
    "page",
    "after",
    "before",
    "q",
    "state",
    "sort",
    "next",
    "from",
    "to",
    "days",
    "format",
    "_",
    "",
)
_NUMBERS = ("0", "-1", "1e9", "99999999999999999999", "٣", "０", "1.5", "0x10", " 7 ", "True", "nan")
_SEGMENTS = (
    "..",
    ".",
    "%2e%2e%2f",
    "%00",
    "%ff%fe",
    "%e4%b8",
    "a" * 3_000,
    "%",
    ";",
    "*",
    "~",
    "-",
    "none",
    "%0d%0aX:1",
)
_TYPES = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/xml",
    "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data; boundary=" + "x" * 300, "/", "")  # fmt: skip
_BODIES = (b"", b"{", b"[[[[", b"null", b'{"a": "\\ud800"}', b"\x00\xff\xfe", b"--x\r\n\r\n--x--", b"&&&===", b"%", b"a=%zz&%=%",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>")  # fmt: skip
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "Accept": ("application/json", "*/*;q=x", "\xe4", ",,,;;;", "text/html;level=" + "9" * 400),
    "Accept-Encoding": ("br, gzip", "identity;q=0", "x" * 500),
    "Accept-Language": ("zz-ZZ", "en;q=-1", "*", "zh-Hant;q=1e400"),
    "Authorization": ("Basic ====", "Bearer x", "Basic " + "A" * 999),
    "Cookie": (
        "session=x",
        "session=.eJw.x.y; session=z",
        "a=b;;;=;",
        "session=" + "A" * 3_000,
        'x="\\400"',
        "large_text=\xff",
    ),
    "Forwarded": ("for=unknown;host=evil.example;proto=javascript",),
    "Host": ("evil.example", "localhost:99999", "[", "localhost\\@evil.example", ""),
    "HX-Request": ("true", "\xff"),
    "HX-Current-URL": ("javascript:alert(1)", "//evil.example"),
    "If-Modified-Since": ("never", "Thu, 99 Foo 2026 99:99:99 GMT", "Sun, 06 Nov 0000 08:49:37 GMT"),
    "If-None-Match": ("*", '"', 'W/"x", "y', "x" * 999),
    "Origin": ("null", "https://evil.example"),
    "Range": (
        "bytes=0-",
        "bytes=-1",
        "bytes=9-1",
        "bytes=a-b",
        "bytes=" + "0-1," * 200,
        "bytes=99999999999999999999-",
    ),
    "Referer": ("javascript:alert(1)", "https://evil.example/", "\xff", "http://[", "x" * 4_000),
    "User-Agent": ("", "\xe6\xbc", "() { :;}; echo", "x" * 4_000),
    "X-Forwarded-For": ("1.1.1.1, 2.2.2.2", "'\"<>", "::1%eth0", "x" * 999, ","),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("javascript", "https"),
    "X-HTTP-Method-Override": ("DELETE",),
}


@dataclass(frozen=True)
class GeneratedRequest:
    """A request: who sends it, where to, and what."""

    role: str
    path: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.role}: {self.arguments.get('method')} {self.path[:200]} {str(self.arguments)[:600]}"


class Generator:
    """Makes requests out of the paths and forms of a portal.

    `paths` are paths that answer, `forms` those found on their pages, `roles` who may send them.
    """

    def __init__(self, paths: list[str], forms: list[FoundForm], roles: list[str]) -> None:
        self.paths, self.forms, self.roles = paths, forms, roles
        self.names = sorted({name for form in forms for name in form.values if name != "csrf_token"})

    def request(self, number: int) -> GeneratedRequest:
        """The request with that number: the same for the same paths and forms."""
        chance = Random(number)
        form = chance.choice(self.forms) if chance.random() < 0.7 else None
        # Mostly by who was shown the form, so that much of it gets past the guard.
        role = form.role if form and chance.random() < 0.8 else chance.choice(self.roles)
        path = form.action if form else chance.choice(self.paths)
        if chance.random() < 0.2:
            path = self._other_path(chance, path)
        arguments: dict[str, Any] = {"method": form.method if form else "GET"}
        if form and form.method == "POST":
            arguments |= self._body(chance, form)
        elif form or chance.random() < 0.6:
            path = path.partition("?")[0]
            arguments["query_string"] = self._query(chance, form)
        if chance.random() < 0.1:
            arguments["method"] = chance.choice((*_METHODS, "POST"))
        names = chance.sample(sorted(_HEADERS), chance.choice((0, 0, 0, 1, 2, 5)))
        arguments["headers"] = [(name, chance.choice(_HEADERS[name])) for name in names]
        return GeneratedRequest(role, path, arguments)

    def _word(self, chance: Random) -> str:
        kind = chance.random()
        if kind < 0.5:
            return chance.choice(NAUGHTY)
        if kind < 0.7:
            return chance.choice(_NUMBERS)
        if kind < 0.8:
            return "".join(
                chr(chance.choice((chance.randrange(128), chance.randrange(0x110000)))) for _ in range(9)
            )
        return chance.choice(NAUGHTY)[: chance.randrange(9)] * chance.choice((1, 1, 300))

    def _other_path(self, chance: Random, path: str) -> str:
        parts = path.split("?")[0].split("/")
        place = chance.randrange(1, len(parts) + 1)
        new = chance.choice((*_SEGMENTS, quote(self._word(chance), safe="", errors="replace")))
        if chance.random() < 0.7:
            parts[place : place + 1] = [new]
        else:
            parts.insert(place, new)
        # Two slashes at the start would be another host's name.
        return "/" + "/".join(parts).lstrip("/")

    def _query(self, chance: Random, form: FoundForm | None) -> str:
        pairs: list[tuple[str, str]] = []
        if form:
            pairs = [(name, str(value)) for name, value in form.filled(chance.randrange(4)).items()]
        for _ in range(chance.randrange(1, 5)):
            name = chance.choice((*_QUERY_KEYS, *self.names, *[name for name, _value in pairs]))
            pairs.append((name, self._word(chance)))
        chance.shuffle(pairs)
        return urlencode(pairs, encoding="utf-8", errors="surrogatepass")

    def _body(self, chance: Random, form: FoundForm) -> dict[str, Any]:
        if chance.random() < 0.1:
            return {"data": chance.choice(_BODIES), "content_type": chance.choice((*_TYPES, FORM_TYPE))}
        values: dict[str, Any] = {}
        for name, value in form.filled(chance.randrange(4)).items():
            fate = chance.random()
            if fate < 0.25 and name != "csrf_token":
                values[name] = self._word(chance)
            elif fate < 0.3:
                values[name] = [value, self._word(chance)]
            elif fate > 0.33 or name == "csrf_token":
                values[name] = value
        if chance.random() < 0.3:
            values[chance.choice(self.names)] = self._word(chance)
        if chance.random() < 0.15:
            # Other bytes than the name says, or a picture, for a field that may not be for files at all.
            content = chance.choice(
                (picture(), b"", b"%PDF-1.7\n%", b"\x89PNG\r\n\x1a\n" + bytes(40), b"MZ" + bytes(99))
            )
            return _with_file(chance, values, self._word(chance), content)
        return {
            "data": urlencode(values, doseq=True, encoding="utf-8", errors="surrogatepass"),
            "content_type": FORM_TYPE,
        }


def _with_file(chance: Random, values: dict[str, Any], file_name: str, content: bytes) -> dict[str, Any]:
    """A body in parts as a browser makes it, lone surrogates, odd names and sometimes a cut end included."""
    edge = b"portal-edge"
    parts = []
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            head = f'Content-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append((head + str(one)).encode("utf-8", "surrogatepass"))
    named = file_name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    field_name = chance.choice(("files", "files", "picture", "body", *values))
    kind = chance.choice(("image/png", "application/pdf", "text/html", ""))
    head = f'Content-Disposition: form-data; name="{field_name}"; filename="{named}"\r\nContent-Type: {kind}\r\n\r\n'
    parts.append(head.encode("utf-8", "surrogatepass") + content)
    body = b"".join(b"--" + edge + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + edge + b"--\r\n"
    end = len(body) if chance.random() < 0.9 else chance.randrange(len(body))
    return {"data": body[:end], "content_type": f"multipart/form-data; boundary={edge.decode()}"}
