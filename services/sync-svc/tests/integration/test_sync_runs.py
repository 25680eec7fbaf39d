import asyncio
import json
from collections import Counter
from contextlib import aclosing

from sync_svc.domain.dataset import Dataset


async def test_connected_account_is_synchronised_at_once_and_told_in_order(system, samples):
    system.orders.orders = [samples.order(number) for number in range(23)]
    system.inventory.items = [samples.item(f"SKU-{number}") for number in range(7)]
    system.start_worker()
    await system.publish_account()
    await system.eventually(system.are_done)
    await system.eventually(lambda: _has(system, "run.completed", 2))
    told = [json.loads(event.data)["order_id"] for event in await system.told("order.changed")]
    assert Counter(told) == Counter(order.order_id for order in system.orders.orders)
    assert len(await system.told("inventory.changed")) == 7
    assert [json.loads(event.data)["status"] for event in await system.told("account.changed")] == ["active"]


async def _has(system, name, count):
    return len(await system.told(name)) >= count


async def test_killed_workers_run_is_taken_over_and_every_order_is_there_once(system, samples):
    system.orders.orders = [samples.order(number) for number in range(23)]
    reached = asyncio.Event()
    dying = system.execute()
    original = system.orders.page

    async def page(account, **options):
        if options["cursor"] == "10" and not reached.is_set():
            reached.set()
            await asyncio.Event().wait()
        return await original(account, **options)

    system.orders.page = page
    dying._lease.release = _nothing  # a killed process does not say goodbye
    first = system.start_worker(dying)
    await system.publish_account()
    await asyncio.wait_for(reached.wait(), 60)
    first.cancel()
    system.start_worker()
    await system.eventually(system.are_done)
    run = next(run for run in await system.runs() if run.dataset is Dataset.ORDERS)
    assert (run.epoch, run.items, run.pages) == (2, 23, 5)
    async with system.uow.transaction("acme") as tx:
        assert await tx.orders.count() == 23
    await system.eventually(lambda: _has(system, "run.completed", 2))
    assert len(await system.told("order.changed")) == 23


async def _nothing(_run):
    return None


async def test_two_workers_given_the_same_run_do_it_once(system, samples):
    system.orders.orders = [samples.order(number) for number in range(23)]
    await system.publish_account()
    runs = await system.eventually(system.runs)
    run = next(run for run in runs if run.dataset is Dataset.ORDERS)
    await asyncio.gather(*(system.execute()("acme", run.id) for _ in range(4)))
    assert len(system.orders.calls) == 5
    async with system.uow.transaction("acme") as tx:
        assert (await tx.runs.lock(run.id)).epoch == 1


async def test_event_log_reads_and_follows_without_gap(system, samples):
    system.start_worker()
    system.orders.orders = [samples.order(number) for number in range(3)]
    await system.publish_account()
    await system.eventually(lambda: _has(system, "run.completed", 2))
    first, last = await system.log.bounds()
    assert [event.sequence async for event in system.log.read(after=first, until=last)] == list(range(first + 1, last + 1))
    seen = []
    async with aclosing(system.log.follow(after=last - 2)) as following:
        await system.publish_account("updated", version=2)
        async for event in following:
            seen.append(event.sequence)
            if len(seen) == 3:
                break
    assert seen == [last - 1, last, last + 1]


async def test_older_account_event_changes_nothing(system):
    await system.publish_account("connected", version=5)
    await system.publish_account("disconnected", version=4, status="disconnected")
    await system.publish_account("updated", version=6, marketplaces=["A2EUQ1WTGCTBG2"])

    async def is_updated():
        async with system.uow.transaction("acme") as tx:
            account = await tx.accounts.get("acc-1")
        return account is not None and account.version == 6 and account.is_active

    await system.eventually(is_updated)
    assert len(await system.runs()) == 2
