"""A token for operations that act for no seller."""

from dataclasses import dataclass

from svc_kit.clock import Clock
from svc_kit.errors import DomainError
from token_svc.application.authorized import IssuedGrant, issued
from token_svc.application.deadline import Deadline
from token_svc.application.lending import borrowed
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.lwa_client import GrantRefused, LwaClient, RequestRefused
from token_svc.application.secret_slots import SecretSlots
from token_svc.application.shared_grants import Minting, SharedGrants
from token_svc.domain.account import Region
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Demand, Entry
from token_svc.domain.grant import Grant


@dataclass(slots=True, kw_only=True)
class IssueGrantlessToken:
    """Returns an application's token for one scope, cached and shared like access tokens."""

    grants: SharedGrants
    source: CredentialSource
    lwa: LwaClient
    slots: SecretSlots
    clock: Clock

    async def __call__(
        self, application_id: str, scope: str, *, deadline: Deadline, region: Region = "NA", rejected_sha256: str | None = None
    ) -> IssuedGrant:
        """Return a grant of kind `grantless`; refuses with `application_not_found`, `scope_rejected` and as access tokens do."""
        key = CacheKey(kind="grantless", owner=application_id, covers=f"{region} {scope}")
        demand = Demand(rejected_sha256=rejected_sha256)
        entry = await self.grants.obtain(key, lambda minting: self._mint(application_id, scope, region, minting), deadline, demand)
        return issued(entry)

    async def _mint(self, application_id: str, scope: str, region: Region, minting: Minting) -> Entry:
        application = await borrowed(self.source.application(application_id))
        asked_at = self.clock.now()
        try:
            answer = await self.slots.ask(
                application,
                lambda client, seconds: self.lwa.client_credentials(client, scope, region=region, seconds=seconds),
                minting.deadline,
            )
        except (GrantRefused, RequestRefused) as error:
            raise DomainError("scope_rejected", f"Amazon does not grant this scope to the application ({error.detail}).") from error
        return Entry(grant=Grant.create(answer.access_token, issued_at=asked_at, expires_in=answer.expires_in))
