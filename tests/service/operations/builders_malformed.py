"""Requests that no browser would send: right ones for every address, and ways to spoil them byte by byte."""

import random
from collections.abc import Callable, Iterable
from urllib.parse import quote

from werkzeug.routing import Rule

__all__ = ["malformed_requests"]

_Spoil = Callable[[bytes, random.Random], bytes]
_WORDS = (
    "",
    "0",
    "-1",
    "1",
    "P1",
    "9" * 400,
    "null",
    "true",
    "张三",
    "𬭚",
    "\x00",
    "%",
    "%zz",
    "%00",
    "%ff%fe",
    "../../etc/passwd",
    "a" * 5_000,
    "'; DROP TABLE people; --",
    "<script>",
    "${7*7}",
    "{{7*7}}",
    "\u202e",
    "1e999",
    "NaN",
    "2026-02-31",
    "\r\nX-Evil: 1",
    "[]",
    "{}",
)
_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"true",
    b"0",
    b'""',
    b"\xff\xfe",
    b"\x00" * 50,
    b'{"a":' * 3_000,
    b"[" * 50_000,
    b'{"person_no": "\\ud800"}',
    b'{"name": 1e999}',
    b'{"name": NaN}',
    b'{"a": 1, "a": 2}',
    b"a=1&a=2&%zz",
    b'--x\r\nContent-Disposition: form-data; name="file"\r\n',
    b"PK\x03\x04" + b"\x00" * 40,
    b'{"birth_on": "0000-00-00"}',
    b'{"person_no": ' + b"9" * 5_000 + b"}",
    '{"name": "\u202e\u0000"}'.encode(),
)
_TYPES = (
    "application/json",
    "application/json; charset=utf-7",
    "application/json; charset=nonsense",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 300,
    "application/x-www-form-urlencoded",
    "application/xml",
    "",
    "\xff",
    "/",
    "a/b; c",
)
_HEADERS = (
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Content-Length: 0x10",
    "Content-Length: 1 2",
    "Content-Length: ",
    "Content-Length: 5000000000",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding: identity",
    "Expect: 100-continue",
    "Expect: nonsense",
    "Host: ",
    "Host: a b",
    "Host: evil.example:99999",
    "Host: [::1",
    "Cookie: session=" + "A" * 3_000,
    "Cookie: ;;;=;\xff=\xfe",
    "Authorization: Bearer ",
    "Authorization: Bearer tp_\xff",
    "Authorization: Basic ====",
    "Authorization: " + "x" * 4_000,
    "If-Match: *",
    'If-Match: "',
    'If-Match: W/"1"',
    'If-None-Match: "\xff"',
    "Idempotency-Key: ",
    "Idempotency-Key: " + "k" * 400,
    "Idempotency-Key: \x01",
    "Accept: ",
    "Accept: ;;q=x",
    "Accept-Language: zh;q=9,,en;q=",
    "Range: bytes=5-1,-",
    "X-Forwarded-For: not-an-ip",
    "X-Request-ID: a\tb",
    "X-Request-ID: " + "r" * 1_000,
    "Content-Encoding: gzip",
    "Upgrade: h2c",
    "Connection: upgrade, close",
    "HX-Request: true",
    "Origin: null",
    "Referer: \xff",
    "Accept-Encoding: \x7f",
    "Bad Header: 1",
    ": empty",
    "No-Colon",
    " Folded: 1",
    "X" * 9_000 + ": 1",
    "Date: x\rY: z",
)
_LINES = (
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET http:// HTTP/1.1\r\n\r\n",
    b"GET //evil HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\n\r\n",
    b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET  /  HTTP/1.1\r\n\r\n",
    b"GET /login?%zz=%&=&&;a[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n",
    b"HEAD /login HTTP/1.0\r\n\r\n",
    b"A" * 20_000,
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "X" * 40, "G\x00T")


def malformed_requests(rules: Iterable[Rule], *, token: str, n: int, seed: int) -> Iterable[bytes]:
    """Give `n` requests, about a tenth of them with nothing right at all."""
    chance, addresses = random.Random(seed), sorted(rules, key=str)
    for _ in range(n):
        if chance.random() < 0.1:
            yield chance.choice(_LINES)
            continue
        request = _request(chance.choice(addresses), token, chance)
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            request = chance.choice(_SPOILS)(request, chance)
        yield request


def _request(rule: Rule, token: str, chance: random.Random) -> bytes:
    path = "".join(_part(is_argument, text, chance) for is_argument, text in rule._trace if text != "|")
    if chance.random() < 0.5:
        names = ("page", "page_size", "q", "sort", "is_open", "lang", "kind", "before", "on", "\xff")
        path += "?" + "&".join(f"{quote(chance.choice(names))}={_word(chance)}" for _ in range(chance.randint(1, 3)))
    allowed = sorted(rule.methods or {"GET"})
    method = chance.choice(allowed) if chance.random() < 0.8 else chance.choice(_METHODS)
    headers = ["Host: localhost"]
    if chance.random() < 0.7:
        headers.append(f"Authorization: Bearer {token}")
    headers += [chance.choice(_HEADERS) for _ in range(chance.choice((0, 0, 1, 2)))]
    body = chance.choice(_BODIES) if method not in {"GET", "HEAD", "OPTIONS"} or chance.random() < 0.1 else b""
    if body:
        headers.append(f"Content-Type: {chance.choice(_TYPES)}")
        if not any(one.startswith(("Content-Length", "Transfer-Encoding")) for one in headers):
            headers.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *headers, "", ""])
    return head.encode("latin-1", "replace") + body


def _part(is_argument: bool, text: str, chance: random.Random) -> str:
    return _word(chance) if is_argument else text


def _word(chance: random.Random) -> str:
    word = chance.choice(_WORDS)
    return quote(word, safe="") if chance.random() < 0.8 else word.replace("\r\n", "").replace(" ", "+")


def _flip(request: bytes, chance: random.Random) -> bytes:
    changed = bytearray(request)
    for _ in range(chance.randint(1, 5)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(request: bytes, chance: random.Random) -> bytes:
    return request[: chance.randrange(1, len(request) + 1)]


def _repeat(request: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(request))
    return request[:start] + request[start : start + 40] * chance.randint(2, 5) + request[start:]


def _insert(request: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(request))
    return request[:start] + chance.randbytes(chance.randint(1, 20)) + request[start:]


def _bare_lines(request: bytes, _chance: random.Random) -> bytes:
    return request.replace(b"\r\n", b"\n")


def _two_at_once(request: bytes, _chance: random.Random) -> bytes:
    return request + request


def _chunks(request: bytes, chance: random.Random) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    size = chance.choice([b"%x" % len(body), b"-1", b"zz", b"ffffffffffffffff", b"0", b"", b"5;x=y"])
    end = chance.choice([b"\r\n0\r\n\r\n", b"", b"\r\n0\r\nX: y\r\n\r\n", b"0"])
    return b"\r\n".join([*kept, b"Transfer-Encoding: chunked", b"", size]) + b"\r\n" + body + end


_SPOILS: tuple[_Spoil, ...] = (_flip, _cut, _repeat, _insert, _bare_lines, _two_at_once, _chunks)
