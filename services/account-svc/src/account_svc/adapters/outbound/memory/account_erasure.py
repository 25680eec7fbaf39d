"""Erasing accounts in memory."""

from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.domain.events import AccountErased
from svc_kit.errors import Conflict


class MemoryAccountErasure:
    """Removes accounts from the repository in memory, and is down when it is."""

    def __init__(self, accounts: MemoryAccountRepository) -> None:
        self._accounts = accounts

    async def erase(self, event: AccountErased) -> None:
        account = event.account
        stored = await self._accounts.get(account.identity.tenant, account.id)
        if stored is None or stored.version != account.version - 1:
            raise Conflict("the account was changed in the meantime")
        del self._accounts.accounts[account.id]
        self._accounts.events.append(event)
