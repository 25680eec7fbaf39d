"""Credentials in process memory, so that the hot path makes no call but the one to Amazon."""

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

from spapi_gateway.application.ports.credential_source import CredentialSource
from spapi_gateway.domain.accounts import AccountFloor
from spapi_gateway.domain.credentials import Credential, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import Clock
from svc_kit.errors import PortError

_SIZE: Final = 20_000
_AHEAD_SECONDS: Final = 300.0
_REVALIDATE_SECONDS: Final = 300.0
_MARGIN_SECONDS: Final = 15.0
_PAUSE_SECONDS: Final = 5.0
_REFUSAL_SECONDS: Final = 2.0


class _Entry:
    __slots__ = ("credential", "refresh_at", "usable_until")

    def __init__(self, credential: Credential, life: float, now: float) -> None:
        self.credential = credential
        self.usable_until = now + life - min(_MARGIN_SECONDS, life * 0.1)
        # Ahead of expiry; and every few minutes, so that a lost account event is not believed for an hour.
        self.refresh_at = now + min(_REVALIDATE_SECONDS, max(life * 0.5, life - _AHEAD_SECONDS))


class CredentialCache:
    """Finds a credential by its need; a missing one is fetched once however many ask (single flight per need).

    A credential is renewed in the background ahead of its expiry while calls use it; when that fails the old one is served
    until it expires. `drop_account` and `drop_all` forget at once, and a fetch that was under way then is not kept.
    Nor is what the source still says of an account older than the change that dropped it: the news may reach it later.
    """

    def __init__(self, source: CredentialSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._entries: OrderedDict[CredentialNeed, _Entry] = OrderedDict()
        self._flights: dict[CredentialNeed, asyncio.Task[Credential]] = {}
        self._refusals: OrderedDict[CredentialNeed, tuple[float, CallRefusedError]] = OrderedDict()
        self._floors: OrderedDict[str, AccountFloor] = OrderedDict()
        self._generation = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def peek(self, need: CredentialNeed) -> Credential | None:
        """Return a usable credential without waiting, and renew it in the background when it is due."""
        entry = self._entries.get(need)
        if entry is None:
            return None
        now = self._clock.monotonic()
        if now >= entry.usable_until:
            return None
        if now >= entry.refresh_at:
            entry.refresh_at = now + _PAUSE_SECONDS
            if need not in self._flights:
                self._start(need, None).add_done_callback(_observe)
        self.hits += 1
        return entry.credential

    async def get(self, need: CredentialNeed, *, rejected: Credential | None = None) -> Credential:
        """Return a usable credential, fetched when there is none, other than `rejected` (refused by Amazon).

        Raises what `CredentialSource.issue` raises. A refusal is remembered for two seconds.
        """
        if rejected is not None:
            entry = self._entries.get(need)
            if entry is not None and entry.credential.token == rejected.token:
                del self._entries[need]
        found = self.peek(need)
        if found is not None:
            return found
        refusal = self._refusals.get(need)
        if refusal is not None:
            if self._clock.monotonic() < refusal[0]:
                raise CallRefusedError(refusal[1].code, refusal[1].detail, retry_after=refusal[1].retry_after)
            del self._refusals[need]
        self.misses += 1
        flight = self._flights.get(need)
        if flight is None:
            flight = self._start(need, rejected)
        # A caller who gives up must not end the fetch that others wait for.
        return await asyncio.shield(flight)

    def _start(self, need: CredentialNeed, rejected: Credential | None) -> asyncio.Task[Credential]:
        task = asyncio.create_task(self._fetch(need, rejected, self._generation), name="credential-fetch")
        self._flights[need] = task
        return task

    async def _fetch(self, need: CredentialNeed, rejected: Credential | None, generation: int) -> Credential:
        try:
            digest = hashlib.sha256(rejected.token.reveal().encode()).hexdigest() if rejected is not None else None
            credential = await self._source.issue(need, rejected_sha256=digest)
        except CallRefusedError as refusal:
            self._entries.pop(need, None)
            self._refusals[need] = (self._clock.monotonic() + _REFUSAL_SECONDS, refusal)
            while len(self._refusals) > _SIZE:
                self._refusals.popitem(last=False)
            raise
        finally:
            if self._flights.get(need) is asyncio.current_task():
                del self._flights[need]
        if generation == self._generation and self._is_current(credential):
            # Lives by the monotonic clock from here on: cheaper to ask, and no jump of the wall clock revives a dead token.
            life = max(0.0, credential.expires_at - self._clock.now().timestamp())
            self._entries[need] = _Entry(credential, life, self._clock.monotonic())
            self._entries.move_to_end(need)
            while len(self._entries) > _SIZE:
                self._entries.popitem(last=False)
        return credential

    def _is_current(self, credential: Credential) -> bool:
        """Return whether the source has heard of the account's last change; raise when that change was its end."""
        account = credential.account
        floor = self._floors.get(account.id) if account is not None else None
        if account is None or floor is None or account.version >= floor.version:
            return True
        if floor.is_end:
            raise CallRefusedError("amazon_not_connected", "The seller disconnected this account; connect Amazon again.")
        return False

    def drop_account(self, account_id: str, floor: AccountFloor | None = None) -> None:
        """Forget all that is known of an account; believe nothing about it from now on that is older than `floor`."""
        if floor is not None:
            known = self._floors.pop(account_id, floor)
            self._floors[account_id] = max(known, floor)
            while len(self._floors) > _SIZE:
                self._floors.popitem(last=False)
        self._forget([need for need in self._entries if need.account_id == account_id])

    def drop_all(self) -> None:
        """Forget everything (events may have been missed)."""
        self._forget(list(self._entries))

    def _forget(self, needs: list[CredentialNeed]) -> None:
        self._generation += 1
        self._refusals.clear()
        self._flights.clear()
        for need in needs:
            del self._entries[need]


def _observe(task: asyncio.Task[Credential]) -> None:
    """Look at a background renewal's failure, which is no failure of a call: the next call meets it again if it lasts."""
    if not task.cancelled() and not isinstance(task.exception(), CallRefusedError | PortError | None):
        task.get_loop().call_exception_handler({"message": "credential renewal failed", "exception": task.exception(), "task": task})
