"""`audit verify`: the ends of all chains on standard output, what is wrong on standard error."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

import msgspec

from account_svc.application.queries.verify_audit import ChainEnd, VerifyAudit
from account_svc.domain.audit_chain import FaultKind
from account_svc.domain.identifiers import TenantId

_SAID: Final[dict[FaultKind, str]] = {
    "altered": "was altered",
    "missing": "is missing",
    "misplaced": "is not the one that was written there: reordered, put in or put in another's place",
    "added": "was added behind the end of the chain",
    "head_missing": "is the last, but the head that says so is missing",
    "head_forged": "is where the head says the chain ends, and the head is forged",
    "replaced": "is not the one that an earlier verification saw",
}


class _Line(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    tenant: str
    number: int
    hash: str


def read_ends(path: Path) -> list[ChainEnd]:
    """Return the ends that an earlier `audit verify` printed; raises `ValueError` for a file that it did not write."""
    lines = [msgspec.json.decode(line, type=_Line) for line in path.read_bytes().splitlines() if line.strip()]
    return [ChainEnd(tenant=TenantId(line.tenant), number=line.number, hash=bytes.fromhex(line.hash)) for line in lines]


async def verify_audit(verify: VerifyAudit, earlier: Iterable[ChainEnd], out: TextIO, err: TextIO) -> int:
    """Print what was found and return the exit status: 0 when every chain is whole, 1 otherwise."""
    report = await verify(tuple(earlier))
    err.writelines(f"tenant {fault.tenant}: entry {fault.number} {_SAID[fault.what]}\n" for fault in report.faults)
    lines = (_Line(tenant=end.tenant, number=end.number, hash=end.hash.hex()) for end in report.ends)
    out.writelines(msgspec.json.encode(line).decode() + "\n" for line in lines)
    entries = sum(end.number for end in report.ends)
    verdict = "broken" if report.faults else "whole"
    err.write(f"{verdict}: {len(report.ends)} chains, {entries} entries, {len(report.faults)} with a fault\n")
    return 1 if report.faults else 0
