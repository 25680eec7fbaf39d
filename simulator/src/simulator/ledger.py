"""The ledger: what the simulator was asked and what it served, without a secret in it."""

import hashlib
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Literal

import msgspec

Kind = Literal["lwa", "consent", "oidc", "sts", "spapi", "ads"]


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One request and its answer. ``ids`` holds what a page served (orders, SKUs, profiles, …); ``fault``: it was spoilt on purpose."""

    kind: Kind
    seq: int = 0
    time: str = ""
    operation: str = ""
    api: str | None = None
    method: str
    path: str
    query: dict[str, str] | None = None
    region: str | None = None
    selling_partner_id: str | None = None
    application: str | None = None
    signed: bool | None = None
    access_key_id: str | None = None
    token_sha256: str | None = None
    restricted: bool | None = None
    profile_id: str | None = None
    status: int = 0
    error: str | None = None
    fault: str | None = None
    body_bytes: int = 0
    ids: list[str] | None = None
    request_id: str | None = None
    duration_ms: float = 0.0


class Ledger:
    """Keeps the last ``size`` entries in the order in which they were answered."""

    def __init__(self, size: int) -> None:
        self._entries: deque[Entry] = deque(maxlen=size)
        self._seq = 0

    def record(self, entry: Entry) -> None:
        """Numbers and keeps ``entry``; the oldest makes room when the ledger is full."""
        self._seq += 1
        entry.seq = self._seq
        self._entries.append(entry)

    def find(
        self,
        *,
        kind: str | None = None,
        operation: str | None = None,
        selling_partner_id: str | None = None,
        status: int | None = None,
        since: str | None = None,
        limit: int | None = None,
    ) -> tuple[list[Entry], int]:
        """The matching entries, oldest first (the newest ``limit`` of them), and how many match in all.

        ``since`` is a sequence number (entries after it) or an ISO time (entries at or after it).
        """
        matching = [
            entry
            for entry in self._since(since)
            if (kind is None or entry.kind == kind)
            and (operation is None or operation in (entry.operation, f"{entry.api}/{entry.operation}"))
            and (selling_partner_id is None or entry.selling_partner_id == selling_partner_id)
            and (status is None or entry.status == status)
        ]
        return (matching if limit is None else matching[max(0, len(matching) - limit) :]), len(matching)

    def _since(self, since: str | None) -> Iterator[Entry]:
        if since is None:
            return iter(self._entries)
        if since.isdigit():
            skipped = max(0, int(since) - (self._seq - len(self._entries)))
            return islice(self._entries, skipped, None)
        return (entry for entry in self._entries if entry.time >= since)

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self._seq

    def clear(self) -> None:
        """Forgets the entries; the numbering goes on."""
        self._entries.clear()


def fingerprint(token: str) -> str:
    """What the ledger shows of a token: enough to tell two apart, not enough to use one."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]
