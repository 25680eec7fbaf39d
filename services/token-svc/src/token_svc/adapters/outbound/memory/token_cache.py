"""A token cache in memory, shared by all replicas of a test."""

from collections.abc import Collection, Iterable

from svc_kit.errors import Unavailable
from token_svc.adapters.outbound.memory.shared_store import SharedStore
from token_svc.domain.cache_key import KINDS, CacheKey, Kind
from token_svc.domain.entry import Entry


class MemoryTokenCache:
    """One replica's view of a `SharedStore`."""

    def __init__(self, store: SharedStore) -> None:
        self._store = store
        self._local: dict[str, tuple[CacheKey, Entry]] = {}

    def peek(self, key: CacheKey) -> Entry | None:
        found = self._all().get(key.text)
        return found[1] if found else None

    async def read(self, key: CacheKey) -> Entry | None:
        await self._store.reach()
        return self.peek(key)

    async def write(self, key: CacheKey, entry: Entry) -> Entry:
        try:
            await self._store.reach()
        except Unavailable:
            self._local[key.text] = (key, entry)
            raise
        if self._store.removed.get(key.text, 0) > entry.fence:
            return entry
        known = self._store.entries.get(key.text)
        if known is not None and known[1].fence > entry.fence:
            return known[1]
        self._store.entries[key.text] = (key, entry)
        self._store.announce()
        return entry

    async def remove(self, account_id: str | None = None, *, kinds: Collection[Kind] | None = None) -> int:
        wanted = set(kinds or KINDS) - {"rotation"}
        gone = [text for text, (key, _) in self._all().items() if account_id in {None, key.owner} and key.kind in wanted]
        for text in gone:
            self._local.pop(text, None)
        await self._store.reach()
        for text in gone:
            self._store.entries.pop(text, None)
        fenced = {*gone} if account_id is None or "access" not in wanted else {*gone, CacheKey.access(account_id).text}
        self._store.removed.update(dict.fromkeys(fenced, self._store.next()))
        self._store.announce()
        return len(gone)

    def known(self) -> Iterable[tuple[CacheKey, Entry]]:
        return list(self._all().values())

    def _all(self) -> dict[str, tuple[CacheKey, Entry]]:
        return {**self._local, **self._store.entries} if self._store.is_down else self._store.entries
