"""Programmable faults: which answers are to be spoilt, and how."""

from collections.abc import Iterable
from itertools import count
from typing import Literal

import msgspec

Target = Literal["lwa", "spapi", "sts"]
FaultKind = Literal["status", "slow", "cut", "malformed", "expired_token", "revoked", "rate_limit"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One rule. ``times`` counts down with each answer it spoils; without it the rule stays until it is deleted."""

    target: Target
    kind: FaultKind
    operation: str | None = None
    selling_partner_id: str | None = None
    status: int = 503
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

    def take(self, target: Target, operations: Iterable[str], selling_partner_id: str | None) -> Fault | None:
        """The first rule that meets this request, counted down; None when the request is to be answered as it deserves."""
        if not self._faults:
            return None
        names = set(operations)
        for fault in self._faults.values():
            if fault.target != target or (fault.operation is not None and fault.operation not in names):
                continue
            if fault.selling_partner_id is not None and fault.selling_partner_id != selling_partner_id:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._faults[fault.id]
            return fault
        return None
