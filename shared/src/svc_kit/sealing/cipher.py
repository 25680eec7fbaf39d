"""Seals and opens the secrets of tenants."""

import secrets
import uuid
from collections import OrderedDict
from typing import Final, TypeVar

from svc_kit.clock import Clock
from svc_kit.sealing.aead import KEY_BYTES, Aead
from svc_kit.sealing.data_keys import DataKey, DataKeyStore
from svc_kit.sealing.errors import KeyNotFoundError, SealBrokenError, UnknownVersionError
from svc_kit.sealing.key_provider import KeyProvider
from svc_kit.sealing.place import Place

VERSION: Final = 1
_ID_BYTES: Final = 16
_HEAD: Final = 1 + _ID_BYTES
K = TypeVar("K")
V = TypeVar("V")


class EnvelopeCipher:
    """Encrypts values under their tenant's data key, bound to their place.

    A sealed value is: version byte (1), data-key id (16), nonce (12), text, tag (16). It says itself how to open it, so keys
    rotate while old values stay readable. Unwrapped keys are remembered, at most `cache_size` and for at most
    `cache_seconds`: after that long a deleted key is deleted everywhere.
    """

    def __init__(
        self, provider: KeyProvider, keys: DataKeyStore, clock: Clock, *, cache_size: int = 1024, cache_seconds: float = 300
    ) -> None:
        self._provider = provider
        self._keys = keys
        self._clock = clock
        self._cache_size = cache_size
        self._cache_seconds = cache_seconds
        self._unwrapped: OrderedDict[tuple[str, uuid.UUID], tuple[float, Aead]] = OrderedDict()
        self._active: OrderedDict[str, tuple[float, uuid.UUID]] = OrderedDict()

    async def seal(self, place: Place, plain: bytes) -> bytes:
        """Return `plain` sealed for `place`; the tenant's first value makes its data key.

        Sealing the same twice gives different bytes. Raises `PortError` when the keys cannot be had.
        """
        key_id, key = await self._sealing_key(place.tenant)
        head = bytes([VERSION]) + key_id.bytes
        return head + key.encrypt(plain, head + place.encode())

    async def open(self, place: Place, sealed: bytes) -> bytes:
        """Return what was sealed for exactly this place.

        Raises `UnknownVersionError`, `KeyNotFoundError`, `SealBrokenError`, or `PortError` when the keys cannot be had.
        """
        if not sealed or sealed[0] != VERSION:
            raise UnknownVersionError("the sealed value has a format that is not known here")
        if len(sealed) < _HEAD:
            raise SealBrokenError("the sealed value is cut short")
        head = sealed[:_HEAD]
        key = await self._opening_key(place.tenant, uuid.UUID(bytes=head[1:]))
        return key.decrypt(sealed[_HEAD:], head + place.encode())

    @staticmethod
    def key_id(sealed: bytes) -> uuid.UUID:
        """Return the id of the data key that sealed a value: what a rotation counts by."""
        return uuid.UUID(bytes=sealed[1:_HEAD])

    async def _sealing_key(self, tenant: str) -> tuple[uuid.UUID, Aead]:
        expires, known = self._active.get(tenant, (0.0, None))
        if known is not None and self._clock.monotonic() < expires:
            return known, await self._opening_key(tenant, known)
        stored = await self._keys.active(tenant) or await self._keys.add(await self._fresh(tenant))
        key = await self._unwrap(stored)
        _remember(self._active, tenant, (self._clock.monotonic() + self._cache_seconds, stored.id), self._cache_size)
        return stored.id, key

    async def _fresh(self, tenant: str) -> DataKey:
        key_id = uuid.uuid4()
        wrapped = await self._provider.wrap(secrets.token_bytes(KEY_BYTES), DataKey.context(tenant, key_id))
        return DataKey(tenant=tenant, id=key_id, wrapped=wrapped)

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
