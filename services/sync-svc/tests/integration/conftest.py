"""A whole sync-svc on real PostgreSQL and NATS, with Amazon in memory."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import pytest

from svc_kit.clock import SystemClock
from svc_kit.database import Database
from svc_kit.ids import SystemIds
from svc_kit.messaging import Event, JetStreamPublisher, NatsConnection, ensure_stream
from svc_kit.outbox import OutboxRelay
from svc_kit.tasks import end
from sync_svc.adapters.inbound.nats.consumers import ACCOUNT_STREAM, account_consumer, work_consumer
from sync_svc.adapters.outbound.memory.sources import MemoryInventorySource, MemoryOrderSource
from sync_svc.adapters.outbound.nats.event_log import NatsEventLog
from sync_svc.adapters.outbound.nats.streams import EVENTS_STREAM, WORK_STREAM, WORK_SUBJECT, ensure_streams
from sync_svc.adapters.outbound.postgres.outbox import OUTBOX
from sync_svc.adapters.outbound.postgres.run_history import PostgresRunHistory
from sync_svc.adapters.outbound.postgres.unit_of_work import PostgresUnitOfWork
from sync_svc.adapters.outbound.postgres.work_directory import PostgresWorkDirectory
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.application.use_cases import Pace, UseCases, build_execute_run

ACK_WAIT = 5.0  # a busy machine must not look like a dead worker
PACE = Pace(interval=timedelta(minutes=15), lease=timedelta(seconds=ACK_WAIT), backfill=timedelta(days=900), overlap=timedelta(minutes=5))
_names = itertools.count(1)


class System:
    """Processes share the database and the streams; each worker is a consumer of its own that can be killed."""

    def __init__(self, stack: AsyncExitStack, urls: Any, nats_url: str) -> None:
        self.stack, self.urls, self.nats_url = stack, urls, nats_url
        self.clock, self.ids = SystemClock(), SystemIds()
        self.orders, self.inventory = MemoryOrderSource(page_size=5), MemoryInventorySource(page_size=5)
        self.workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self.database = await self.stack.enter_async_context(Database.open(self.urls.app_url))
        self.nats = await self.stack.enter_async_context(NatsConnection.open(self.nats_url, "test"))
        js = self.nats.jetstream()
        for stream in (EVENTS_STREAM, WORK_STREAM, ACCOUNT_STREAM):
            with suppress(Exception):
                await js.delete_stream(stream)
        await ensure_streams(self.nats)
        await ensure_stream(js, ACCOUNT_STREAM, ["account-svc.>"])
        self.uow = PostgresUnitOfWork(self.database, EventWire(self.clock, self.ids))
        self.history = PostgresRunHistory(self.database)
        self.use_cases = UseCases.build(
            uow=self.uow, directory=PostgresWorkDirectory(self.database), history=self.history, clock=self.clock, ids=self.ids, pace=PACE
        )
        self.log = NatsEventLog(self.nats, stream=EVENTS_STREAM)
        self.background(OutboxRelay(self.database, OUTBOX, JetStreamPublisher(self.nats)).run())
        self.background(account_consumer(self.nats, self.use_cases.apply_account)())

    def background(self, coroutine: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self.stack.push_async_callback(end, task)
        return task

    def execute(self) -> Any:
        return build_execute_run(
            uow=self.uow, orders=self.orders, inventory=self.inventory, clock=self.clock, pace=PACE, jitter=lambda: 0.0
        )

    def start_worker(self, execute: Any = None) -> asyncio.Task[None]:
        worker = execute or self.execute()
        consume = work_consumer(self.nats, worker, stream=WORK_STREAM, subject=WORK_SUBJECT, ack_wait=ACK_WAIT, concurrency=2)
        return self.background(consume())

    async def publish_account(self, verb: str = "connected", **changes: Any) -> None:
        account = {
            "id": "acc-1",
            "tenant": "acme",
            "kind": "selling_partner",
            "region": "NA",
            "selling_partner_id": "A1SELLER",
            "marketplaces": ["ATVPDKIKX0DER"],
            "signing": "none",
            "application": "default",
            "status": "active",
            "version": 1,
        } | changes
        event = Event.create(
            type=f"account-svc.account.{verb}.v1",
            tenant=account["tenant"],
            subject=account["id"],
            data={"account": account},
            clock=self.clock,
            ids=self.ids,
        )
        await JetStreamPublisher(self.nats).publish(event)

    async def eventually(self, question: Any, seconds: float = 60) -> Any:
        """Ask until the answer is true."""
        async with asyncio.timeout(seconds):
            while not (answer := await question()):
                await asyncio.sleep(0.02)
        return answer

    async def runs(self, tenant: str = "acme") -> list[Any]:
        return await self.history.page(tenant, limit=100, before=None)

    async def are_done(self) -> bool:
        runs = await self.runs()
        return bool(runs) and all(run.state.value == "completed" for run in runs)

    async def told(self, name: str) -> list[Any]:
        _, last = await self.log.bounds()
        return [event async for event in self.log.read(after=0, until=last) if event.type == f"sync-svc.{name}.v1"]


@pytest.fixture
async def system(sync_database: Any, nats_url: str) -> AsyncIterator[System]:
    async with AsyncExitStack() as stack:
        async with Database.open(sync_database.owner_url) as owner, owner.transaction() as connection:
            await connection.exec_driver_sql("TRUNCATE accounts, freshness, runs, orders, inventory, outbox")
        opened = System(stack, sync_database, nats_url)
        await opened.start()
        yield opened
