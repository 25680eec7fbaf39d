"""An LWA access token for one account."""

import asyncio
from dataclasses import dataclass

from token_svc.application.access_mint import AccessMint
from token_svc.application.authorized import IssuedGrant, issued
from token_svc.application.deadline import Deadline
from token_svc.application.shared_grants import SharedGrants
from token_svc.application.usage import Usage
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Demand, Entry


@dataclass(slots=True, kw_only=True)
class IssueAccessToken:
    """Returns an access token that is good for at least the margin; at most one LWA call for all who ask at once."""

    grants: SharedGrants
    mint: AccessMint
    usage: Usage

    async def __call__(
        self, account_id: str, *, deadline: Deadline, tenant: str | None = None, rejected_sha256: str | None = None
    ) -> IssuedGrant:
        """Return a grant of kind `access`.

        `rejected_sha256` is the SHA-256 (hex) of a token that Amazon refused: a new one is made only if the cached one
        is that very token. Refuses with `account_not_found`, `amazon_not_connected`, `reauthorization_required`,
        `application_credentials_rejected`, `lwa_unavailable` or `account_service_unavailable`.
        """
        self.usage.note(account_id)
        key = CacheKey.access(account_id)
        demand = Demand(rejected_sha256=rejected_sha256)
        entry = await self.grants.obtain(key, lambda minting: self.mint.mint(account_id, minting), deadline, demand)
        return issued(entry, tenant)

    def refresh_ahead(self, account_id: str, seconds: float) -> asyncio.Task[Entry] | None:
        """Start a refresh in the background; None when one is under way."""
        return self.grants.refresh_ahead(CacheKey.access(account_id), lambda minting: self.mint.mint(account_id, minting), seconds)
