"""Seals and opens the secrets of tenants."""

import secrets
import uuid
from collections import OrderedDict
from typing import TypeVar

from svc_kit.clock import Clock
from svc_kit.sealing.aead import KEY_BYTES, Aead
from svc_kit.sealing.data_keys import DataKey, DataKeyStore
from svc_kit.sealing.errors import KeyNotFoundError
from svc_kit.sealing.key_provider import KeyProvider
from svc_kit.sealing.place import Place
from svc_kit.sealing.sealed_value import key_id_of, open_under, seal_under

K = TypeVar("K")
V = TypeVar("V")


class EnvelopeCipher:
    """Encrypts values under their tenant's data key, bound to their place.

    A sealed value says itself how to open it (`sealed_value`), so keys rotate while old values stay readable. Unwrapped
    keys are remembered, at most `cache_size` and for at most `cache_seconds`: after that long a shredded key is gone from
    every process. Which key seals is asked again after `active_seconds`: after that long a retired key seals nothing.
    """

    def __init__(
        self,
        provider: KeyProvider,
        keys: DataKeyStore,
        clock: Clock,
        *,
        cache_size: int = 1024,
        cache_seconds: float = 300,
        active_seconds: float = 10,
    ) -> None:
        self._provider = provider
        self._keys = keys
        self._clock = clock
        self._cache_size = cache_size
        self._cache_seconds = cache_seconds
        self._active_seconds = active_seconds
        self._unwrapped: OrderedDict[tuple[str, uuid.UUID], tuple[float, Aead]] = OrderedDict()
        self._active: OrderedDict[str, tuple[float, uuid.UUID]] = OrderedDict()

    async def seal(self, place: Place, plain: bytes) -> bytes:
        """Return `plain` sealed for `place`; the tenant's first value makes its data key.

        Sealing the same twice gives different bytes. Raises `PortError` when the keys cannot be had.
        """
        key_id, key = await self._sealing_key(place.tenant)
        return seal_under(key_id, key, place, plain)

    async def open(self, place: Place, sealed: bytes) -> bytes:
        """Return what was sealed for exactly this place.

        Raises `UnknownVersionError`, `KeyNotFoundError`, `SealBrokenError`, or `PortError` when the keys cannot be had.
        """
        key = await self._opening_key(place.tenant, key_id_of(sealed))
        return open_under(key, place, sealed)

    async def shred(self, tenant: str) -> int:
        """Destroy the tenant's data keys and forget them here; return how many there were.

        What they sealed opens nowhere from then on, but for other processes that remember a key: they do for at most
        `cache_seconds`. Raises `PortError`.
        """
        destroyed = await self._keys.shred(tenant)
        self._active.pop(tenant, None)
        for known in [known for known in self._unwrapped if known[0] == tenant]:
            del self._unwrapped[known]
        return destroyed

    async def _sealing_key(self, tenant: str) -> tuple[uuid.UUID, Aead]:
        expires, known = self._active.get(tenant, (0.0, None))
        if known is not None and self._clock.monotonic() < expires:
            return known, await self._opening_key(tenant, known)
        stored = await self._keys.active(tenant) or await self._keys.add(await self._fresh(tenant))
        key = await self._unwrap(stored)
        _remember(self._active, tenant, (self._clock.monotonic() + self._active_seconds, stored.id), self._cache_size)
        return stored.id, key

    async def _fresh(self, tenant: str) -> DataKey:
        key_id = uuid.uuid4()
        wrapped = await self._provider.wrap(secrets.token_bytes(KEY_BYTES), DataKey.context(tenant, key_id))
        return DataKey(tenant=tenant, id=key_id, wrapped=wrapped, created_at=self._clock.now())

    async def _opening_key(self, tenant: str, key_id: uuid.UUID) -> Aead:
        expires, known = self._unwrapped.get((tenant, key_id), (0.0, None))
        if known is not None and self._clock.monotonic() < expires:
            self._unwrapped.move_to_end((tenant, key_id))
            return known
        stored = await self._keys.find(tenant, key_id)
        if stored is None:
            raise KeyNotFoundError("the data key of the sealed value is not among the tenant's keys")
        return await self._unwrap(stored)

    async def _unwrap(self, stored: DataKey) -> Aead:
        key = Aead(await self._provider.unwrap(stored.wrapped, DataKey.context(stored.tenant, stored.id)))
        entry = (self._clock.monotonic() + self._cache_seconds, key)
        _remember(self._unwrapped, (stored.tenant, stored.id), entry, self._cache_size)
        return key


def _remember(cache: OrderedDict[K, V], key: K, value: V, size: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > size:
        cache.popitem(last=False)
