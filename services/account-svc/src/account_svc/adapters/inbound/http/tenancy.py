"""Whose data a caller may touch."""

from account_svc.domain.identifiers import TenantId, parse_tenant_id
from svc_kit.identity import Caller


def tenant_of(caller: Caller) -> TenantId:
    """Return the tenant of a user, or the one an operator's token acts for; refuse a token that names none."""
    return parse_tenant_id(caller.require_tenant())
