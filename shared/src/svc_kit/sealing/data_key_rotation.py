"""Rotation of data keys: each tenant gets a new one, its values are sealed anew, and the old one is destroyed."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from svc_kit.clock import Clock
from svc_kit.sealing.aead import KEY_BYTES, Aead
from svc_kit.sealing.data_keys import DataKey, DataKeyRing
from svc_kit.sealing.errors import SealingError
from svc_kit.sealing.key_provider import KeyProvider
from svc_kit.sealing.rewrap import Say, all_tenants
from svc_kit.sealing.sealed_rows import SealedRows, SealedValue
from svc_kit.sealing.sealed_value import key_id_of, open_under, seal_under

_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a run did: tenants with a new key, values sealed anew, old keys destroyed and left, values that do not open."""

    tenants: int = 0
    values: int = 0
    destroyed: int = 0
    left: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Count:
    tenants: int = 0
    values: int = 0
    destroyed: int = 0
    failed: set[tuple[str, str, str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeyRotation:
    """Replaces data keys while services read and write.

    The keys and values themselves say what is done: a tenant with a retired key is under way and is finished; a tenant
    whose only key is younger than `created_before` is done. So a run that was killed is repeated with the same
    `created_before`, and two runs at once agree. A value is replaced by compare-and-set, so a write meanwhile wins.

    An old key is destroyed only `grace_seconds` after its last value was sealed anew, because a service may have read a row
    just before, or sealed a value that it has not stored yet; and never while a value is left, which the store refuses.
    """

    provider: KeyProvider
    ring: DataKeyRing
    rows: SealedRows
    clock: Clock
    say: Say
    batch: int = 200
    grace_seconds: float = 60.0

    async def __call__(self, created_before: datetime, tenant: str | None = None) -> Rotated:
        """Rotate the keys of one tenant, or of all, that were made before that time. Raises `PortError`."""
        count = _Count()
        under_way: list[str] = []
        for name in [tenant] if tenant else [name async for name in all_tenants(self.ring)]:
            count.tenants += await self._begin(name, created_before)
            if await self._retired(name):
                under_way.append(name)
                await self._move(name, count)
        under_way = await self._finish(under_way, count)
        left = len(under_way)
        self.say(
            f"{count.tenants} new data keys, {count.values} values sealed anew, {count.destroyed} old data keys destroyed, {left} left"
        )
        return Rotated(tenants=count.tenants, values=count.values, destroyed=count.destroyed, left=left, failed=len(count.failed))

    async def _begin(self, tenant: str, created_before: datetime) -> bool:
        keys = await self.ring.keys(tenant)
        if len(keys) != 1 or keys[0].state != "active" or keys[0].created_at >= created_before:
            return False
        key_id = uuid.uuid4()
        wrapped = await self.provider.wrap(secrets.token_bytes(KEY_BYTES), DataKey.context(tenant, key_id))
        return await self.ring.succeed(keys[0], DataKey(tenant=tenant, id=key_id, wrapped=wrapped, created_at=self.clock.now()))

    async def _retired(self, tenant: str) -> list[DataKey]:
        return [key for key in await self.ring.keys(tenant) if key.state == "retired"]

    async def _finish(self, tenants: list[str], count: _Count) -> list[str]:
        """Destroy the old keys of these tenants; return those where that was not possible."""
        left: list[str] = []
        for _ in range(_ROUNDS):
            if not tenants:
                break
            self.say(f"{len(tenants)} tenants sealed anew; old data keys are destroyed in {self.grace_seconds:g} s")
            await self.clock.sleep(self.grace_seconds)
            undone = [tenant for tenant in tenants if not await self._destroy(tenant, count)]
            broken = {place[0] for place in count.failed}
            left += [tenant for tenant in undone if tenant in broken]  # waiting does not mend them
            tenants = [tenant for tenant in undone if tenant not in broken]
        return left + tenants

    async def _destroy(self, tenant: str, count: _Count) -> bool:
        if await self._move(tenant, count):
            return False  # a late writer: whoever read these values needs the grace as well
        outcomes = [await self.ring.destroy(key) for key in await self._retired(tenant)]
        count.destroyed += sum(outcomes)
        return all(outcomes)

    async def _move(self, tenant: str, count: _Count) -> int:
        keys = {key.id: key for key in await self.ring.keys(tenant)}
        active = next((key for key in keys.values() if key.state == "active"), None)
        if active is None:
            return 0
        open_keys: dict[uuid.UUID, Aead] = {}
        moved = 0
        async for batch in self.rows.under_others(tenant, active.id, self.batch):
            for value in batch:
                try:
                    moved += await self._replace(value, active, keys, open_keys)
                except SealingError as error:
                    self._failed(value, error, count)
            self.say(f"tenant {tenant}: {moved} values sealed anew")
        count.values += moved
        return moved

    async def _replace(self, value: SealedValue, active: DataKey, keys: dict[uuid.UUID, DataKey], opened: dict[uuid.UUID, Aead]) -> bool:
        old_id = key_id_of(value.sealed)
        for key_id in (old_id, active.id):
            if key_id not in opened and key_id in keys:
                key = keys[key_id]
                opened[key_id] = Aead(await self.provider.unwrap(key.wrapped, DataKey.context(key.tenant, key_id)))
        if old_id not in opened:
            return False  # younger than our list of keys: the next round sees it
        plain = open_under(opened[old_id], value.place, value.sealed)
        return await self.rows.replace(value, seal_under(active.id, opened[active.id], value.place, plain))

    def _failed(self, value: SealedValue, error: SealingError, count: _Count) -> None:
        place = value.place
        known = len(count.failed)
        count.failed.add((place.tenant, place.table, place.row, value.column))
        if len(count.failed) > known:
            self.say(f"{place.table}.{value.column} of row {place.row} does not open: {error}")
