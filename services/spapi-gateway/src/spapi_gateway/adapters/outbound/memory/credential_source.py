"""A token-svc in memory."""

import hashlib
import itertools

from spapi_gateway.domain.accounts import Account, AccountId
from spapi_gateway.domain.credentials import Credential, CredentialKind, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import Clock
from svc_kit.errors import PortError
from svc_kit.secret import Secret


class MemoryCredentialSource:
    """Issues numbered tokens for the accounts it was given; `fault` makes every request fail, `refusals` those of an account."""

    def __init__(self, clock: Clock, *accounts: Account, lifetime: float = 3600.0) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._current: dict[CredentialNeed, Credential] = {}
        self.accounts = {account.id: account for account in accounts}
        self.lifetime = lifetime
        self.issued: list[CredentialNeed] = []
        self.refusals: dict[str, CallRefusedError] = {}
        self.fault: PortError | None = None

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        if self.fault is not None:
            raise self.fault
        account = self._account(need)
        self.issued.append(need)
        current = self._current.get(need)
        if current is not None and self._clock.now().timestamp() < current.expires_at and _digest(current) != rejected_sha256:
            return current
        number = next(self._numbers)
        is_session = need.kind is CredentialKind.AWS_SESSION
        credential = Credential(
            kind=need.kind,
            token=Secret(f"Atza|{need.kind}-{number}"),
            expires_at=self._clock.now().timestamp() + self.lifetime,
            account=account,
            access_key_id=f"ASIA{number:016d}" if is_session else "",
            secret_access_key=Secret(f"secret-{number}" if is_session else ""),
        )
        self._current[need] = credential
        return credential

    def _account(self, need: CredentialNeed) -> Account | None:
        if need.account_id is None:
            return None
        if need.account_id in self.refusals:
            raise self.refusals[need.account_id]
        account = self.accounts.get(AccountId(need.account_id))
        if account is None:
            raise CallRefusedError("account_not_found", "There is no such account.")
        return account


def _digest(credential: Credential) -> str:
    return hashlib.sha256(credential.token.reveal().encode()).hexdigest()
