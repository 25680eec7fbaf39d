import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from svc_kit.errors import RateLimited, Timeout, Unavailable
from sync_svc.application.commands.run_lease import DONE
from sync_svc.domain.dataset import Dataset, Lane, Mode, Trigger
from sync_svc.domain.errors import AmazonRefusedError, ExpiredCursorError
from sync_svc.domain.events import InventoryChanged, OrderChanged, RunCompleted, RunFailed, RunProgressed, RunStarted
from sync_svc.domain.run import RunState

US, GERMANY = "ATVPDKIKX0DER", "A1PA6795UKMFR9"


@pytest.fixture
async def connected(world, samples):
    world.orders.orders = [samples.order(number) for number in range(1, 6)]
    world.inventory.items = [samples.item(f"SKU-{number}") for number in range(3)]
    await world.connect()
    return world


def run_of(world, dataset):
    return world.runs(dataset)[-1]


async def test_backfill_stores_every_page_and_tells_each_order_once(connected):
    assert await connected.run_all() == [DONE, DONE]
    assert len(connected.stored_orders()) == 5
    assert [event.order.order_id for event in connected.events(OrderChanged)] == connected.stored_orders()
    assert len(connected.events(InventoryChanged)) == 3
    run = run_of(connected, Dataset.ORDERS)
    assert (run.state, run.pages, run.items, run.changed, run.mode) == (RunState.COMPLETED, 3, 5, 5, Mode.BACKFILL)


async def test_progress_is_told_page_by_page(connected):
    await connected.run_all()
    told = [type(event) for event in connected.uow.events() if getattr(event, "run", None) and event.run.dataset is Dataset.ORDERS]
    assert told[1:] == [RunStarted, RunProgressed, RunProgressed, RunCompleted]


async def test_next_run_reads_what_changed_with_an_overlap(connected, clock, samples):
    connected.orders.true_until = samples.noon - timedelta(minutes=2)
    await connected.run_all()
    clock.advance(900)
    await connected.use_cases.schedule()
    connected.orders.calls.clear()
    await connected.run_all()
    assert connected.orders.calls == [(Mode.INCREMENTAL, samples.noon - timedelta(minutes=7), None, Lane.SYNC)]


async def test_marketplace_connected_later_brings_its_history(connected, clock, samples):
    await connected.run_all()
    connected.orders.orders.append(samples.order(9, marketplace_id=GERMANY))
    clock.advance(900)
    await connected.connect(marketplaces=(US, GERMANY), version=2)
    await connected.run_all()
    assert run_of(connected, Dataset.ORDERS).mode is Mode.BACKFILL
    assert len(connected.stored_orders()) == 6


async def test_marketplace_connected_during_a_run_is_left_to_the_next(connected, clock, samples):
    connected.orders.orders.append(samples.order(9, marketplace_id=GERMANY))
    run = run_of(connected, Dataset.ORDERS)
    connected.orders.before_page = lambda cursor: connected.orders.faults.append(Timeout("slow")) if cursor else None
    await connected.execute(run.tenant, run.id)
    connected.orders.before_page = None
    await connected.connect(marketplaces=(US, GERMANY), version=2)
    clock.advance(900)
    await connected.run_all()
    assert len(connected.stored_orders()) == 5
    await connected.use_cases.schedule()
    await connected.run_all()
    assert len(connected.stored_orders()) == 6


async def test_unchanged_data_makes_no_event(connected, clock):
    await connected.run_all()
    before = len(connected.events(OrderChanged))
    clock.advance(900)
    await connected.use_cases.schedule()
    await connected.run_all()
    assert len(connected.events(OrderChanged)) == before


@pytest.mark.parametrize(("trigger", "mode", "lane"), [(Trigger.CONNECTED, Mode.BACKFILL, Lane.BACKFILL)])
async def test_backfill_goes_in_its_own_lane(connected, trigger, mode, lane):
    await connected.run_all()
    assert run_of(connected, Dataset.ORDERS).trigger is trigger
    assert {call[3] for call in connected.orders.calls} == {lane}
    assert {call[0] for call in connected.orders.calls} == {mode}


