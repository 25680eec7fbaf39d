"""Composition root: settings → adapters → use cases → application and background jobs."""

import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from litestar import Litestar

from svc_kit.clock import Clock, SystemClock
from svc_kit.database import Database
from svc_kit.health import ReadinessCheck
from svc_kit.identity import ServiceTokenIssuer, TokenVerifier, users_and_services
from svc_kit.ids import IdFactory, SystemIds
from svc_kit.messaging import JetStreamPublisher, NatsConnection
from svc_kit.outbox import OutboxRelay
from sync_svc.adapters.inbound.background import Job, running
from sync_svc.adapters.inbound.http.api import SERVICE, Served, build_api
from sync_svc.adapters.inbound.nats.consumers import account_consumer, request_consumer, work_consumer
from sync_svc.adapters.inbound.scheduler.loop import SchedulerLoop
from sync_svc.adapters.outbound.gateway.client import GatewayClient
from sync_svc.adapters.outbound.gateway.sources import gateway_sources
from sync_svc.adapters.outbound.nats.event_log import NatsEventLog
from sync_svc.adapters.outbound.nats.streams import EVENTS_STREAM, WORK_STREAM, WORK_SUBJECT, keep_streams
from sync_svc.adapters.outbound.postgres.outbox import OUTBOX
from sync_svc.adapters.outbound.postgres.run_history import PostgresRunHistory
from sync_svc.adapters.outbound.postgres.unit_of_work import PostgresUnitOfWork
from sync_svc.adapters.outbound.postgres.work_directory import PostgresWorkDirectory
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.application.ports.event_log import EventLog
from sync_svc.application.ports.run_history import RunHistory
from sync_svc.application.ports.sources import InventorySource, OrderSource
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.ports.work_directory import WorkDirectory
from sync_svc.application.use_cases import UseCases, build_execute_run
from sync_svc.config import Config, MigrateConfig


@dataclass(kw_only=True)
class Adapters:
    """The ports this service needs, filled; sources are there where the role worker is."""

    clock: Clock
    ids: IdFactory
    uow: UnitOfWork
    directory: WorkDirectory
    history: RunHistory
    event_log: EventLog
    sources: tuple[OrderSource, InventorySource] | None = None
    nats: NatsConnection | None = None
    database: Database | None = None
    verifier: TokenVerifier | None = None


async def migrate_database(config: MigrateConfig) -> None:
    """Bring the schema up to date, as the owner."""
    from sync_svc.adapters.outbound.postgres.migrate import migrate  # noqa: PLC0415 - 10 MB of Alembic that a serving process need not hold

    await migrate(config.owner_url.reveal(), app_role=config.app_role)


def build_app(config: Config, *, overrides: Adapters | None = None) -> Litestar:
    """Return the application for `config`; with `overrides` no other adapter is opened, and only the live feed runs beside it."""
    clock = overrides.clock if overrides else SystemClock()
    served = Served()
    opened: list[Adapters] = []

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            adapters = overrides or await _open(config, clock, stack)
            opened.append(adapters)
            use_cases = _use_cases(config, adapters)
            served.start(use_cases, adapters.event_log, clock)
            jobs = {"live-feed": served.hub().run} if "api" in config.roles else {}
            await stack.enter_async_context(running(jobs | _jobs(config, adapters, use_cases)))
            yield

    async def ping_database() -> None:
        for database in (adapters.database for adapters in opened if adapters.database):
            await database.ping()

    async def ping_nats() -> None:
        for nats in (adapters.nats for adapters in opened if adapters.nats):
            await nats.ping()

    checks = [
        ReadinessCheck(name="database", probe=ping_database),
        ReadinessCheck(name="nats", probe=ping_nats, required="api" not in config.roles),  # figures are answered without it
    ]
    verifier = (overrides.verifier if overrides else None) or users_and_services(SERVICE, config, clock)
    return build_api(served, clock, has_api="api" in config.roles, verifier=verifier, lifespan=[lifespan], readiness=checks)


async def _open(config: Config, clock: Clock, stack: AsyncExitStack) -> Adapters:
    ids = SystemIds()
    database = await stack.enter_async_context(Database.open(config.database_url.reveal()))
    nats = await stack.enter_async_context(NatsConnection.open(config.nats_url.reveal(), SERVICE))
    sources = None
    if "worker" in config.roles and config.gateway_url:
        issuer = ServiceTokenIssuer(config.service_key, SERVICE, config.service_key_id, clock)
        client = await stack.enter_async_context(GatewayClient.open(config.gateway_url, issuer))
        sources = gateway_sources(client, clock, orders_api=config.orders_api)
    return Adapters(
        clock=clock,
        ids=ids,
        uow=PostgresUnitOfWork(database, EventWire(clock, ids)),
        directory=PostgresWorkDirectory(database),
        history=PostgresRunHistory(database),
        event_log=NatsEventLog(nats, stream=EVENTS_STREAM),
        sources=sources,
        nats=nats,
        database=database,
    )


def _use_cases(config: Config, adapters: Adapters) -> UseCases:
    return UseCases.build(
        uow=adapters.uow,
        directory=adapters.directory,
        history=adapters.history,
        clock=adapters.clock,
        ids=adapters.ids,
        pace=config.pace,
        missing_settings=() if config.gateway_url else ("GATEWAY_URL",),
    )


def _jobs(config: Config, adapters: Adapters, use_cases: UseCases) -> dict[str, Job]:
    nats, database, clock, pace = adapters.nats, adapters.database, adapters.clock, config.pace
    if nats is None or database is None:
        return {}
    jobs: dict[str, Job] = {"streams": lambda: keep_streams(nats), "outbox": OutboxRelay(database, OUTBOX, JetStreamPublisher(nats)).run}
    if "scheduler" in config.roles:
        pause = min(5.0, pace.interval.total_seconds() / 4)
        jobs["scheduler"] = SchedulerLoop(use_cases.schedule, clock, pause_seconds=pause).run
    if adapters.sources is not None:
        orders, inventory = adapters.sources
        jitter = random.SystemRandom().random
        execute = build_execute_run(uow=adapters.uow, orders=orders, inventory=inventory, clock=clock, pace=pace, jitter=jitter)
        wait, concurrency = config.work_ack_wait_seconds, config.work_concurrency
        jobs["work"] = work_consumer(nats, execute, stream=WORK_STREAM, subject=WORK_SUBJECT, ack_wait=wait, concurrency=concurrency)
        jobs["accounts"] = account_consumer(nats, use_cases.apply_account)
        jobs["requests"] = request_consumer(nats, use_cases.request_account_sync)
    return jobs
