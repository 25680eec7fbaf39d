"""Where accounts live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from account_svc.domain.account import AccountKind, AccountStatus, Identity, SellingPartnerAccount
from account_svc.domain.events import AccountEvent
from account_svc.domain.identifiers import AccountId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts a list holds; None leaves a property open."""

    kind: AccountKind | None = None
    status: AccountStatus | None = None
    marketplace: str | None = None
    is_connected: bool | None = None


class AccountRepository(Protocol):
    """Keeps accounts by tenant; what happened to them leaves with the change that made it happen."""

    async def get(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount | None:
        """Return the tenant's account, or None; another tenant's account is None. Raises `Unavailable`."""
        ...

    async def find(self, identity: Identity) -> SellingPartnerAccount | None:
        """Return the tenant's account of this kind, selling partner and region, or None. Raises `Unavailable`."""
        ...

    async def page(
        self, tenant: TenantId, wanted: AccountFilter, *, after: AccountId | None, limit: int
    ) -> Sequence[SellingPartnerAccount]:
        """Return at most `limit` accounts of the tenant in order of id, those after `after`. Raises `Unavailable`."""
        ...

    async def save(self, account: SellingPartnerAccount, *events: AccountEvent) -> None:
        """Store the account and, in the same transaction, its events.

        Version 1 is a new account; version n replaces n - 1. Raises `Conflict`, storing nothing, when the stored version
        is another, or another account has the same identity: of several writers at once exactly one succeeds. An account
        that is the default takes that from the tenant's other one of its kind, which goes one version on with an
        `AccountUpdated` of its own: there is never a second default. Raises `Unavailable`.
        """
        ...

    async def tenant_of(self, account_id: AccountId) -> TenantId | None:
        """Return whose account this is, whoever asks, or None; nothing else of it. Raises `Unavailable`."""
        ...
