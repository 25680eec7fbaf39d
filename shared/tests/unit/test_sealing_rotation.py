"""Both rotations on the stand-ins: what is done, what a run that was cut short leaves, and who wins a race."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from svc_kit.clock import ManualClock
from svc_kit.errors import Unavailable
from svc_kit.sealing import EnvelopeCipher, KeyNotFoundError, LocalKeyProvider, Place
from svc_kit.sealing.data_key_rotation import DataKeyRotation
from svc_kit.sealing.memory import MemoryDataKeyStore, MemorySealedRows
from svc_kit.sealing.rewrap import Rewrap, Rewrapped
from svc_kit.sealing.sealed_rows import SealedValue
from svc_kit.sealing.sealed_value import key_id_of

TENANTS = ("acme", "rival", "$system")
ROWS = 7


class Cut(Exception):  # noqa: N818 - a kill -9, not an error of ours
    """The process ends here."""


class House:
    """A service's keys, values and cipher, with an operator's tools."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.rows = MemorySealedRows()
        self.ring = MemoryDataKeyStore(self.rows)
        self.provider = LocalKeyProvider("k1", {"k1": b"1" * 32})
        self.said: list[str] = []

    def cipher(self) -> EnvelopeCipher:
        """A process that has just started."""
        return EnvelopeCipher(self.provider, self.ring, self.clock)

    async def write(self, tenant: str, row: str, text: bytes, cipher: EnvelopeCipher | None = None) -> None:
        place = Place(tenant=tenant, table="accounts", row=row, field="refresh_token")
        self.rows.put(SealedValue(place=place, column="refresh_token", sealed=await (cipher or self.cipher()).seal(place, text)))

    async def texts(self, tenant: str) -> list[bytes]:
        cipher = self.cipher()
        values = sorted((value for value in self.rows.values.values() if value.place.tenant == tenant), key=lambda value: value.place.row)
        return [await cipher.open(value.place, value.sealed) for value in values]

    async def fill(self) -> None:
        for tenant in TENANTS:
            for row in range(ROWS):
                await self.write(tenant, str(row), b"%d" % row)

    def rotation(self, **changed) -> DataKeyRotation:
        how = {"provider": self.provider, "ring": self.ring, "rows": self.rows, "clock": self.clock, "say": self.said.append, "batch": 3}
        return DataKeyRotation(**{**how, **changed})

    async def rotate(self, before=None, tenant=None, **changed):
        """Run to the end, moving the clock whenever the run waits."""
        run = asyncio.create_task(self.rotation(**changed)(before or self.clock.now(), tenant))
        while not run.done():
            await asyncio.sleep(0)
            if self.clock.sleepers:
                self.clock.advance(60)
        return await run


@pytest.fixture
async def house():
    house = House()
    await house.fill()
    house.clock.advance(3600)
    return house


EXPECTED = [b"%d" % row for row in range(ROWS)]


