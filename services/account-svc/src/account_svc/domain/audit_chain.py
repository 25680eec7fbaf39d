"""The chain that the record of credential uses forms: each entry vouches for the one before it, the head for the last.

Both are keyed (HMAC-SHA-256), so that nobody who only has the database can make either: an entry that was changed, taken
out, put in or moved shows, and so does an end that was cut off.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Final, Literal

from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, TenantId
from svc_kit.secret import Secret

GENESIS: Final = bytes(32)
_CHAIN_BEGUN: Final = "chain_begun:"

FaultKind = Literal["altered", "missing", "misplaced", "added", "head_missing", "head_forged", "replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """The use with number `number` (from 1, without gaps) of its tenant's chain."""

    number: int
    use: CredentialUse
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """Where a tenant's chain ends: how many entries it has, and the hash of the last one."""

    tenant: TenantId
    number: int
    hash: bytes
    seal: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """The first thing wrong with a chain: `what` happened to entry `number`."""

    tenant: TenantId
    number: int
    what: FaultKind


@dataclass(frozen=True, slots=True)
class AuditSeal:
    """Makes and recognises entries and heads; `key` is kept apart from the database."""

    key: Secret

    def begin(self, tenant: TenantId) -> ChainHead:
        """Return the head of a chain that has no entry yet."""
        return self._head(tenant, 0, GENESIS)

    def follow(self, head: ChainHead, use: CredentialUse) -> tuple[AuditEntry, ChainHead]:
        """Return the entry that comes after `head`, and the head from then on."""
        number = head.number + 1
        hashed = self.entry_hash(number, use, head.hash)
        entry = AuditEntry(number=number, use=use, previous=head.hash, hash=hashed)
        return entry, self._head(head.tenant, number, hashed)

    def entry_hash(self, number: int, use: CredentialUse, previous: bytes) -> bytes:
        """Return the hash of an entry: over its number, every field in a fixed order, and the hash before it."""
        at = use.at.astimezone(UTC).isoformat(timespec="microseconds")
        fields: list[str | int | None] = [
            use.tenant,
            number,
            use.account,
            use.application,
            use.caller,
            use.purpose,
            use.request_id,
            at,
            previous.hex(),
        ]
        return self._mac("credential-use.v1", *fields)

    def is_genuine(self, head: ChainHead) -> bool:
        """Return whether this key sealed the head."""
        return hmac.compare_digest(head.seal, self._head(head.tenant, head.number, head.hash).seal)

    def _head(self, tenant: TenantId, number: int, hashed: bytes) -> ChainHead:
        seal = self._mac("credential-use-head.v1", tenant, number, hashed.hex())
        return ChainHead(tenant=tenant, number=number, hash=hashed, seal=seal)

    def _mac(self, *fields: str | int | None) -> bytes:
        # A JSON array of texts, numbers and nulls has one reading only: no two different entries make the same bytes.
        return hmac.new(self.key.reveal().encode(), json.dumps(fields, separators=(",", ":")).encode(), hashlib.sha256).digest()


def chain_begun(first: CredentialUse) -> CredentialUse:
    """Return the use that notes in the system's chain that a tenant's began, so that no whole chain can vanish unseen."""
    return CredentialUse(
        tenant=SYSTEM_TENANT,
        account=first.account,
        application=first.application,
        caller=first.caller,
        purpose=f"{_CHAIN_BEGUN}{first.tenant}",
        request_id=first.request_id,
        at=first.at,
    )


def begun_tenant(use: CredentialUse) -> TenantId | None:
    """Return the tenant whose chain this use notes the beginning of, None for every other use."""
    if use.tenant != SYSTEM_TENANT or not use.purpose.startswith(_CHAIN_BEGUN):
        return None
    return TenantId(use.purpose.removeprefix(_CHAIN_BEGUN))


class ChainCheck:
    """Reads one tenant's chain entry by entry, in the order of their numbers, and holds the first fault it meets."""

    def __init__(self, seal: AuditSeal, tenant: TenantId) -> None:
        self._seal = seal
        self._tenant = tenant
        self.number = 0
        self.hash = GENESIS
        self.fault: ChainFault | None = None

    def read(self, entry: AuditEntry) -> None:
        """Take the next entry."""
        if self.fault is None:
            what = self._fault_of(entry)
            if what is not None:
                self._found(self.number + 1, what)
            self.number, self.hash = entry.number, entry.hash

    def end(self, head: ChainHead | None) -> None:
        """Compare what was read with the head."""
        if self.fault is not None or (head is None and self.number == 0):
            return
        if head is None:
            self._found(self.number, "head_missing")
        elif not self._seal.is_genuine(head):
            self._found(head.number, "head_forged")
        elif head.number > self.number:
            self._found(self.number + 1, "missing")
        elif head.number < self.number:
            self._found(head.number + 1, "added")

    def _fault_of(self, entry: AuditEntry) -> FaultKind | None:
        if entry.number != self.number + 1:
            return "missing" if entry.number > self.number else "misplaced"
        if not hmac.compare_digest(entry.previous, self.hash):
            return "misplaced"
        expected = self._seal.entry_hash(entry.number, entry.use, entry.previous)
        return None if hmac.compare_digest(entry.hash, expected) else "altered"

    def _found(self, number: int, what: FaultKind) -> None:
        self.fault = ChainFault(tenant=self._tenant, number=number, what=what)
