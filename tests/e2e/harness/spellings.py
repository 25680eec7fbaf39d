"""Every way in which a secret might have been written down."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

LONGEST: Final = 24
"""How much of a secret is looked for: who shortens a text in a log shows its beginning."""
SHORTEST: Final = 14
_CHARACTERS: Final = rb"[A-Za-z0-9+/_=%\\.~|-]"
_RUN: Final = re.compile(_CHARACTERS + rb"{%d,}" % SHORTEST)
_WIDE_RUN: Final = re.compile(rb"(?:%s\0){%d,}%s?" % (_CHARACTERS, SHORTEST - 1, _CHARACTERS))
_GZIP: Final = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_UNPACKED: Final = 64 << 20


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A secret that stands where it should not; it is named, never shown."""

    place: str
    secret: str
    encoding: str


def core(secret: bytes) -> bytes:
    """Return the part of `secret` to look for: the beginning of what only its owner knows.

    What stands before the last `|` or dot says what it is or for whom; a JWT or a handle is none without its signature.
    """
    if not secret.isascii():
        return secret[:LONGEST]  # a key, or somebody's own words
    own = secret.rpartition(b"|")[2]
    last = own.rpartition(b".")[2]
    return (last if len(last) >= SHORTEST else own)[:LONGEST]


def spellings(secret: bytes) -> dict[str, bytes]:
    """Return what to look for by the name of its encoding; encodings that change nothing are left out."""
    wanted = core(secret)
    if len(wanted) < SHORTEST:
        raise ValueError("so short a secret is found everywhere")
    found = {"plain": wanted, "hex": wanted.hex().encode(), "HEX": wanted.hex().upper().encode()}
    for shift in range(3):
        found[f"base64+{shift}"] = _base64(wanted, shift)
        found[f"base64url+{shift}"] = _base64(wanted, shift).translate(bytes.maketrans(b"+/", b"-_"))
    percent = quote(wanted, safe="").encode()
    found |= {"percent": percent, "percent, lower case": re.sub(rb"%..", lambda byte: byte[0].lower(), percent)}
    found["percent, path"] = quote(wanted).encode()
    found["python"] = repr(wanted)[2:-1].encode()
    with suppress(UnicodeDecodeError):
        text = wanted.decode()
        found["json"] = json.dumps(text)[1:-1].encode()
        found["json, slashes"] = found["json"].replace(b"/", b"\\/")
        found["json, raw"] = json.dumps(text, ensure_ascii=False)[1:-1].encode()
        found["utf-16"] = text.encode("utf-16-le").strip(b"\0")  # both byte orders have that in common
    return {name: how for place, (name, how) in enumerate(found.items()) if how not in list(found.values())[:place]}


def _base64(secret: bytes, shift: int) -> bytes:
    """Return the characters that are the same whatever stands before (`shift` bytes after a multiple of three) and behind."""
    encoded = base64.b64encode(bytes(shift) + secret)
    return encoded[(0, 2, 3)[shift] : 8 * (shift + len(secret)) // 6]


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Return `content` and what lies compressed in it: gzip anywhere, zlib and bare deflate when all of it is."""
    yield "", content
    for member in _GZIP.finditer(content):
        with suppress(zlib.error):
            yield "gzip", zlib.decompressobj(wbits=31).decompress(content[member.start() :], _UNPACKED)
    name, wbits = ("zlib", 15) if content.startswith(_ZLIB) else ("deflate", -15)
    with suppress(zlib.error):
        unpacker = zlib.decompressobj(wbits=wbits)
        plain = unpacker.decompress(content, _UNPACKED)
        if unpacker.eof:
            yield name, plain


def search(secrets: Mapping[str, bytes], places: Iterable[tuple[str, bytes]]) -> list[Finding]:
    """Return every secret (by its name) that stands in a place (by its name), once for each encoding."""
    wanted = [(name, encoding, how) for name, secret in secrets.items() for encoding, how in spellings(secret).items()]
    found = {
        Finding(place, name, f"{packing} {encoding}".strip())
        for place, content in places
        for packing, plain in unpacked(content)
        for name, encoding in _found(wanted, plain)
    }
    return sorted(found)


def _found(wanted: Iterable[tuple[str, str, bytes]], content: bytes) -> Iterator[tuple[str, str]]:
    # Logs repeat themselves and tables are mostly padding: each text that could be a secret is looked at once.
    runs = b"\n".join({*_RUN.findall(content), *_WIDE_RUN.findall(content)})
    for name, encoding, how in wanted:
        if how in (runs if _RUN.fullmatch(how) or _WIDE_RUN.fullmatch(how) else content):
            yield name, encoding
