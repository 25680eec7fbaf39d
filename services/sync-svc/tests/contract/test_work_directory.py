from dataclasses import replace
from datetime import timedelta

from sync_svc.domain.account import AccountStatus
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness

EVERY = timedelta(minutes=15)


async def connect(store, samples, *, tenant="acme", account_id="acc-1", status=AccountStatus.ACTIVE):
    async with store.uow.transaction(tenant) as tx:
        await tx.accounts.save(samples.account(id=account_id, tenant=tenant, status=status))


async def test_active_accounts_of_all_tenants_are_due(store, samples):
    await connect(store, samples, tenant="acme", account_id="acc-1")
    await connect(store, samples, tenant="rival", account_id="acc-2")
    await connect(store, samples, account_id="acc-3", status=AccountStatus.REAUTHORIZATION_REQUIRED)
    due = await store.directory.due(now=samples.noon, interval=EVERY)
    assert {(one.tenant, one.account_id, one.dataset) for one in due} == {
        (tenant, account, dataset) for tenant, account in (("acme", "acc-1"), ("rival", "acc-2")) for dataset in Dataset
    }


async def test_slots_of_memory_and_database_are_the_same(store, samples):
    await connect(store, samples)
    due = await store.directory.due(now=samples.noon, interval=EVERY)
    assert {one.slot for one in due} == {"every-900s-1970160"}


async def test_slot_done_open_run_and_pause_keep_a_dataset_from_being_due(store, samples):
    await connect(store, samples)
    slot = (await store.directory.due(now=samples.noon, interval=EVERY))[0].slot
    async with store.uow.transaction("acme") as tx:
        await tx.freshness.save(Freshness(account_id="acc-1", dataset=Dataset.ORDERS, last_slot=slot))
        await tx.runs.open(samples.run(dataset=Dataset.INVENTORY))
    assert await store.directory.due(now=samples.noon, interval=EVERY) == []
    assert [one.dataset for one in await store.directory.due(now=samples.noon + EVERY, interval=EVERY)] == [Dataset.ORDERS]
    async with store.uow.transaction("acme") as tx:
        await tx.freshness.save(Freshness(account_id="acc-1", dataset=Dataset.ORDERS, paused_until=samples.noon + EVERY * 2))
    assert await store.directory.due(now=samples.noon + EVERY, interval=EVERY) == []
    assert len(await store.directory.due(now=samples.noon + EVERY * 2, interval=EVERY)) == 1


async def test_stalled_runs_are_open_old_unheld_and_need_not_wait(store, samples):
    old = samples.noon - timedelta(hours=1)
    async with store.uow.transaction("acme") as tx:
        await tx.runs.open(samples.run("lost", requested_at=old, account_id="a"))
        await tx.runs.open(samples.run("fresh", account_id="b"))
        await tx.runs.open(samples.run("held", requested_at=old, account_id="c", lease_until=samples.noon))
        await tx.runs.open(samples.run("waits", requested_at=old, account_id="d", not_before=samples.noon))
        ended = samples.run("ended", requested_at=old, account_id="e")
        await tx.runs.open(ended)
        await tx.runs.save(ended.completed(now=old))
    stalled = await store.directory.stalled(before=samples.noon - timedelta(minutes=5))
    assert [(run.tenant, run.run_id) for run in stalled] == [("acme", "lost")]


async def test_forgetting_removes_old_ended_runs_only(store, samples):
    async with store.uow.transaction("acme") as tx:
        for run_id, account in (("old", "a"), ("new", "b"), ("open", "c")):
            await tx.runs.open(samples.run(run_id, account_id=account))
        await tx.runs.save(samples.run("old", account_id="a").completed(now=samples.noon - timedelta(days=8)))
        await tx.runs.save(replace(samples.run("new", account_id="b"), pages=1).completed(now=samples.noon))
    assert await store.directory.forget_runs(before=samples.noon - timedelta(days=7)) == 1
    assert {run.id for run in await store.history.page("acme", limit=9, before=None)} == {"new", "open"}
