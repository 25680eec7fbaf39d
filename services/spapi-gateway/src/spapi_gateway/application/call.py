"""One call on its way through the gateway."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from spapi_gateway.domain.credentials import RestrictedResource
from spapi_gateway.domain.lanes import Lane
from spapi_gateway.domain.operations import Operation

DEFAULT_SECONDS: Final = 25.0


@dataclass(slots=True, kw_only=True)
class Call:
    """What is to be sent, for which account, how urgently.

    `path` and `query` are raw and checked; `headers` are those that pass; `body` is bytes, or a stream that can be sent
    once. `patience` bounds the wait for a slot, `seconds` everything until Amazon's answer begins.
    """

    account_id: str
    operation: Operation
    method: str
    path: str
    query: str
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes | AsyncIterator[bytes] = field(default=b"", repr=False)
    lane: Lane = Lane.INTERACTIVE
    patience: float = DEFAULT_SECONDS
    seconds: float = DEFAULT_SECONDS
    data_elements: tuple[str, ...] = ()
    restricted: tuple[RestrictedResource, ...] = ()
    """What a restricted-token handle of the caller's covers."""

    @property
    def is_replayable(self) -> bool:
        return isinstance(self.body, bytes)
