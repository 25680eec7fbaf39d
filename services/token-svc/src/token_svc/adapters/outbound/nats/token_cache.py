"""The token cache in a JetStream bucket."""

from collections.abc import Collection, Iterable
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import Conflict, Unavailable
from svc_kit.logs import get_logger
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.watched_bucket import Seen, WatchedBucket
from token_svc.domain.cache_key import KINDS, CacheKey, Kind, owner_word
from token_svc.domain.entry import Entry

_PREFIX: Final = "token."
_TRIES: Final = 10


class NatsTokenCache:
    """Holds the opened entries in memory as the bucket's watcher brings them; the bucket holds cipher text only."""

    def __init__(self, bucket: WatchedBucket, codec: EntryCodec, clock: Clock) -> None:
        self._bucket = bucket
        self._codec = codec
        self._clock = clock
        self._opened: dict[str, Entry] = {}
        bucket.on_change(self._follow)

    def peek(self, key: CacheKey) -> Entry | None:
        return self._opened.get(_PREFIX + key.text)

    async def read(self, key: CacheKey) -> Entry | None:
        await self._bucket.get(_PREFIX + key.text)
        return self.peek(key)

    async def write(self, key: CacheKey, entry: Entry) -> Entry:
        name = _PREFIX + key.text
        sealed = self._codec.seal(name, entry)
        try:
            await self._bucket.ping()  # what is known of the others' writes counts only while there are any
            seen = self._bucket.peek(name)
            for _ in range(_TRIES):
                if seen is not None and seen.value is None and seen.revision > entry.fence:
                    return entry
                standing = self.peek(key) if seen is not None and seen.value is not None else None
                if standing is not None and standing.fence > entry.fence:
                    return standing
                try:
                    await self._bucket.put(name, sealed, last=seen.revision if seen else 0)
                except Conflict:
                    seen = await self._bucket.get(name)
                else:
                    return entry
        except Unavailable:
            self._opened[name] = entry
            raise
        raise Unavailable("the shared token store is too busy")

    async def remove(self, account_id: str | None = None, *, kinds: Collection[Kind] | None = None) -> int:
        wanted = set(kinds or KINDS) - {"rotation"}
        owner = None if account_id is None else f"{_PREFIX}{owner_word(account_id)}."
        gone = [name for name in self._opened if (owner is None or name.startswith(owner)) and _kind(name) in wanted]
        for name in gone:
            del self._opened[name]
        fenced = {*gone} if account_id is None or "access" not in wanted else {*gone, _PREFIX + CacheKey.access(account_id).text}
        for name in fenced:
            await self._bucket.delete(name)
        return len(gone)

    def known(self) -> Iterable[tuple[CacheKey, Entry]]:
        now = self._clock.now()
        for name in [name for name, entry in self._opened.items() if entry.is_spent(now)]:
            del self._opened[name]
        return [(_key(name), entry) for name, entry in self._opened.items()]

    def _follow(self, name: str, seen: Seen | None) -> None:
        if not name.startswith(_PREFIX):
            return
        entry = None if seen is None or seen.value is None else self._codec.open(name, seen.value)
        if entry is not None and seen is not None:
            self._opened[name] = entry
            return
        if seen is not None and seen.value is not None:
            get_logger().warning("cache_entry_unreadable", key=name)
        self._opened.pop(name, None)


def _key(name: str) -> CacheKey:
    owner, kind, covers = name.removeprefix(_PREFIX).split(".")
    return CacheKey(kind=next(k for k in KINDS if k == kind), owner=owner, covers="" if covers == "all" else covers)


def _kind(name: str) -> str:
    return name.split(".")[2]
