"""A tenant's accounts, a page at a time."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from account_svc.application.ports.account_repository import AccountFilter, AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError, InvalidInputError
from account_svc.domain.identifiers import AccountId, TenantId, parse_account_id

LARGEST_PAGE: Final = 100
DEFAULT_PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Some accounts, and the cursor of the rest (None at the end)."""

    accounts: Sequence[SellingPartnerAccount]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccounts:
    """Lists in order of creation; an account that stays is listed exactly once, whatever happens between two pages."""

    accounts: AccountRepository

    async def __call__(
        self, tenant: TenantId, wanted: AccountFilter, *, cursor: str | None = None, limit: int = DEFAULT_PAGE
    ) -> AccountPage:
        """Raise `InvalidInputError` for a limit outside 1 to 100 or a cursor that no page gave; `Unavailable`."""
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInputError("limit_invalid", f"limit must lie between 1 and {LARGEST_PAGE}")
        after = None if cursor is None else _decoded(cursor)
        found = await self.accounts.page(tenant, wanted, after=after, limit=limit + 1)
        more = len(found) > limit
        return AccountPage(accounts=found[:limit], next_cursor=_encoded(found[limit - 1].id) if more else None)


def _encoded(account_id: AccountId) -> str:
    return base64.urlsafe_b64encode(account_id.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> AccountId:
    try:
        return parse_account_id(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (binascii.Error, ValueError, AccountNotFoundError):
        raise InvalidInputError("cursor_invalid", "cursor must be the next_cursor of an earlier page") from None
