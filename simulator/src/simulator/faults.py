"""Programmable faults: which answers are to be spoilt, and how."""

from collections.abc import Iterable
from itertools import count
from typing import Literal

import msgspec

Target = Literal["lwa", "spapi", "sts", "ads"]
ErrorShape = Literal["classic", "detail", "message", "errors", "v1"]
FaultKind = Literal["status", "slow", "late", "cut", "malformed", "expired_token", "revoked", "rate_limit"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One rule. ``times`` counts down with each answer it spoils; without it the rule stays until it is deleted.

    ``shape`` and ``retry_after`` are for Amazon Ads: how an error reads, and how long a 429 asks to wait.
    """

    target: Target
    kind: FaultKind
    operation: str | None = None
    selling_partner_id: str | None = None
    region: str | None = None
    status: int = 503
    shape: ErrorShape | None = None
    retry_after: int = 1
    delay_ms: int = 0
    times: int | None = None
    id: str = ""


class FaultBoard:
    """The rules in force, in the order in which they were set."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._numbers = count(1)

    def add(self, fault: Fault) -> str:
        """Puts ``fault`` in force and returns its id."""
        fault.id = f"fault-{next(self._numbers)}"
        self._faults[fault.id] = fault
        return fault.id

    def remove(self, fault_id: str) -> bool:
        """Takes a rule away; False when there is none of that id."""
        return self._faults.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Takes all rules away."""
        self._faults.clear()

    def listed(self) -> list[Fault]:
        """The rules in force."""
        return list(self._faults.values())

    def take(self, target: Target, operations: Iterable[str], selling_partner_id: str | None, region: str | None = None) -> Fault | None:
        """The first rule that meets this request, counted down; None when the request is to be answered as it deserves."""
        if not self._faults:
            return None
        names = set(operations)
        for fault in self._faults.values():
            if fault.target != target or (fault.operation is not None and fault.operation not in names):
                continue
            if fault.selling_partner_id is not None and fault.selling_partner_id != selling_partner_id:
                continue
            if fault.region is not None and fault.region != region:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._faults[fault.id]
            return fault
        return None
