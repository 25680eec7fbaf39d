import asyncio
from datetime import timedelta

import pytest

from sync_svc.domain.account import AccountStatus
from sync_svc.domain.dataset import Dataset, Mode, Trigger
from sync_svc.domain.errors import AmazonNotConnectedError, SyncTooSoonError
from sync_svc.domain.events import AccountChanged, WorkRequested
from sync_svc.domain.run import RunState


async def test_connected_account_gets_a_run_per_dataset_at_once(world):
    assert await world.connect()
    assert {(run.dataset, run.trigger) for run in world.runs()} == {(dataset, Trigger.CONNECTED) for dataset in Dataset}
    assert {event.run.id for event in world.events(WorkRequested)} == {run.id for run in world.runs()}


async def test_same_event_again_has_no_effect(world):
    await world.connect()
    assert not await world.connect()
    assert (len(world.runs()), len(world.events(AccountChanged))) == (2, 1)


async def test_older_version_never_overwrites_newer(world):
    await world.connect(version=5, marketplaces=("NEW",))
    assert not await world.connect(reason="disconnected", version=4, status=AccountStatus.DISCONNECTED)
    assert world.uow.state.accounts["acme", "acc-1"].marketplaces == ("NEW",)


async def test_update_of_an_active_account_starts_nothing(world):
    await world.connect()
    assert await world.connect(reason="updated", version=2)
    assert len(world.runs()) == 2


async def test_account_connected_again_is_read_at_once_without_its_old_pause(world, clock):
    await world.connect()
    await world.run_all()
    await world.connect(reason="reauthorization_required", version=2, status=AccountStatus.REAUTHORIZATION_REQUIRED)
    clock.advance(3600)
    assert await world.use_cases.schedule() == 0
    await world.connect(version=3)
    assert [run.trigger for run in world.runs(Dataset.ORDERS)] == [Trigger.CONNECTED, Trigger.CONNECTED]


async def test_erased_account_leaves_a_tombstone_and_nothing_else(world, samples):
    world.orders.orders = [samples.order(1)]
    world.inventory.items = [samples.item()]
    await world.connect()
    await world.run_all()
    await world.connect(reason="erased", version=9, status=AccountStatus.ERASED)
    state = world.uow.state
    assert (state.orders, state.items, state.freshness, state.runs) == ({}, {}, {}, {})
    assert state.accounts["acme", "acc-1"].selling_partner_id == ""
    assert not await world.connect(version=10)
    assert world.runs() == []


async def test_run_under_way_of_an_erased_account_writes_nothing(world, samples):
    world.orders.orders = [samples.order(number) for number in range(5)]
    await world.connect()
    run = world.runs(Dataset.ORDERS)[0]
    tasks = []

    def erase(cursor):
        if cursor == "2" and not tasks:
            tasks.append(asyncio.create_task(world.connect(reason="erased", version=9, status=AccountStatus.ERASED)))

    original = world.orders.page

    async def page(*args, **options):
        answer = await original(*args, **options)
        await asyncio.gather(*tasks)
        return answer

    world.orders.before_page, world.orders.page = erase, page
    await world.execute("acme", run.id)
    assert world.stored_orders() == []


async def test_schedulers_agree_on_one_run_per_slot(world, clock):
    await world.connect()
    await world.run_all()
    clock.advance(900)
    opened = await asyncio.gather(*(world.use_cases.schedule() for _ in range(5)))
    assert sum(opened) == 2
    await world.run_all()
    assert await world.use_cases.schedule() == 0
    clock.advance(900)
    assert await world.use_cases.schedule() == 2


async def test_forgotten_run_is_asked_for_again_once(world, clock):
    await world.connect()
    clock.advance(301)
    assert sum(await asyncio.gather(*(world.use_cases.schedule() for _ in range(3)))) == 2
    deliveries = [event.delivery for event in world.events(WorkRequested)]
    assert deliveries[:2] == [0, 0]
    assert all(deliveries[2:])
    assert len(deliveries) == 4


async def test_old_runs_are_forgotten_after_a_week(world, clock):
    await world.connect()
    await world.run_all()
    clock.advance(7 * 86_400 + 1)
    await world.use_cases.schedule()
    assert {run.state for run in world.runs()} == {RunState.QUEUED}


async def test_manual_sync_takes_all_active_accounts_and_the_interactive_lane(world, clock):
    await world.connect()
    await world.connect(id="acc-2")
    await world.run_all()
    ids = await world.use_cases.request_sync("acme")
    assert {run.account_id for run in world.runs() if run.id in ids} == {"acc-1", "acc-2"}
    world.orders.calls.clear()
    await world.run_all()
    assert {(call[0], call[3].value) for call in world.orders.calls} == {(Mode.INCREMENTAL, "interactive")}


async def test_of_many_who_ask_at_once_one_is_heard(world):
    await world.connect()
    await world.run_all()
    answers = await asyncio.gather(*(world.use_cases.request_sync("acme") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(answer, SyncTooSoonError) for answer in answers) == 4


async def test_manual_sync_needs_an_active_account(world):
    await world.connect(status=AccountStatus.DISCONNECTED)
    with pytest.raises(AmazonNotConnectedError):
        await world.use_cases.request_sync("acme")


async def test_operator_may_force_what_a_person_must_wait_for(world, clock):
    await world.connect()
    await world.run_all()
    await world.use_cases.request_sync("acme")
    clock.advance(timedelta(minutes=9, seconds=59).total_seconds())
    with pytest.raises(SyncTooSoonError) as caught:
        await world.use_cases.request_sync("acme")
    assert caught.value.context["retry_after"] == 1
    assert await world.use_cases.request_sync("acme", is_forced=True)
