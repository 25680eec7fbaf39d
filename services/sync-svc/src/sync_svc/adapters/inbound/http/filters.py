"""Filters that several lists share, checked."""

import re
from typing import Final

from sync_svc.domain.errors import InvalidParameterError

_MARKETPLACE: Final = re.compile(r"[A-Z0-9]{10,20}")
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def marketplace_filter(value: str | None) -> str | None:
    """Return the marketplace id; refuse what cannot be one."""
    if value is not None and not _MARKETPLACE.fullmatch(value):
        raise InvalidParameterError("marketplace must be a marketplace id such as ATVPDKIKX0DER.")
    return value


def account_filter(value: str | None) -> str | None:
    """Return the account id; refuse what cannot be one."""
    if value is not None and not _ACCOUNT.fullmatch(value):
        raise InvalidParameterError("account_id must be the id of an account.")
    return value
