"""Accounts as rows and back."""

from typing import Any, Final

from sqlalchemy import Row

from account_svc.domain.account import AccountKind, AccountStatus, Failure, Identity, SellingPartnerAccount, Signing
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed

# What never changes after the first save.
FIXED: Final = frozenset({"id", "tenant_id", "kind", "selling_partner_id", "region", "created_at"})


def row_of(account: SellingPartnerAccount) -> dict[str, Any]:
    """Return the columns of an account."""
    failure = account.last_failure
    return {
        "id": account.id,
        "tenant_id": account.identity.tenant,
        "kind": account.identity.kind.value,
        "name": account.name,
        "selling_partner_id": account.identity.selling_partner_id,
        "region": account.identity.region.value,
        "marketplaces": list(account.marketplaces),
        "signing": account.signing.value,
        "role_arn": account.role.arn if account.role else None,
        "external_id": account.role.external_id if account.role else None,
        "application": account.application,
        "status": account.status.value,
        "version": account.version,
        "refresh_token": account.refresh_token,
        "refresh_token_version": account.refresh_token_version,
        "connected_at": account.connected_at,
        "authorized_at": account.authorized_at,
        "disconnected_at": account.disconnected_at,
        "failure_code": failure.code if failure else None,
        "failure_detail": failure.detail if failure else None,
        "failed_at": failure.at if failure else None,
        "is_default": account.is_default,
        "rotates_refresh_tokens": account.rotates_refresh_tokens,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
    }


def account_of(row: Row[Any]) -> SellingPartnerAccount:
    """Return the account of a row."""
    return SellingPartnerAccount(
        id=AccountId(row.id),
        identity=Identity(
            tenant=TenantId(row.tenant_id),
            selling_partner_id=SellingPartnerId(row.selling_partner_id),
            region=Region(row.region),
            kind=AccountKind(row.kind),
        ),
        name=row.name,
        marketplaces=tuple(row.marketplaces),
        signing=Signing(row.signing),
        role=Role(arn=row.role_arn, external_id=row.external_id) if row.role_arn else None,
        application=ApplicationId(row.application),
        status=AccountStatus(row.status),
        version=row.version,
        refresh_token=Sealed(bytes(row.refresh_token)) if row.refresh_token is not None else None,
        refresh_token_version=row.refresh_token_version,
        connected_at=row.connected_at,
        authorized_at=row.authorized_at,
        disconnected_at=row.disconnected_at,
        last_failure=Failure(code=row.failure_code, detail=row.failure_detail, at=row.failed_at) if row.failure_code else None,
        is_default=row.is_default,
        rotates_refresh_tokens=row.rotates_refresh_tokens,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
