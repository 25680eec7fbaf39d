"""The search of the taint test finds a secret however it was written down."""

import base64
import gzip
import json
import zlib
from urllib.parse import quote, quote_plus

import pytest

from harness.spellings import SHORTEST, Finding, core, search, spellings

SECRET = 'p/a+s?s"w=o~rd>é-0123456789'
KEY = bytes(range(0x80, 0xA0))
BEFORE, BEHIND = "before it: ", " behind it"

WRITERS = {
    "plain": lambda secret: secret.encode(),
    "hex": lambda secret: secret.encode().hex().encode(),
    "HEX": lambda secret: secret.encode().hex().upper().encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "base64, one before": lambda secret: base64.b64encode(b"x" + secret.encode() + b"y"),
    "base64, two before": lambda secret: base64.b64encode(b"xx" + secret.encode() + b"yy"),
    "base64url": lambda secret: base64.urlsafe_b64encode(secret.encode()),
    "base64url, one before": lambda secret: base64.urlsafe_b64encode(b"x" + secret.encode() + b"y"),
    "base64url, two before": lambda secret: base64.urlsafe_b64encode(b"xx" + secret.encode() + b"yy"),
    "basic credentials": lambda secret: base64.b64encode(f"client-7:{secret}".encode()),
    "percent": lambda secret: quote(secret, safe="").encode(),
    "percent of a form": lambda secret: quote_plus(secret).encode(),
    "percent, lower case": lambda secret: quote(secret, safe="").replace("%2F", "%2f").replace("%2B", "%2b").lower().encode(),
    "json": lambda secret: json.dumps({"token": secret}).encode(),
    "json, slashes": lambda secret: json.dumps(secret).replace("/", "\\/").encode(),
    "json, raw": lambda secret: json.dumps(secret, ensure_ascii=False).encode(),
    "percent, path": lambda secret: quote(secret).encode(),
    "python": lambda secret: repr(secret.encode()).encode(),
    "utf-16le": lambda secret: secret.encode("utf-16-le"),
    "utf-16be": lambda secret: secret.encode("utf-16-be"),
    "cut short": lambda secret: f"{secret[:30]}…".encode(),
}
PACKERS = {
    "": lambda content: content,
    "gzip": gzip.compress,
    "gzip in a file": lambda content: b"header" + gzip.compress(content) + b"trailer",
    "zlib": zlib.compress,
    "deflate": lambda content: zlib.compress(content)[2:-4],
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_secret_is_found_in_every_encoding(writer, packer):
    content = PACKERS[packer](BEFORE.encode() + WRITERS[writer](SECRET) + BEHIND.encode())
    found = search({"the token": SECRET.encode(), "another": b"something-else-altogether"}, [("a log", content), ("empty", b"")])
    assert found
    assert {(finding.place, finding.secret) for finding in found} == {("a log", "the token")}
    assert all(finding.encoding.startswith(packer.split(" ", maxsplit=1)[0]) for finding in found)


@pytest.mark.parametrize("write", [bytes, bytes.hex, lambda key: base64.b64encode(b"pkcs8" + key), base64.urlsafe_b64encode, repr, quote])
def test_a_key_is_found_that_is_no_text(write):
    written = write(KEY)
    content = written if isinstance(written, bytes) else written.encode()
    assert search({"key": KEY}, [("file", b"\0\1" + content + b"\2")])


def test_what_is_found_says_where_and_how_and_shows_nothing():
    assert search({"token": b"planted-0123456789"}, [("stream X", b'{"id":"planted-0123456789"}')]) == [
        Finding("stream X", "token", "plain")
    ]


def test_what_everybody_may_know_of_a_token_is_no_secret():
    assert core(b"|." * 16 + b"\xff") == b"|." * 12, "a key has no parts"
    assert core(b"Atzr|0123456789abcdef") == b"0123456789abcdef"
    assert core(b"eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlc2ln") == b"c2lnbmF0dXJlc2ln"
    assert core(b"amzn1.oa2-cs.v1.0123456789abcdefghij") == b"0123456789abcdefghij"


def test_a_secret_too_short_to_be_told_from_noise_is_refused():
    with pytest.raises(ValueError, match="short"):
        spellings(b"Atzr|" + b"x" * (SHORTEST - 1))
