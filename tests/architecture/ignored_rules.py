"""Where a checker is told to look away, and whether it says why."""

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_IGNORE: Final = re.compile(r"\b(?:noqa|type:\s*ignore|pyright:\s*ignore)\b(?P<codes>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w, -]+\])?")
# mypy takes nothing but a second comment after its own.
_REASON: Final = re.compile(r"\s+(?:-|#)\s*\w+.*")


def unexplained_ignores(path: Path) -> Iterator[str]:
    """Yield `file:line: comment` for every ignore that names no rule, or after which no ` - reason` follows."""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            found = list(_IGNORE.finditer(token.string)) if token.type == tokenize.COMMENT else []
            if found and not (all(ignore["codes"] for ignore in found) and _REASON.fullmatch(token.string, found[-1].end())):
                yield f"{path.name}:{token.start[0]}: {token.string}"
