"""Temporary AWS credentials for accounts whose requests are signed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError
from token_svc.application.authorized import IssuedGrant, issued
from token_svc.application.deadline import Deadline
from token_svc.application.lending import borrowed
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.sts_sessions import IssuedSession, RoleRefused, StsSessions
from token_svc.application.retry import Retrier
from token_svc.application.shared_grants import Minting, SharedGrants
from token_svc.domain import errors
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.credentials import AccountCredentials
from token_svc.domain.entry import Demand, Entry
from token_svc.domain.grant import Grant
from token_svc.domain.session import AwsSession

MARGIN: Final = timedelta(minutes=5)
_NAME_LENGTH: Final = 64


@dataclass(slots=True, kw_only=True)
class AssumeRoleSession:
    """Returns a session of the account's role, cached until five minutes before AWS ends it.

    The external id is the account's own, the session name names the account, so that CloudTrail shows whose call it was.
    """

    grants: SharedGrants
    source: CredentialSource
    sts: StsSessions
    retry: Retrier
    clock: Clock

    async def __call__(
        self, account_id: str, *, deadline: Deadline, tenant: str | None = None, rejected_sha256: str | None = None
    ) -> IssuedGrant:
        """Return a grant of kind `aws_session` (unpack with `AwsSession`).

        `rejected_sha256` is the SHA-256 of a session token that Amazon refused. Refuses with `account_has_no_role`,
        `role_refused`, `sts_unavailable`, `account_not_found`, `amazon_not_connected`, `account_service_unavailable`.
        """
        key = CacheKey(kind="aws_session", owner=account_id)
        demand = Demand(rejected_sha256=self._packed(key, rejected_sha256))
        entry = await self.grants.obtain(key, lambda minting: self._mint(account_id, minting), deadline, demand)
        return issued(entry, tenant)

    def _packed(self, key: CacheKey, rejected_sha256: str | None) -> str | None:
        """Return the fingerprint of the cached session when its session token is the rejected one."""
        entry = self.grants.peek(key)
        if rejected_sha256 is None or entry is None or entry.grant is None:
            return None
        is_that_one = AwsSession.unpacked(entry.grant.secret).session_token.fingerprint() == rejected_sha256
        return entry.grant.secret.fingerprint() if is_that_one else None

    async def _mint(self, account_id: str, minting: Minting) -> Entry:
        credentials = await borrowed(self.source.account(account_id))
        credentials.account.require_usable()
        role_arn = credentials.role_arn or credentials.application.role_arn
        if role_arn is None:
            raise errors.has_no_role()
        asked_at = self.clock.now()
        found = await self._assume(credentials, role_arn, minting)
        life = (found.expires_at - asked_at).total_seconds()
        grant = Grant.create(found.session.packed(), issued_at=asked_at, expires_in=life, margin=MARGIN)
        return Entry(grant=grant, account=credentials.account)

    async def _assume(self, credentials: AccountCredentials, role_arn: str, minting: Minting) -> IssuedSession:
        name = f"sellerport-{credentials.account.id}"[:_NAME_LENGTH]
        try:
            return await self.retry(
                lambda seconds: self.sts.assume(role_arn, external_id=credentials.external_id, session_name=name, seconds=seconds),
                minting.deadline,
            )
        except RoleRefused as error:
            detail = f"AWS does not let us assume the account's role ({error.detail}); check its trust policy and the external id."
            raise DomainError("role_refused", detail) from error
        except PortError as error:
            raise DomainError("sts_unavailable", "STS does not serve now; try again after Retry-After.", retry_after=2) from error
