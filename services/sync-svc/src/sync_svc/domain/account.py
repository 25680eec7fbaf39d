"""The account as sync-svc knows it: a projection of account-svc's events."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccountStatus(StrEnum):
    """Whether the account may be synchronised."""

    ACTIVE = "active"
    REAUTHORIZATION_REQUIRED = "reauthorization_required"
    DISCONNECTED = "disconnected"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One authorisation of a tenant; `version` only ever grows."""

    id: str
    tenant: str
    region: str
    selling_partner_id: str
    marketplaces: tuple[str, ...]
    status: AccountStatus
    version: int
    changed_at: datetime

    @property
    def is_active(self) -> bool:
        return self.status is AccountStatus.ACTIVE

    def supersedes(self, known: "Account | None") -> bool:
        """Return whether this state is newer than the one known; an erased account stays erased."""
        return known is None or (self.version > known.version and known.status is not AccountStatus.ERASED)

    def erased(self) -> "Account":
        """Return the tombstone: the id and version that stop a late event, and nothing of the seller."""
        return Account(
            id=self.id,
            tenant=self.tenant,
            region="",
            selling_partner_id="",
            marketplaces=(),
            status=AccountStatus.ERASED,
            version=self.version,
            changed_at=self.changed_at,
        )