async def test_second_worker_waits_while_the_first_holds_the_run(connected, clock):
    run = run_of(connected, Dataset.ORDERS)
    connected.uow.state.runs["acme", run.id] = run.claimed(now=clock.now(), lease=timedelta(seconds=30))
    assert (await connected.worker()("acme", run.id)).again_after == 30
    clock.advance(30)
    assert await connected.worker()("acme", run.id) == DONE


async def test_overtaken_worker_cannot_write(connected, clock):
    run = run_of(connected, Dataset.ORDERS)

    def overtake(cursor):
        if cursor == "2":
            held = connected.uow.state.runs["acme", run.id]
            connected.uow.state.runs["acme", run.id] = held.claimed(now=clock.now(), lease=timedelta(seconds=30))

    connected.orders.before_page = overtake
    assert await connected.execute("acme", run.id) == DONE
    assert len(connected.stored_orders()) == 2
    assert run_of(connected, Dataset.ORDERS).state is RunState.RUNNING


async def test_killed_workers_run_goes_on_at_its_checkpoint(connected, clock):
    run = run_of(connected, Dataset.ORDERS)

    class KilledError(BaseException):
        pass

    def die(cursor):
        if cursor == "2":
            raise KilledError

    connected.orders.before_page = die
    with pytest.raises(KilledError):
        await connected.execute("acme", run.id)
    connected.orders.before_page = None
    connected.orders.calls.clear()
    assert (await connected.worker()("acme", run.id)).again_after is not None
    clock.advance(31)
    assert await connected.worker()("acme", run.id) == DONE
    assert [call[2] for call in connected.orders.calls] == ["2", "4"]
    assert len(connected.stored_orders()) == 5
    assert len(connected.events(OrderChanged)) == 5


async def test_stopped_worker_gives_the_run_back_at_once(connected):
    run = run_of(connected, Dataset.ORDERS)
    reached = asyncio.Event()

    async def hang(*_args, **_kwargs):
        reached.set()
        await asyncio.Event().wait()

    worker = connected.worker()
    connected.orders.page, original = hang, connected.orders.page
    task = asyncio.create_task(worker("acme", run.id))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    connected.orders.page = original
    assert run_of(connected, Dataset.ORDERS).state is RunState.WAITING
    assert await connected.worker()("acme", run.id) == DONE


@pytest.mark.parametrize(
    ("fault", "code", "again_after"),
    [
        (RateLimited("slow down", retry_after=178), "rate_limited", 178),
        (Unavailable("gone", retry_after=None), "temporarily_unavailable", 1),
        (Timeout("late"), "temporarily_unavailable", 1),
    ],
)
async def test_passing_trouble_postpones_the_run_and_loses_nothing(connected, clock, fault, code, again_after):
    run = run_of(connected, Dataset.ORDERS)
    connected.orders.faults = [fault]
    assert (await connected.execute("acme", run.id)).again_after == again_after
    waiting = run_of(connected, Dataset.ORDERS)
    assert (waiting.state, waiting.error_code, waiting.attempts) == (RunState.WAITING, code, 1)
    assert (await connected.execute("acme", run.id)).again_after == pytest.approx(again_after)
    clock.advance(again_after)
    assert await connected.execute("acme", run.id) == DONE
    done = run_of(connected, Dataset.ORDERS)
    assert (done.state, done.error_code, len(connected.stored_orders())) == (RunState.COMPLETED, None, 5)


async def test_back_off_doubles_up_to_five_minutes(connected, clock):
    run = run_of(connected, Dataset.ORDERS)
    pauses = []
    for _ in range(11):
        connected.orders.faults = [Unavailable("gone", retry_after=None)]
        pauses.append((await connected.execute("acme", run.id)).again_after)
        clock.advance(pauses[-1])
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


