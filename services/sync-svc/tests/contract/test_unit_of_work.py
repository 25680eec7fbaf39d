"""What every unit of work promises: all or nothing, one tenant, and events only of what was kept."""

import asyncio

import pytest

from sellerport_stack.servers.ports import free_port
from svc_kit.database import Database
from svc_kit.errors import Unavailable
from svc_kit.ids import SystemIds
from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.adapters.outbound.postgres.unit_of_work import PostgresUnitOfWork
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import AccountChanged, WorkRequested
from sync_svc.domain.freshness import Freshness


@pytest.fixture(params=["memory", "postgres"])
async def away(request, clock):
    """A unit of work whose store cannot be reached."""
    if request.param == "memory":
        uow = MemoryUnitOfWork()
        uow.is_away = True
        yield uow
        return
    async with Database.open(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing") as database:
        yield PostgresUnitOfWork(database, EventWire(clock, SystemIds()))


async def write_everywhere(tx, samples):
    await tx.accounts.save(samples.account(), AccountChanged(samples.account(), "connected"))
    await tx.runs.open(samples.run(), WorkRequested(samples.run()))
    await tx.orders.merge([samples.order(1)])
    await tx.inventory.merge([samples.item()], run_id="run-1")
    await tx.freshness.save(Freshness(account_id="acc-1", dataset=Dataset.ORDERS, failures=1))


async def seen(store, tenant="acme"):
    async with store.uow.transaction(tenant) as tx:
        run = await tx.runs.lock("run-1")
        return len(await tx.accounts.all()), run is not None, await tx.orders.count(), len(await tx.freshness.all())


async def test_what_a_block_that_ends_well_has_written_is_kept(store, samples):
    async with store.uow.transaction("acme") as tx:
        await write_everywhere(tx, samples)
    assert await seen(store) == (1, True, 1, 1)
    assert await store.event_types("acme") == ["sync-svc.account.changed.v1", "sync-svc.work.orders.v1"]


async def test_of_a_block_that_raises_nothing_is_kept_and_nothing_told(store, samples):
    with pytest.raises(ZeroDivisionError):
        async with store.uow.transaction("acme") as tx:
            await write_everywhere(tx, samples)
            _ = 1 / 0
    assert await seen(store) == (0, False, 0, 0)
    assert await store.event_types("acme") == []


async def test_of_a_block_that_is_cancelled_nothing_is_kept_and_nothing_told(store, samples):
    written = asyncio.Event()

    async def write_and_wait() -> None:
        async with store.uow.transaction("acme") as tx:
            await write_everywhere(tx, samples)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    async with asyncio.timeout(30):
        await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await seen(store) == (0, False, 0, 0)
    assert await store.event_types("acme") == []


async def test_a_transaction_sees_what_it_has_written(store, samples):
    async with store.uow.transaction("acme") as tx:
        await write_everywhere(tx, samples)
        assert await tx.accounts.get("acc-1") == samples.account()
        assert await tx.orders.count() == 1


async def test_one_tenants_transaction_leaves_the_others_alone(store, samples):
    async with store.uow.transaction("acme") as tx:
        await write_everywhere(tx, samples)
    assert await seen(store, "rival") == (0, False, 0, 0)
    assert await store.event_types("rival") == []


async def test_transactions_at_once_lose_nothing_of_one_another(store, samples):
    async def add(number: int) -> None:
        async with store.uow.transaction("acme") as tx:
            await tx.orders.merge([samples.order(number)])
            await asyncio.sleep(0)
            account = samples.account(id=f"acc-{number}")
            await tx.accounts.save(account, AccountChanged(account, "connected"))

    await asyncio.gather(*(add(number) for number in range(8)))
    assert await seen(store) == (8, False, 8, 0)
    assert len(await store.event_types("acme")) == 8


async def test_a_store_that_is_away_says_so(away):
    with pytest.raises(Unavailable):
        async with away.transaction("acme") as tx:
            await tx.orders.count()
