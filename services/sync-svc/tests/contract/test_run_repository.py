import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sync_svc.domain.dataset import Dataset, Mode, Trigger
from sync_svc.domain.events import RunFailed, RunProgressed, RunStarted, WorkRequested
from sync_svc.domain.run import Checkpoint, RunState


async def test_open_run_comes_back_as_it_was(store, samples):
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.open(samples.run())
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.lock("run-1") == samples.run()
        assert await tx.runs.find_open("acc-1", Dataset.ORDERS) == samples.run()


async def test_second_open_run_of_a_dataset_is_refused(store, samples):
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.open(samples.run("run-1"))
        assert not await tx.runs.open(samples.run("run-2"))
        assert await tx.runs.open(samples.run("run-3", dataset=Dataset.INVENTORY))
        assert await tx.runs.open(samples.run("run-4", account_id="acc-2"))


async def test_slot_is_used_once_even_after_its_run_ended(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run("run-1", slot="s"))
        await tx.runs.save(samples.run("run-1", slot="s").completed(now=samples.noon))
        assert not await tx.runs.open(samples.run("run-2", slot="s"))
        assert await tx.runs.open(samples.run("run-3", slot="t"))


async def test_of_many_who_open_at_once_one_succeeds(store, samples):
    async def attempt(number: int) -> bool:
        async with store.uow.transaction("acme") as tx:
            return await tx.runs.open(samples.run(f"run-{number}"))

    assert sum(await asyncio.gather(*(attempt(number) for number in range(8)))) == 1


async def test_events_leave_with_the_run_that_is_opened_or_saved_and_with_no_other(store, samples):
    run = samples.run()
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.open(run, WorkRequested(run))
        assert not await tx.runs.open(samples.run("run-2"), RunFailed(run))
        await tx.runs.save(run, RunStarted(run), RunProgressed(run))
        await tx.runs.save(run)
    assert await store.event_types("acme") == [
        "sync-svc.work.orders.v1",
        "sync-svc.run.started.v1",
        "sync-svc.run.progressed.v1",
    ]


async def test_saved_state_comes_back_with_its_checkpoint(store, samples):
    checkpoint = Checkpoint(
        mode=Mode.BACKFILL,
        since=samples.noon,
        watermark=samples.noon + timedelta(milliseconds=1),
        cursor="a+b/c==",
        cursor_at=samples.noon,
        remaining=("A", "B"),
        restarts=2,
    )
    claimed = samples.run().claimed(now=samples.noon, lease=timedelta(seconds=30))
    run = replace(claimed, checkpoint=checkpoint, pages=3, error_code="x", error_detail="y: 'z'")
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run())
        await tx.runs.save(run)
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.lock("run-1") == run


async def test_lock_makes_the_second_writer_see_the_first(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run())

    async def add_a_page() -> None:
        async with store.uow.transaction("acme") as tx:
            run = await tx.runs.lock("run-1")
            await asyncio.sleep(0)
            await tx.runs.save(replace(run, pages=run.pages + 1))

    await asyncio.gather(*(add_a_page() for _ in range(8)))
    async with store.uow.transaction("acme") as tx:
        assert (await tx.runs.lock("run-1")).pages == 8


async def test_failed_transaction_leaves_nothing(store, samples):
    with pytest.raises(ZeroDivisionError):
        async with store.uow.transaction("acme") as tx:
            await tx.runs.open(samples.run())
            _ = 1 / 0
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.lock("run-1") is None


async def test_last_request_is_the_newest_by_hand(store, samples):
    async with store.uow.transaction("acme") as tx:
        assert await tx.runs.last_request() is None
        await tx.runs.open(samples.run("run-1"))
        await tx.runs.open(samples.run("run-2", account_id="b", trigger=Trigger.MANUAL, created_at=samples.noon - timedelta(hours=1)))
        assert await tx.runs.last_request() == samples.noon - timedelta(hours=1)
        assert await tx.runs.last_request("b") == samples.noon - timedelta(hours=1)
        assert await tx.runs.last_request("acc-1") is None


async def test_another_tenant_finds_no_run(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run())
    async with store.uow.transaction("rival") as tx:
        assert await tx.runs.lock("run-1") is None
        assert await tx.runs.find_open("acc-1", Dataset.ORDERS) is None
        assert await tx.runs.open(samples.run(tenant="rival"))
    async with store.uow.transaction("acme") as tx:
        assert (await tx.runs.lock("run-1")).state is RunState.QUEUED
