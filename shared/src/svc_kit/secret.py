"""A value that must not be seen."""

import hashlib
import hmac
from typing import Final, NoReturn

_HIDDEN: Final = "**********"


class Secret:
    """Holds a secret text: hidden in repr, str and format, compared in constant time, never pickled.

    `reveal()` is the one way to read it, so that a search for that word finds every use.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def fingerprint(self) -> str:
        """Return the SHA-256 of the secret in hex: safe to compare and to log for long random values."""
        return hashlib.sha256(self._value.encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN!r})"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, _spec: str) -> str:
        return _HIDDEN

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serialised")
