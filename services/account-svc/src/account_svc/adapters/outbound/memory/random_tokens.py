"""Predictable tokens for tests."""

import hashlib
import itertools

from svc_kit.secret import Secret


class MemoryRandomTokens:
    """A sequence that looks random and is the same in every run."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> Secret:
        return Secret(hashlib.sha256(b"%d" % next(self._numbers)).hexdigest())
