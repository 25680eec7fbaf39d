"""A restricted data token, which opens buyers' data."""

import hashlib
from dataclasses import dataclass

from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError
from token_svc.application.authorized import IssuedGrant, issued
from token_svc.application.commands.issue_access_token import IssueAccessToken
from token_svc.application.deadline import Deadline
from token_svc.application.ports.lwa_client import LwaAnswer
from token_svc.application.ports.restricted_tokens import AccessTokenExpired, RestrictedTokens, RestrictionRefused
from token_svc.application.retry import Retrier
from token_svc.application.shared_grants import Minting, SharedGrants
from token_svc.domain import errors
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Demand, Entry
from token_svc.domain.grant import Grant
from token_svc.domain.restriction import Restriction


@dataclass(slots=True, kw_only=True)
class IssueRestrictedToken:
    """Returns a token that covers exactly what was asked for; cached by account and coverage, so that none is mixed up."""

    grants: SharedGrants
    access: IssueAccessToken
    restricted: RestrictedTokens
    retry: Retrier
    clock: Clock

    async def __call__(
        self,
        account_id: str,
        restriction: Restriction,
        *,
        deadline: Deadline,
        tenant: str | None = None,
        rejected_sha256: str | None = None,
    ) -> IssuedGrant:
        """Return a grant of kind `restricted`; refuses with `restricted_token_rejected` and as access tokens do."""
        key = CacheKey(kind="restricted", owner=account_id, covers=restriction.text)
        demand = Demand(rejected_sha256=rejected_sha256)
        entry = await self.grants.obtain(key, lambda minting: self._mint(account_id, restriction, minting), deadline, demand)
        return issued(entry, tenant)

    async def _mint(self, account_id: str, restriction: Restriction, minting: Minting) -> Entry:
        access = await self.access(account_id, deadline=minting.deadline)
        asked_at = self.clock.now()
        try:
            answer = await self._create(access, restriction, minting.deadline)
        except AccessTokenExpired:
            digest = hashlib.sha256(access.grant.secret.reveal().encode()).hexdigest()
            access = await self.access(account_id, deadline=minting.deadline, rejected_sha256=digest)
            asked_at = self.clock.now()
            answer = await self._create(access, restriction, minting.deadline, is_last=True)
        grant = Grant.create(answer.access_token, issued_at=asked_at, expires_in=answer.expires_in)
        return Entry(grant=grant, account=access.account)

    async def _create(self, access: IssuedGrant, restriction: Restriction, deadline: Deadline, *, is_last: bool = False) -> LwaAnswer:
        if access.account is None:
            raise errors.account_not_found()
        region = access.account.region
        try:
            return await self.retry(
                lambda seconds: self.restricted.create(access.grant.secret, restriction, region=region, seconds=seconds), deadline
            )
        except RestrictionRefused as error:
            raise DomainError("restricted_token_rejected", f"Amazon gives no restricted token for this: {error.detail}") from error
        except AccessTokenExpired as error:
            if not is_last:
                raise
            raise DomainError("restricted_token_rejected", "Amazon refuses even a new access token.") from error
        except PortError as error:
            raise errors.lwa_unavailable(error.retry_after) from error
