"""Domain events → CloudEvents; each type is a NATS subject and has a schema under contracts/schemas/events."""

import uuid
from datetime import datetime
from typing import Any, Final

import msgspec

from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from svc_kit.messaging import Event
from sync_svc.domain.events import (
    AccountChanged,
    DomainEvent,
    InventoryChanged,
    OrderChanged,
    RunCompleted,
    RunFailed,
    RunProgressed,
    RunStarted,
    WorkRequested,
)
from sync_svc.domain.money import Money
from sync_svc.domain.run import Run

SOURCE: Final = "sync-svc"
_VERBS: Final[dict[type, str]] = {RunStarted: "started", RunProgressed: "progressed", RunCompleted: "completed", RunFailed: "failed"}
_SLOTS: Final = uuid.UUID("5ca1ab1e-0000-4000-8000-73796e637376")


class MoneyData(msgspec.Struct, kw_only=True):
    """An amount as a decimal text, and its currency."""

    currency: str
    amount: str


class OrderData(msgspec.Struct, kw_only=True):
    """Data of `order.changed`; `created` says that the order was not known before."""

    account_id: str
    order_id: str
    marketplace_id: str
    status: str
    created: bool
    created_at: datetime
    last_updated: datetime
    total: MoneyData | None


class InventoryData(msgspec.Struct, kw_only=True):
    """Data of `inventory.changed`."""

    account_id: str
    marketplace_id: str
    seller_sku: str
    total_quantity: int
    fulfillable_quantity: int
    last_updated: datetime
    removed: bool


class RunData(msgspec.Struct, kw_only=True):
    """Data of `run.started`, `.progressed`, `.completed` and `.failed`."""

    run_id: str
    account_id: str
    dataset: str
    trigger: str
    mode: str | None
    state: str
    pages: int
    items: int
    changed: int
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None


class AccountData(msgspec.Struct, kw_only=True):
    """Data of `account.changed`."""

    account_id: str
    status: str
    reason: str
    marketplaces: tuple[str, ...]


class WorkData(msgspec.Struct, kw_only=True):
    """Data of a work message."""

    run_id: str
    account_id: str
    dataset: str


class EventWire:
    """Writes domain events as CloudEvents."""

    def __init__(self, clock: Clock, ids: IdFactory) -> None:
        self._clock = clock
        self._ids = ids

    def __call__(self, tenant: str, event: DomainEvent) -> Event:
        """Return the event on the wire; a work message has an id per slot, so that the stream drops a second one."""
        name, subject, data = _described(event)
        return Event(
            id=_slot_id(event) if isinstance(event, WorkRequested) else self._ids.new(),
            source=SOURCE,
            type=f"{SOURCE}.{name}.v1",
            time=self._clock.now(),
            subject=subject,
            tenantid=tenant,
            data=_builtins(data),
        )


def _described(event: DomainEvent) -> tuple[str, str, msgspec.Struct]:
    if isinstance(event, OrderChanged):
        order = event.order
        data = OrderData(
            account_id=order.account_id,
            order_id=order.order_id,
            marketplace_id=order.marketplace_id,
            status=order.status,
            created=event.is_new,
            created_at=order.created,
            last_updated=order.last_updated,
            total=_money(order.total),
        )
        return "order.changed", order.order_id, data
    if isinstance(event, InventoryChanged):
        return "inventory.changed", event.item.seller_sku, _inventory(event)
    if isinstance(event, AccountChanged):
        account = event.account
        return (
            "account.changed",
            account.id,
            AccountData(account_id=account.id, status=account.status.value, reason=event.reason, marketplaces=account.marketplaces),
        )
    if isinstance(event, WorkRequested):
        run = event.run
        return f"work.{run.dataset.value}", run.id, WorkData(run_id=run.id, account_id=run.account_id, dataset=run.dataset.value)
    return f"run.{_VERBS[type(event)]}", event.run.id, _run(event.run)


def _inventory(event: InventoryChanged) -> InventoryData:
    item = event.item
    return InventoryData(
        account_id=item.account_id,
        marketplace_id=item.marketplace_id,
        seller_sku=item.seller_sku,
        total_quantity=0 if event.is_removed else item.total_quantity,
        fulfillable_quantity=0 if event.is_removed else item.fulfillable_quantity,
        last_updated=item.last_updated,
        removed=event.is_removed,
    )


def _run(run: Run) -> RunData:
    return RunData(
        run_id=run.id,
        account_id=run.account_id,
        dataset=run.dataset.value,
        trigger=run.trigger.value,
        mode=run.mode.value if run.mode else None,
        state=run.state.value,
        pages=run.pages,
        items=run.items,
        changed=run.changed,
        error=run.error_code,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )


def _money(money: Money | None) -> MoneyData | None:
    return MoneyData(currency=money.currency, amount=money.text()) if money else None


def _slot_id(event: WorkRequested) -> str:
    run = event.run
    return str(uuid.uuid5(_SLOTS, f"{run.tenant}/{run.account_id}/{run.dataset.value}/{run.slot}/{event.delivery}"))


def _builtins(data: msgspec.Struct) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(data)
    return built
