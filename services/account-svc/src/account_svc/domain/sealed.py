"""A secret as it is stored: only the vault can open it, and only where it belongs."""

from dataclasses import dataclass
from typing import NewType

from account_svc.domain.identifiers import SYSTEM_TENANT, AccountId, ApplicationId, TenantId

Sealed = NewType("Sealed", bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPlace:
    """The one field in which a sealed secret opens."""

    tenant: TenantId
    table: str
    row: str
    field: str


def refresh_token_place(tenant: TenantId, account_id: AccountId) -> SecretPlace:
    """Return where an account's refresh token is kept."""
    return SecretPlace(tenant=tenant, table="accounts", row=account_id, field="refresh_token")


def client_secret_place(application_id: ApplicationId) -> SecretPlace:
    """Return where an application's client secret is kept, whichever of its two slots: the next one moves up unopened."""
    return SecretPlace(tenant=SYSTEM_TENANT, table="applications", row=application_id, field="client_secret")
