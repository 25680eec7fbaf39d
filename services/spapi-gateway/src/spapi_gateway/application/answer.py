"""Looks into a refusal without losing a byte of it."""

import zlib
from typing import Final

from spapi_gateway.application.ports.upstream import UpstreamAnswer

_LOOK: Final = 16_384
_GZIP: Final = 16 + zlib.MAX_WBITS


class PeekedAnswer:
    """An answer of which the first pieces have been read already; they are read again first."""

    def __init__(self, answer: UpstreamAnswer, pieces: list[bytes]) -> None:
        self._answer = answer
        self._pieces = pieces

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> list[tuple[str, str]]:
        return self._answer.headers

    @property
    def is_at_end(self) -> bool:
        return not self._pieces and self._answer.is_at_end

    async def read(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else await self._answer.read()

    async def close(self) -> None:
        await self._answer.close()


async def peek_text(answer: UpstreamAnswer) -> tuple[UpstreamAnswer, str]:
    """Return the answer, complete as before, and the beginning of its body as lower-case text (empty when unreadable)."""
    pieces: list[bytes] = []
    size = 0
    while size < _LOOK:
        piece = await answer.read()
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    content = b"".join(pieces)
    encoding = next((value.lower() for name, value in answer.headers if name == "content-encoding"), "identity")
    if encoding == "gzip":
        try:
            content = zlib.decompressobj(_GZIP).decompress(content, _LOOK)
        except zlib.error:
            content = b""
    elif encoding != "identity":
        content = b""
    return PeekedAnswer(answer, pieces), content.decode("utf-8", "replace").lower()


def blames_token(text: str) -> bool:
    """Return whether Amazon's 401/403 text blames the token rather than a missing role.

    Amazon says "The access token you provided is revoked, malformed or invalid." or "... has expired." in `details`.
    """
    return "token" in text and any(word in text for word in ("expired", "revoked", "malformed"))
