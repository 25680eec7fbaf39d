import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import MetaData, func, select, text

from svc_kit.clock import SystemClock
from svc_kit.database import Database
from svc_kit.errors import Unavailable
from svc_kit.ids import SystemIds
from svc_kit.messaging import Event
from svc_kit.outbox import OutboxRelay, append, outbox_table

TABLE = outbox_table(MetaData())


def event(number: int = 0) -> Event:
    data = {"number": number}
    return Event.create(type="test.thing.made.v1", tenant="t", subject=str(number), data=data, clock=SystemClock(), ids=SystemIds())


class Stream:
    """Keeps what was published; `broken` refuses, `forgetful` takes an event but fails to say so, once.

    `silent` takes the next event and says nothing for as long as it is set.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.broken = False
        self.forgetful = False
        self.silent = False
        self.took = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def publish(self, event: Event) -> None:
        if self.broken:
            raise Unavailable("the stream is away")
        self.events.append(event)
        if self.silent:
            self.took.set()
            await self.goes_on.wait()
        if self.forgetful:
            self.forgetful = False
            raise Unavailable("the acknowledgement was lost")

    @property
    def distinct(self) -> list[int]:
        return [e.data["number"] for e in {e.id: e for e in self.events}.values()]


@pytest.fixture
async def database(database_factory):
    urls = database_factory()
    async with Database.open(urls.owner_url) as owner:
        async with owner.transaction() as connection:
            await connection.run_sync(TABLE.metadata.create_all)
        yield owner


@asynccontextmanager
async def running(relay: OutboxRelay):
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def write(database: Database, *numbers: int) -> None:
    async with database.transaction() as connection:
        await append(connection, TABLE, *(event(number) for number in numbers))


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.01)


async def test_an_event_of_a_rolled_back_transaction_never_leaves(database):
    with pytest.raises(RuntimeError):
        async with database.transaction() as connection:
            await append(connection, TABLE, event())
            raise RuntimeError
    stream = Stream()
    assert await OutboxRelay(database, TABLE, stream).relay_once() == 0
    assert stream.events == []


async def test_events_leave_in_the_order_in_which_they_were_written(database):
    await write(database, 1, 2)
    await write(database, 3)
    stream = Stream()
    assert await OutboxRelay(database, TABLE, stream).relay_once() == 3
    assert stream.distinct == [1, 2, 3]


async def test_what_could_not_be_sent_stays_and_leaves_later_once(database):
    stream, relay = Stream(), None
    relay = OutboxRelay(database, TABLE, stream)
    await write(database, 1, 2, 3)
    stream.forgetful = True
    with pytest.raises(Unavailable):
        await relay.relay_once()
    assert await relay.pending() == 3
    await relay.relay_once()
    assert stream.distinct == [1, 2, 3]
    assert await relay.pending() == 0


async def test_a_commit_wakes_the_relay_long_before_its_sweep(database):
    stream = Stream()
    async with running(OutboxRelay(database, TABLE, stream, sweep_seconds=600)):
        await until(lambda: _listening(database))
        await write(database, 7)

        async def arrived() -> bool:
            return stream.distinct == [7]

        await until(arrived)


async def _listening(database: Database) -> bool:
    async with database.transaction() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
        return bool(await connection.scalar(query))


async def test_the_relay_outlives_a_stream_that_was_away(database):
    stream = Stream()
    stream.broken = True
    relay = OutboxRelay(database, TABLE, stream, sweep_seconds=0.05)
    await write(database, 1)
    async with running(relay):
        await write(database, 2)
        stream.broken = False

        async def drained() -> bool:
            return await relay.pending() == 0

        await until(drained)
    assert stream.distinct == [1, 2]


async def test_the_relay_outlives_the_loss_of_every_database_connection(database):
    stream = Stream()
    async with running(OutboxRelay(database, TABLE, stream, sweep_seconds=0.05)):
        await until(lambda: _listening(database))
        async with database.transaction() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await write(database, 5)

        async def arrived() -> bool:
            return stream.distinct == [5]

        await until(arrived)


async def test_a_relay_killed_between_publication_and_mark_leaves_the_rest_to_the_next(database):
    stream = Stream()
    await write(database, 1, 2, 3)
    stream.silent = True
    async with running(OutboxRelay(database, TABLE, stream)):
        await stream.took.wait()
    stream.silent = False
    relay = OutboxRelay(database, TABLE, stream)
    assert await relay.relay_once() == 3
    assert stream.distinct == [1, 2, 3]
    assert [e.data["number"] for e in stream.events] == [1, 1, 2, 3]
    assert await relay.pending() == 0


async def test_a_relay_that_loses_its_session_while_it_publishes_sends_again_and_holds_no_lock(database):
    stream = Stream()
    await write(database, 1, 2)
    stream.silent = True
    sending = asyncio.create_task(OutboxRelay(database, TABLE, stream).relay_once())
    await stream.took.wait()
    async with database.transaction() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
            )
        )
    stream.silent = False
    stream.goes_on.set()
    with pytest.raises(Unavailable):
        await sending
    assert await OutboxRelay(database, TABLE, stream).relay_once() == 2
    assert stream.distinct == [1, 2]


async def test_no_transaction_is_open_while_the_stream_is_waited_for(database):
    stream = Stream()
    await write(database, 1)
    stream.silent = True
    async with running(OutboxRelay(database, TABLE, stream)):
        await stream.took.wait()
        async with database.transaction() as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
            assert await connection.scalar(text(query)) == 0


async def test_two_relays_send_each_event_once_and_in_order(database):
    stream = Stream()
    await write(database, *range(200))
    relays = [OutboxRelay(database, TABLE, stream) for _ in range(2)]
    await asyncio.gather(*(relay.relay_once() for relay in relays))
    for relay in relays:
        await relay.relay_once()
    assert [e.data["number"] for e in stream.events] == list(range(200))
    async with database.transaction() as connection:
        assert await connection.scalar(select(func.count()).where(TABLE.c.sent_at.is_(None))) == 0
