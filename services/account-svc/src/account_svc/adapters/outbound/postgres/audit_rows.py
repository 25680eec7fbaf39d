"""Rows of the record of credential uses, and what they mean."""

from typing import Any

from sqlalchemy import Row

from account_svc.domain.audit_chain import AuditEntry, ChainHead
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import AccountId, ApplicationId, TenantId


def row_of_entry(entry: AuditEntry) -> dict[str, Any]:
    """Return the columns of an entry."""
    use = entry.use
    return {
        "tenant_id": use.tenant,
        "number": entry.number,
        "account_id": use.account,
        "application": use.application,
        "caller": use.caller,
        "purpose": use.purpose,
        "request_id": use.request_id,
        "used_at": use.at,
        "previous_hash": entry.previous,
        "hash": entry.hash,
    }


def entry_of(row: Row[Any]) -> AuditEntry:
    """Return the entry as it is stored, true or not."""
    use = CredentialUse(
        tenant=TenantId(row.tenant_id),
        account=AccountId(row.account_id) if row.account_id is not None else None,
        application=ApplicationId(row.application),
        caller=row.caller,
        purpose=row.purpose,
        request_id=row.request_id,
        at=row.used_at,
    )
    return AuditEntry(number=row.number, use=use, previous=bytes(row.previous_hash), hash=bytes(row.hash))


def row_of_head(head: ChainHead) -> dict[str, Any]:
    """Return the columns of a head."""
    return {"tenant_id": head.tenant, "number": head.number, "hash": head.hash, "seal": head.seal}


def head_of(row: Row[Any]) -> ChainHead:
    """Return the head as it is stored, true or not."""
    return ChainHead(tenant=TenantId(row.tenant_id), number=row.number, hash=bytes(row.hash), seal=bytes(row.seal))
