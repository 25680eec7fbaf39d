"""Every answer about an account is checked against the caller's tenant."""

from dataclasses import dataclass

from token_svc.domain import errors
from token_svc.domain.account import Account
from token_svc.domain.entry import Entry
from token_svc.domain.grant import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedGrant:
    """A grant and the account it is for (None: for an application)."""

    grant: Grant
    account: Account | None


def issued(entry: Entry, tenant: str | None = None) -> IssuedGrant:
    """Return the entry's grant to a caller that acts for `tenant`; refuse another tenant's with `account_not_found`."""
    if entry.account is not None:
        entry.account.require_tenant(tenant)
    if entry.grant is None:
        raise errors.lwa_unavailable()
    return IssuedGrant(grant=entry.grant, account=entry.account)
