"""One thing done to many accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.commands.request_sync import RequestSync
from account_svc.application.commands.update_account import UpdateAccount
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.account_patch import AccountPatch
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import AccountId, TenantId, parse_account_id
from svc_kit.errors import DomainError, PortError

MOST_ACCOUNTS: Final = 100


class BatchAction(StrEnum):
    """What can be done to many accounts at once."""

    SYNC = "sync"
    DISCONNECT = "disconnect"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of one account: as it is now, or why nothing was done."""

    account_id: str
    account: SellingPartnerAccount | None = None
    refusal: DomainError | PortError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMany:
    """Each account is a change of its own: one that fails stops no other. The same again changes nothing more."""

    request_sync: RequestSync
    disconnect: DisconnectAccount
    update: UpdateAccount

    async def __call__(
        self, tenant: TenantId, action: BatchAction, account_ids: Sequence[str], patch: AccountPatch | None = None
    ) -> list[BatchResult]:
        """Return one result per account, in the order given, each named once.

        Raises `InvalidInputError` when there are none or more than 100, or when the patch belongs to another action.
        """
        if not 1 <= len(account_ids) <= MOST_ACCOUNTS:
            raise InvalidInputError("account_ids_invalid", f"name 1 to {MOST_ACCOUNTS} accounts")
        if (patch is not None) != (action is BatchAction.UPDATE):
            raise InvalidInputError("patch_invalid", "update needs a patch, the other actions take none")
        return [await self._result(tenant, action, account_id, patch) for account_id in dict.fromkeys(account_ids)]

    async def _result(self, tenant: TenantId, action: BatchAction, text: str, patch: AccountPatch | None) -> BatchResult:
        try:
            account = await self._done(tenant, action, parse_account_id(text), patch)
        except (DomainError, PortError) as error:
            return BatchResult(account_id=text, refusal=error)
        return BatchResult(account_id=text, account=account)

    async def _done(
        self, tenant: TenantId, action: BatchAction, account_id: AccountId, patch: AccountPatch | None
    ) -> SellingPartnerAccount:
        if action is BatchAction.SYNC:
            return await self.request_sync(tenant, account_id)
        if action is BatchAction.DISCONNECT:
            return await self.disconnect(tenant, account_id)
        return await self.update(tenant, account_id, patch or AccountPatch())
