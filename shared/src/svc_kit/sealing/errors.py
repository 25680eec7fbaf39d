"""Why a sealed value cannot be opened.

SealingError
├── UnknownVersionError    the first byte names a format that this code does not know
├── KeyNotFoundError       the key that sealed it is not (or no longer) there
└── SealBrokenError        the text was changed, cut, or belongs to another place
None of them is cured by trying again; none of them shows key or text.
"""


class SealingError(Exception):
    """A sealed value cannot be opened."""


class UnknownVersionError(SealingError):
    """The value was written by newer code, or is no sealed value at all."""


class KeyNotFoundError(SealingError):
    """The named key does not exist here: shredded on purpose, or the key file of another installation."""


class SealBrokenError(SealingError):
    """Authentication failed: the bytes or the place are not those that were sealed."""
