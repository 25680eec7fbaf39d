"""A connection under way: what we remember while the seller is on Amazon's page."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from account_svc.domain.account import AccountKind
from account_svc.domain.identifiers import ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.marketplaces import Central
from account_svc.domain.pkce import verifier_of
from account_svc.domain.region import Region
from account_svc.domain.return_path import ReturnPath
from svc_kit.secret import Secret

LIFETIME: Final = timedelta(minutes=15)
ADS_LIFETIME: Final = timedelta(minutes=10)


def state_hash(state: str) -> str:
    """Return what is stored of a state: its SHA-256, so that a copy of the table starts no session."""
    return hashlib.sha256(state.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BrowserBinding:
    """Ties a state to the browser that started it (RFC 9700 section 4.7): the cookie's secret, of which the row has an HMAC."""

    key: Secret

    def proof(self, hashed_state: str, browser_secret: Secret) -> str:
        """Return the HMAC-SHA-256 of the browser's secret for this very state."""
        message = f"{hashed_state}:{browser_secret.fingerprint()}".encode()
        return hmac.new(self.key.reveal().encode(), message, hashlib.sha256).hexdigest()

    def pkce_verifier(self, state: str) -> Secret:
        """Return the PKCE verifier of this very state; nobody who sees the state can tell it."""
        return verifier_of(self.key, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthState:
    """Who is connecting what, from where; used once, within its lifetime, by the browser that began.

    `central` and `marketplace` are those of a selling partner; for Amazon Ads there is a marketplace only where one was named.
    """

    hash: str
    browser_proof: str = field(repr=False)
    tenant: TenantId
    user: str
    central: Central | None
    region: Region
    marketplace: str | None
    application: ApplicationId
    return_to: ReturnPath
    expires_at: datetime
    kind: AccountKind = AccountKind.SELLING_PARTNER
    selling_partner_id: SellingPartnerId | None = None
    """With whom it must end, where Amazon named the seller beforehand."""
