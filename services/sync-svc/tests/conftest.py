"""Samples and stores that all levels of sync-svc's tests share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from svc_kit.clock import ManualClock
from svc_kit.database import Database
from svc_kit.ids import SystemIds
from sync_svc.adapters.outbound.memory.run_history import MemoryRunHistory
from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.adapters.outbound.memory.work_directory import MemoryWorkDirectory
from sync_svc.adapters.outbound.postgres.migrate import migrate
from sync_svc.adapters.outbound.postgres.run_history import PostgresRunHistory
from sync_svc.adapters.outbound.postgres.unit_of_work import PostgresUnitOfWork
from sync_svc.adapters.outbound.postgres.work_directory import PostgresWorkDirectory
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.money import Money
from sync_svc.domain.order import Order
from sync_svc.domain.run import Run

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
US = "ATVPDKIKX0DER"


class Samples:
    """Values with sensible defaults."""

    noon = NOON
    us = US

    def account(self, **changes: Any) -> Account:
        values: dict[str, Any] = {
            "id": "acc-1",
            "tenant": "acme",
            "region": "NA",
            "selling_partner_id": "A1SELLER",
            "marketplaces": (US,),
            "status": AccountStatus.ACTIVE,
            "version": 1,
            "changed_at": NOON,
        }
        return Account(**values | changes)

    def order(self, number: int = 1, *, amount: str | None = "10.00", currency: str = "USD", **changes: Any) -> Order:
        values: dict[str, Any] = {
            "account_id": "acc-1",
            "order_id": f"111-0000000-{number:07d}",
            "marketplace_id": US,
            "status": "UNSHIPPED",
            "created": NOON - timedelta(days=1) + timedelta(minutes=number),
            "last_updated": NOON - timedelta(hours=1),
            "total": Money(amount=Decimal(amount), currency=currency) if amount is not None else None,
        }
        return Order(**values | changes)

    def item(self, sku: str = "SKU-1", **changes: Any) -> InventoryItem:
        values: dict[str, Any] = {
            "account_id": "acc-1",
            "marketplace_id": US,
            "seller_sku": sku,
            "asin": "B000000001",
            "fn_sku": "X000000001",
            "product_name": "Tea pot",
            "condition": "NewItem",
            "total_quantity": 20,
            "fulfillable_quantity": 15,
            "reserved_quantity": 3,
            "inbound_quantity": 2,
            "unfulfillable_quantity": 0,
            "last_updated": NOON - timedelta(hours=1),
        }
        return InventoryItem(**values | changes)

    def run(self, run_id: str = "run-1", **changes: Any) -> Run:
        values: dict[str, Any] = {
            "id": run_id,
            "tenant": "acme",
            "account_id": "acc-1",
            "dataset": Dataset.ORDERS,
            "slot": f"slot-of-{run_id}",
            "trigger": Trigger.SCHEDULED,
            "created_at": NOON,
            "requested_at": NOON,
        }
        return Run(**values | changes)


@pytest.fixture(scope="session")
def samples() -> Samples:
    return Samples()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@dataclass
class Store:
    """A store under test: transactions, the scheduler's and the person's view, and the types of the events that left."""

    uow: Any
    directory: Any
    history: Any
    event_types: Callable[[str], Any]


@pytest.fixture(scope="session")
def sync_database(database_factory: Any) -> Any:
    urls = database_factory(owner="sync_owner", app="sync_app")
    with ThreadPoolExecutor(1) as pool:  # the loop of the tests may be running already
        pool.submit(lambda: asyncio.run(migrate(urls.owner_url, app_role="sync_app"))).result()
    return urls


@asynccontextmanager
async def postgres_store(urls: Any, clock: ManualClock) -> AsyncIterator[Store]:
    """Open a store on an emptied database."""
    async with Database.open(urls.owner_url) as owner, owner.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE accounts, freshness, runs, orders, inventory, outbox")
    async with Database.open(urls.app_url) as database:

        async def event_types(tenant: str) -> list[str]:
            async with database.transaction() as connection:
                rows = await connection.exec_driver_sql("SELECT convert_from(content, 'UTF8')::jsonb FROM outbox ORDER BY position")
                return [row[0]["type"] for row in rows if row[0]["tenantid"] == tenant]

        yield Store(
            PostgresUnitOfWork(database, EventWire(clock, SystemIds())),
            PostgresWorkDirectory(database),
            PostgresRunHistory(database),
            event_types,
        )


def memory_store(clock: ManualClock) -> Store:
    """Open an empty store in memory."""
    uow = MemoryUnitOfWork()
    wire = EventWire(clock, SystemIds())

    async def event_types(tenant: str) -> list[str]:
        return [wire(tenant, event).type for event in uow.events(tenant)]

    return Store(uow, MemoryWorkDirectory(uow), MemoryRunHistory(uow), event_types)


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[Store]:
    """Every suite that takes this runs on the fake and on the real thing."""
    if request.param == "memory":
        yield memory_store(clock)
        return
    async with postgres_store(request.getfixturevalue("sync_database"), clock) as opened:
        yield opened
