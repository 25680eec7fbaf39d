"""Randomness of the operating system."""

import secrets
from typing import Final

from svc_kit.secret import Secret

_BYTES: Final = 32


class SystemRandomTokens:
    """256 random bits each."""

    def new(self) -> Secret:
        return Secret(secrets.token_urlsafe(_BYTES))
