"""Events leave in the transaction that caused them; a relay sees to it that all of them arrive."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, cast

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, MetaData, Table, Text, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from svc_kit.database import Database, connection_faults
from svc_kit.errors import PortError
from svc_kit.logs import get_logger
from svc_kit.messaging.event import Event
from svc_kit.tasks import end

CHANNEL: Final = "outbox"
_BATCH: Final = 500
_CLAIM: Final = 0x5E11E_0B0C


class EventPublisher(Protocol):
    """Where the relay puts events."""

    async def publish(self, event: Event) -> None:
        """Return when the event is stored; a second time has no effect; raise `PortError` otherwise."""
        ...


def outbox_table(metadata: MetaData) -> Table:
    """Return the outbox's table: the database's order is the order of publication; no secret is ever in it."""
    return Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Text, nullable=False, unique=True),
        Column("type", Text, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("sent_at", DateTime(timezone=True)),
    )


async def append(connection: AsyncConnection, table: Table, *events: Event) -> None:
    """Write events inside the caller's transaction and wake the relay when it commits."""
    if not events:
        return
    rows = [{"event_id": event.id, "type": event.type, "content": event.encode()} for event in events]
    await connection.execute(insert(table), rows)
    await connection.execute(text(f"NOTIFY {CHANNEL}"))


class OutboxRelay:
    """Publishes every unsent event in order: at once by LISTEN/NOTIFY, and by a sweep each second to be sure.

    Any number of replicas may run; one at a time holds the advisory lock and sends, so the order is kept (the lock is
    the session's: PostgreSQL must be reached directly or through a pool that keeps sessions, as LISTEN wants too). A crash
    between publication and mark sends the event again with the same message id, which the stream drops. Sent rows are
    removed after a day.
    """

    def __init__(self, database: Database, table: Table, publisher: EventPublisher, *, sweep_seconds: float = 1.0) -> None:
        self._database = database
        self._table = table
        self._publisher = publisher
        self._sweep = sweep_seconds
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Relay until cancelled; outlive every loss of PostgreSQL and NATS."""
        listener = asyncio.create_task(self._listen(), name="outbox-listen")
        try:
            while True:
                try:
                    while await self.relay_once() == _BATCH:
                        pass
                except PortError as error:
                    get_logger().warning("outbox_waits", error=type(error).__name__, detail=error.detail)
                    await asyncio.sleep(self._sweep)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._sweep):
                        await self._wake.wait()
                self._wake.clear()
        finally:
            await end(listener)  # its connection is gone when this returns

    async def relay_once(self) -> int:
        """Send the next batch and return how many were sent; zero when another replica is at it."""
        async with self._turn() as connection:
            sent = await self._send(connection) if connection is not None else 0
        if sent:
            await self._forget_old()
        return sent

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[AsyncConnection | None]:
        """Hold the senders' lock, or yield None when another has it; no transaction is open while the stream is waited for."""
        with connection_faults():
            async with self._database.engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                if not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _CLAIM}):
                    yield None
                    return
                try:
                    yield connection
                    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _CLAIM})
                except BaseException:
                    # Back in the pool the session would hold the lock for ever; the lock ends with the session.
                    await connection.invalidate()
                    raise

    async def _send(self, connection: AsyncConnection) -> int:
        table = self._table
        unsent = select(table.c.position, table.c.content).where(table.c.sent_at.is_(None)).order_by(table.c.position).limit(_BATCH)
        sent: list[int] = []
        failed: PortError | None = None
        for position, content in (await connection.execute(unsent)).all():
            try:
                await self._publisher.publish(Event.decode(bytes(content)))
            except PortError as error:
                failed = error
                break
            sent.append(position)
        if sent:
            await connection.execute(update(table).where(table.c.position.in_(sent)).values(sent_at=func.now()))
        if failed is not None:
            raise failed
        return len(sent)

    async def _forget_old(self) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(
                text(
                    "DELETE FROM outbox WHERE position IN (SELECT position FROM outbox WHERE sent_at < now() - interval '1 day' LIMIT 1000)"
                )
            )

    async def pending(self) -> int:
        """Return how many events wait."""
        async with self._database.transaction() as connection:
            return cast("int", await connection.scalar(select(func.count()).where(self._table.c.sent_at.is_(None))))

    async def _listen(self) -> None:
        while True:
            with suppress(PortError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._listen_until_lost()
            await asyncio.sleep(self._sweep)

    async def _listen_until_lost(self) -> None:
        async with self._database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = cast("asyncpg.Connection[asyncpg.Record]", raw.driver_connection)
            lost = asyncio.Event()

            def ended(_connection: object) -> None:
                lost.set()

            def notified(*_notice: object) -> None:
                self._wake.set()

            driver.add_termination_listener(ended)
            try:
                await driver.add_listener(CHANNEL, notified)
                self._wake.set()
                await lost.wait()
            finally:
                await connection.invalidate()
