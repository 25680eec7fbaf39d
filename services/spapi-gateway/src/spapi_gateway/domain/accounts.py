"""The account a call is made for, as the gateway needs to know it."""

import enum
from dataclasses import dataclass
from typing import NamedTuple, NewType

from svc_kit.errors import DomainError

AccountId = NewType("AccountId", str)


class Region(enum.StrEnum):
    """Amazon's three SP-API regions."""

    NA = "NA"
    EU = "EU"
    FE = "FE"

    @property
    def aws_region(self) -> str:
        """The AWS region of the signature's scope (developer-docs.amazon.com/sp-api/docs/sp-api-endpoints)."""
        return _AWS[self]


_AWS = {Region.NA: "us-east-1", Region.EU: "eu-west-1", Region.FE: "us-west-2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One authorisation of one selling partner in one region."""

    id: AccountId
    tenant: str
    region: Region
    selling_partner_id: str
    marketplaces: tuple[str, ...]
    is_signed: bool
    """Whether its calls carry SigV4 (it has a role); Amazon has ignored signatures since 2 October 2023."""
    application: str
    status: str = "active"
    version: int = 0
    is_for_ads: bool = False
    """Whether it is a grant of Amazon Ads, which opens nothing of the SP-API."""
    client_id: str = ""
    """The LWA client that its tokens are made for; the Ads API wants it named."""

    def __post_init__(self) -> None:
        if not self.id or not self.tenant or not self.application:
            raise DomainError("invalid_account", "an account needs an id, a tenant and an application")


class AccountFloor(NamedTuple):
    """The last change of an account that was heard of: what is older than `version` is out of date."""

    version: int
    is_end: bool = False
    """Whether it was disconnected or erased: nothing older may be used at all."""
