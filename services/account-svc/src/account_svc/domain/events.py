"""What account-svc tells the world, in the past tense."""

from dataclasses import dataclass

from account_svc.domain.account import SellingPartnerAccount


@dataclass(frozen=True, slots=True)
class AccountConnected:
    """A seller connected, or connected again."""

    account: SellingPartnerAccount


@dataclass(frozen=True, slots=True)
class AccountUpdated:
    """Something others may care about changed while the account stayed connected."""

    account: SellingPartnerAccount


@dataclass(frozen=True, slots=True)
class AccountDisconnected:
    """The account's secrets were erased."""

    account: SellingPartnerAccount


@dataclass(frozen=True, slots=True)
class ReauthorizationBecameRequired:
    """Amazon refused the account's authorisation for good; `reason` is Amazon's error code."""

    account: SellingPartnerAccount
    reason: str


@dataclass(frozen=True, slots=True)
class AccountErased:
    """The account and all that hung on it are gone; `account` is what it was at last, without its secrets."""

    account: SellingPartnerAccount


@dataclass(frozen=True, slots=True)
class SyncRequested:
    """Somebody wants the account synchronised now; nothing about it changed."""

    account: SellingPartnerAccount


AccountEvent = AccountConnected | AccountUpdated | AccountDisconnected | ReauthorizationBecameRequired | AccountErased | SyncRequested
