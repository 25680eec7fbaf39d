"""What a refresh token can look like."""

import re
from typing import Final

from account_svc.domain.errors import InvalidInputError
from svc_kit.secret import Secret

_TOKEN: Final = re.compile(r"[\x21-\x7e]{8,4096}")


def require_refresh_token(token: Secret) -> Secret:
    """Return the token; raise `InvalidInputError` (which does not show it) when it is no visible ASCII text of 8 to 4096."""
    if not _TOKEN.fullmatch(token.reveal()):
        raise InvalidInputError("refresh_token_invalid", "refresh_token must be the text that Amazon issued (Atzr|…), without spaces")
    return token
