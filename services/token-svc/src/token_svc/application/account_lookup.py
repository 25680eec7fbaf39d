"""Which account an id names, from what is known already."""

from collections import OrderedDict
from typing import Final

from svc_kit.clock import Clock
from token_svc.application.lending import borrowed
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.domain.account import Account

_MOST: Final = 50_000


class AccountLookup:
    """Remembers accounts (never their secrets) for a short time, so that redeeming handles does not lean on account-svc."""

    def __init__(self, source: CredentialSource, floors: AccountFloors, clock: Clock, *, seconds: float = 60.0) -> None:
        self._source = source
        self._floors = floors
        self._clock = clock
        self._seconds = seconds
        self._known: OrderedDict[str, tuple[float, Account]] = OrderedDict()

    async def __call__(self, account_id: str) -> Account:
        """Return the account, at most `seconds` old and no older than the last change announced.

        Refuses with what account-svc refuses, and with `account_service_unavailable`.
        """
        now = self._clock.monotonic()
        known = self._known.get(account_id)
        if known is not None and now - known[0] < self._seconds and known[1].version >= self._floors.of(account_id):
            return known[1]
        account = (await borrowed(self._source.account(account_id))).account
        self._known[account_id] = (now, account)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return account

    def forget(self, account_id: str | None = None) -> None:
        """Ask again about one account, or all."""
        if account_id is None:
            self._known.clear()
        else:
            self._known.pop(account_id, None)