async def test_rewrapping_leaves_nothing_under_the_old_key_and_touches_no_value(house):
    before = dict(house.rows.values)
    house.provider = LocalKeyProvider("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
    rewrap = Rewrap(provider=house.provider, ring=house.ring, say=house.said.append)
    assert await rewrap() == Rewrapped(done=3)
    assert await rewrap() == Rewrapped(right=3)
    assert house.rows.values == before
    house.provider = LocalKeyProvider("k2", {"k2": b"2" * 32})
    assert [await house.texts(tenant) for tenant in TENANTS] == [EXPECTED] * 3


async def test_two_rewraps_at_once_agree(house):
    house.provider = LocalKeyProvider("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
    done = await asyncio.gather(*(Rewrap(provider=house.provider, ring=house.ring, say=house.said.append)() for _ in range(2)))
    assert sum(one.done for one in done) == 3
    assert await house.texts("acme") == EXPECTED


async def test_a_data_key_that_cannot_be_unwrapped_is_counted_and_stops_no_other(house):
    stored = next(key for key in house.ring.stored.values() if key.tenant == "acme")
    house.ring.stored["acme", stored.id] = replace(stored, wrapped=replace(stored.wrapped, kek_id="k0"))
    house.provider = LocalKeyProvider("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
    assert await Rewrap(provider=house.provider, ring=house.ring, say=house.said.append)() == Rewrapped(done=2, failed=1)
    assert any("acme" in line for line in house.said)


async def test_every_tenant_gets_a_new_data_key_and_the_old_ones_are_destroyed(house):
    old = set(house.ring.stored)
    outcome = await house.rotate()
    assert (outcome.tenants, outcome.values, outcome.destroyed, outcome.left, outcome.failed) == (3, 3 * ROWS, 3, 0, 0)
    assert len(house.ring.stored) == 3
    assert not old & set(house.ring.stored)
    assert [await house.texts(tenant) for tenant in TENANTS] == [EXPECTED] * 3


async def test_one_tenant_can_be_rotated_alone(house):
    others = {known for known in house.ring.stored if known[0] != "acme"}
    assert (await house.rotate(tenant="acme")).tenants == 1
    assert others < set(house.ring.stored)
    assert await house.texts("acme") == EXPECTED


async def test_the_same_run_again_finds_nothing_to_do(house):
    before = house.clock.now()
    await house.rotate(before)
    keys = set(house.ring.stored)
    outcome = await house.rotate(before)
    assert (outcome.tenants, outcome.values, outcome.destroyed) == (0, 0, 0)
    assert set(house.ring.stored) == keys


@pytest.mark.parametrize("steps", range(0, 3 * ROWS, 4))
async def test_a_run_that_was_killed_is_finished_by_the_next(house, steps):
    class Killed(MemorySealedRows):
        left = steps

        async def replace(self, value, sealed):
            if self.left == 0:
                raise Cut
            self.left -= 1
            return await super().replace(value, sealed)

    killed = Killed()
    killed.values = house.rows.values
    before = house.clock.now()
    with pytest.raises(Cut):
        await house.rotate(before, rows=killed)
    assert [await house.texts(tenant) for tenant in TENANTS] == [EXPECTED] * 3
    outcome = await house.rotate(before)
    assert (outcome.values, outcome.destroyed, outcome.left) == (3 * ROWS - steps, 3, 0)
    assert [await house.texts(tenant) for tenant in TENANTS] == [EXPECTED] * 3


async def test_a_value_written_meanwhile_is_never_lost(house):
    writer = house.cipher()
    await writer.seal(Place(tenant="acme", table="t", row="r", field="f"), b"remembers the old key")

    class Raced(MemorySealedRows):
        is_first = True

        async def replace(self, value, sealed):
            if self.is_first and value.place.tenant == "acme":
                Raced.is_first = False
                await house.write("acme", value.place.row, b"newer", writer)
            return await super().replace(value, sealed)

    raced = Raced()
    raced.values = house.rows.values
    outcome = await house.rotate(rows=raced)
    assert await house.texts("acme") == [b"newer", *EXPECTED[1:]]
    assert outcome.left == 0
    assert len({key_id_of(value.sealed) for value in house.rows.values.values() if value.place.tenant == "acme"}) == 1


async def test_two_runs_at_once_agree(house):
    before = house.clock.now()
    await asyncio.gather(house.rotate(before), house.rotate(before))
    assert len(house.ring.stored) == 3
    assert [await house.texts(tenant) for tenant in TENANTS] == [EXPECTED] * 3


async def test_an_old_key_outlives_its_last_value_by_the_grace(house):
    run = asyncio.create_task(house.rotation()(house.clock.now()))
    while not house.clock.sleepers:
        await asyncio.sleep(0)
    assert len(house.ring.stored) == 6
    assert {key_id_of(value.sealed) for value in house.rows.values.values()} == {
        key.id for key in house.ring.stored.values() if key.state == "active"
    }
    house.clock.advance(60)
    await run
    assert len(house.ring.stored) == 3


async def test_a_value_that_does_not_open_is_told_and_keeps_its_key(house):
    where, broken = next((where, value) for where, value in house.rows.values.items() if where[0] == "rival")
    house.rows.values[where] = replace(broken, sealed=broken.sealed[:-1] + bytes([broken.sealed[-1] ^ 1]))
    outcome = await house.rotate()
    assert (outcome.values, outcome.destroyed, outcome.left, outcome.failed) == (3 * ROWS - 1, 2, 1, 1)
    assert any("of row 0 does not open" in line for line in house.said)
    assert key_id_of(broken.sealed) in {key_id for tenant, key_id in house.ring.stored if tenant == "rival"}


async def test_a_store_that_is_away_ends_the_run_and_nothing_is_lost(house):
    house.ring.is_down = True
    with pytest.raises(Unavailable):
        await house.rotate()
    house.ring.is_down = False
    assert await house.texts("acme") == EXPECTED


async def test_after_shredding_a_rotation_does_not_bring_a_tenant_back(house):
    await house.cipher().shred("acme")
    await house.rotate()
    with pytest.raises(KeyNotFoundError):
        await house.texts("acme")
    assert await house.texts("rival") == EXPECTED


async def test_nothing_secret_is_said(house):
    house.clock.advance(timedelta(days=1).total_seconds())
    await house.rotate()
    assert not any(word in line for line in house.said for word in ("\\x", "b'", "wrapped="))
