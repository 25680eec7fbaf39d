"""One reading of a secret, for the record."""

from dataclasses import dataclass
from datetime import datetime

from account_svc.domain.identifiers import AccountId, ApplicationId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialUse:
    """Who read which credentials, why, in which request; never the secret."""

    tenant: TenantId
    account: AccountId | None
    application: ApplicationId
    caller: str
    purpose: str
    request_id: str | None
    at: datetime
