"""What a client secret can look like."""

import re
from typing import Final

from account_svc.domain.errors import InvalidInputError
from svc_kit.secret import Secret

_SECRET: Final = re.compile(r"[\x21-\x7e]{8,512}")


def require_client_secret(secret: Secret) -> Secret:
    """Return the secret; raise `InvalidInputError` (which does not show it) when it is no visible ASCII text of 8 to 512."""
    if not _SECRET.fullmatch(secret.reveal()):
        raise InvalidInputError("client_secret_invalid", "client_secret must be the text that Amazon issued, without spaces")
    return secret
