"""Names under which grants are remembered."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["access", "restricted", "grantless", "aws_session", "rotation"]
KINDS: Final[tuple[Kind, ...]] = ("access", "restricted", "grantless", "aws_session", "rotation")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheKey:
    """What a grant is, whose, and what exactly it covers; two different coverages never share a key."""

    kind: Kind
    owner: str
    covers: str = ""

    @property
    def text(self) -> str:
        """The key in three words of letters, digits, `_` and `-`; it is also the additional data of the encryption."""
        covers = hashlib.sha256(self.covers.encode()).hexdigest()[:40] if self.covers else "all"
        return f"{owner_word(self.owner)}.{self.kind}.{covers}"

    @classmethod
    def access(cls, account_id: str) -> "CacheKey":
        return cls(kind="access", owner=account_id)


def owner_word(owner: str) -> str:
    """Return `owner` when it is a plain word, a digest of it otherwise (the two never meet: a digest starts with `=`)."""
    return owner if _PLAIN.fullmatch(owner) else "=" + hashlib.sha256(owner.encode()).hexdigest()[:40]
