"""What a tenant calls an account."""

from typing import Final

from account_svc.domain.errors import InvalidInputError

_LONGEST: Final = 200


def parse_account_name(text: str) -> str:
    """Return the name; raise `InvalidInputError` when it is empty, longer than 200 characters, or holds unprintable ones."""
    if not text.strip() or len(text) > _LONGEST or not text.isprintable():
        raise InvalidInputError("name_invalid", f"name has 1 to {_LONGEST} printable characters")
    return text