async def test_refusal_ends_the_run_with_its_reason_and_pauses_the_schedule(connected, clock):
    run = run_of(connected, Dataset.ORDERS)
    connected.orders.faults = [AmazonRefusedError("reauthorization_required", "Connect the account again.")]
    assert await connected.execute("acme", run.id) == DONE
    failed = run_of(connected, Dataset.ORDERS)
    assert (failed.state, failed.error_code) == (RunState.FAILED, "reauthorization_required")
    assert [event.run.id for event in connected.events(RunFailed)] == [run.id]
    clock.advance(900)
    await connected.use_cases.schedule()
    assert len(connected.runs(Dataset.ORDERS)) == 1
    clock.advance(900)
    await connected.use_cases.schedule()
    assert len(connected.runs(Dataset.ORDERS)) == 2


async def test_run_of_a_lost_account_fails_without_a_call(connected, samples):
    run = run_of(connected, Dataset.ORDERS)
    await connected.connect(reason="reauthorization_required", version=2, status="reauthorization_required")
    connected.uow.state.accounts["acme", "acc-1"] = replace(samples.account(), status=type(samples.account().status)("disconnected"))
    assert await connected.execute("acme", run.id) == DONE
    assert run_of(connected, Dataset.ORDERS).error_code == "account_disconnected"
    assert connected.orders.calls == []


async def test_expired_order_cursor_starts_the_listing_again(connected):
    run = run_of(connected, Dataset.ORDERS)

    def expire(cursor):
        if cursor == "2":
            connected.orders.before_page = None
            raise ExpiredCursorError

    connected.orders.before_page = expire
    assert await connected.execute("acme", run.id) == DONE
    assert [call[2] for call in connected.orders.calls] == [None, "2", None, "2", "4"]
    assert len(connected.stored_orders()) == 5
    assert len(connected.events(OrderChanged)) == 5


async def test_order_cursor_older_than_a_day_is_not_tried(connected, clock):
    run = run_of(connected, Dataset.ORDERS)
    connected.orders.faults = []
    connected.orders.before_page = lambda cursor: connected.orders.faults.append(RateLimited(retry_after=90_000)) if cursor == "2" else None
    await connected.execute("acme", run.id)
    connected.orders.before_page = None
    connected.orders.calls.clear()
    clock.advance(90_000)
    await connected.execute("acme", run.id)
    assert [call[2] for call in connected.orders.calls] == [None, "2", "4"]


async def test_inventory_cursor_older_than_half_a_minute_is_not_tried(connected, clock):
    run = run_of(connected, Dataset.INVENTORY)
    connected.inventory.expired = {"2"}
    assert await connected.execute("acme", run.id) == DONE
    assert [call[1] for call in connected.inventory.calls] == [None, "2", None, "2"]
    assert len(connected.uow.state.items) == 3


async def test_vanished_sku_is_removed_after_a_full_listing(connected, clock):
    await connected.run_all()
    connected.inventory.items.pop(0)
    clock.advance(900)
    await connected.use_cases.schedule()
    await connected.run_all()
    assert sorted(key[3] for key in connected.uow.state.items) == ["SKU-1", "SKU-2"]
    assert [event.item.seller_sku for event in connected.events(InventoryChanged) if event.is_removed] == ["SKU-0"]


async def test_store_away_raises_so_that_the_message_comes_again(connected):
    connected.uow.is_away = True
    with pytest.raises(Unavailable):
        await connected.execute("acme", run_of_id(connected))
    connected.uow.is_away = False
    assert await connected.execute("acme", run_of_id(connected)) == DONE


def run_of_id(world):
    return world.runs(Dataset.ORDERS)[-1].id


async def test_run_of_another_tenant_is_not_touched(connected):
    assert await connected.execute("rival", run_of_id(connected)) == DONE
    assert connected.orders.calls == []
