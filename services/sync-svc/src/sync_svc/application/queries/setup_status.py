"""Query: is everything in place, and if not, what is missing?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sync_svc.application.ports.inventory_repository import InventoryFilter
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.queries.answer_cache import AnswerCache
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.freshness import Truth

_REJECTED: Final = "application_credentials_rejected"
_CREDENTIAL_SETTINGS: Final = ("AMAZON_LWA_CLIENT_ID", "AMAZON_LWA_CLIENT_SECRET")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupAnswer:
    """The state of the Amazon integration; `missing` names settings, `error` the reason why data does not come."""

    status: Literal["connected", "not_connected", "configuration_error"]
    missing: tuple[str, ...]
    error: str | None
    last_sync: datetime | None
    inventory_count: int
    order_count: int


class SetupStatus:
    """Puts accounts, freshness and settings together."""

    def __init__(self, uow: UnitOfWork, cache: AnswerCache, *, missing_settings: tuple[str, ...]) -> None:
        self._uow = uow
        self._cache = cache
        self._missing = missing_settings

    async def __call__(self, tenant: str) -> SetupAnswer:
        """Return the status. Raises `Unavailable` when the store is away and nothing is kept."""
        return await self._cache.get(tenant, "setup-status", lambda: self._make(tenant))

    async def _make(self, tenant: str) -> SetupAnswer:
        async with self._uow.transaction(tenant) as tx:
            accounts = await tx.accounts.all()
            records = await tx.freshness.all()
            totals = await tx.inventory.totals(InventoryFilter())
            orders = await tx.orders.count()
        active = {account.id for account in accounts if account.is_active}
        errors = sorted({record.last_error for record in records if record.last_error and record.account_id in active})
        missing = self._missing + (_CREDENTIAL_SETTINGS if _REJECTED in errors else ())
        return SetupAnswer(
            status="configuration_error" if missing else "connected" if active else "not_connected",
            missing=missing,
            error=_reason(accounts, errors),
            last_sync=Truth.of(records).last_synced,
            inventory_count=totals.total_skus,
            order_count=orders,
        )


def _reason(accounts: list[Account], errors: list[str]) -> str | None:
    if any(account.status is AccountStatus.REAUTHORIZATION_REQUIRED for account in accounts):
        return "reauthorization_required"
    return errors[0] if errors else None
