"""Accounts in memory."""

from collections.abc import Sequence

from account_svc.application.ports.account_repository import AccountFilter
from account_svc.domain.account import AccountStatus, Identity, SellingPartnerAccount
from account_svc.domain.events import AccountEvent, AccountUpdated
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.errors import Conflict, Unavailable


class MemoryAccountRepository:
    """Keeps accounts and the events that left with them; `is_down` fails every call, `down_for_saves` that many saves."""

    def __init__(self) -> None:
        self.accounts: dict[AccountId, SellingPartnerAccount] = {}
        self.events: list[AccountEvent] = []
        self.is_down = False
        self.down_for_saves = 0

    async def get(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount | None:
        self._answer()
        account = self.accounts.get(account_id)
        return account if account and account.identity.tenant == tenant else None

    async def find(self, identity: Identity) -> SellingPartnerAccount | None:
        self._answer()
        return next((account for account in self.accounts.values() if account.identity == identity), None)

    async def page(
        self, tenant: TenantId, wanted: AccountFilter, *, after: AccountId | None, limit: int
    ) -> Sequence[SellingPartnerAccount]:
        self._answer()
        found = [
            account
            for account_id, account in sorted(self.accounts.items())
            if account.identity.tenant == tenant and (after is None or account_id > after) and _matches(account, wanted)
        ]
        return found[:limit]

    async def save(self, account: SellingPartnerAccount, *events: AccountEvent) -> None:
        self._answer()
        if self.down_for_saves:
            self.down_for_saves -= 1
            raise Unavailable("the accounts cannot be reached")
        stored = self.accounts.get(account.id)
        twin = await self.find(account.identity)
        if (stored.version if stored else 0) != account.version - 1 or (twin is not None and twin.id != account.id):
            raise Conflict("the account was changed in the meantime")
        if account.is_default:
            self._take_default(account)
        self.accounts[account.id] = account
        self.events.extend(events)

    async def tenant_of(self, account_id: AccountId) -> TenantId | None:
        self._answer()
        account = self.accounts.get(account_id)
        return account.identity.tenant if account else None

    def _take_default(self, account: SellingPartnerAccount) -> None:
        same = (account.identity.tenant, account.identity.kind)
        for other in list(self.accounts.values()):
            if other.is_default and other.id != account.id and (other.identity.tenant, other.identity.kind) == same:
                self.accounts[other.id] = other.yield_default(account.updated_at)
                self.events.append(AccountUpdated(self.accounts[other.id]))

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the accounts cannot be reached")


def _matches(account: SellingPartnerAccount, wanted: AccountFilter) -> bool:
    is_kind = wanted.kind is None or account.identity.kind == wanted.kind
    is_status = wanted.status is None or account.status is wanted.status
    is_connected = wanted.is_connected in {None, account.status is not AccountStatus.DISCONNECTED}
    return is_kind and is_status and is_connected and (wanted.marketplace is None or wanted.marketplace in account.marketplaces)
