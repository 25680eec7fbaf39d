"""The store that several replicas' fakes share."""

import asyncio
from dataclasses import dataclass, field

from svc_kit.errors import Unavailable
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Entry


@dataclass(slots=True)
class SharedStore:
    """Entries, removals, floors and locks with growing numbers; `is_down` makes every access fail."""

    entries: dict[str, tuple[CacheKey, Entry]] = field(default_factory=dict[str, tuple[CacheKey, Entry]])
    removed: dict[str, int] = field(default_factory=dict[str, int])
    locks: dict[str, int] = field(default_factory=dict[str, int])
    floors: dict[str, int] = field(default_factory=dict[str, int])
    number: int = 0
    is_down: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self) -> int:
        self.number += 1
        return self.number

    async def reach(self) -> None:
        """Take the way to the store; raise `Unavailable` when it is down."""
        await asyncio.sleep(0)
        if self.is_down:
            raise Unavailable("the shared store cannot be reached")

    def announce(self) -> None:
        """Wake all who wait for a change."""
        self.changed.set()
        self.changed = asyncio.Event()
