"""Account floors in a JetStream bucket."""

from typing import Final

from svc_kit.errors import Conflict, Unavailable
from token_svc.adapters.outbound.nats.watched_bucket import Seen, WatchedBucket
from token_svc.domain.cache_key import owner_word

_PREFIX: Final = "floor."
_TRIES: Final = 10


class NatsAccountFloors:
    """One key per account, a number that only grows; kept as long as the bucket keeps anything, which outlives every token."""

    def __init__(self, bucket: WatchedBucket) -> None:
        self._bucket = bucket
        self._local: dict[str, int] = {}

    def of(self, account_id: str) -> int:
        name = _PREFIX + owner_word(account_id)
        return max(_number(self._bucket.peek(name)), self._local.get(name, 0))

    async def raise_to(self, account_id: str, version: int) -> None:
        name = _PREFIX + owner_word(account_id)
        try:
            seen = self._bucket.peek(name)
            for _ in range(_TRIES):
                if _number(seen) >= version:
                    return
                try:
                    await self._bucket.put(name, str(version).encode(), last=seen.revision if seen else 0)
                except Conflict:
                    seen = await self._bucket.get(name)
                else:
                    self._local.pop(name, None)
                    return
        except Unavailable:
            self._local[name] = max(version, self._local.get(name, 0))
            raise
        raise Unavailable("the shared token store is too busy")


def _number(seen: Seen | None) -> int:
    return int(seen.value) if seen is not None and seen.value else 0
