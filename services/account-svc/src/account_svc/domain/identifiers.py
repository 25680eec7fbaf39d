"""Identifiers as types of their own, and the one way to make each from a text of outside."""

import re
from typing import Final, NewType

from account_svc.domain.errors import AccountNotFoundError, InvalidInputError

TenantId = NewType("TenantId", str)
AccountId = NewType("AccountId", str)
ApplicationId = NewType("ApplicationId", str)
SellingPartnerId = NewType("SellingPartnerId", str)

# Holds what belongs to no customer; the sign is not allowed in a tenant's id, so nobody can be called that.
SYSTEM_TENANT: Final = TenantId("$system")
DEFAULT_APPLICATION: Final = ApplicationId("default")
DEFAULT_ADS_APPLICATION: Final = ApplicationId("default-ads")

_TENANT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Merchant tokens are upper case letters and digits, vendor groups look like amzn1.vg.123: neither has anything to escape.
_SELLING_PARTNER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


def parse_tenant_id(text: str) -> TenantId:
    """Return the tenant of that name; raise `InvalidInputError` when it cannot be one."""
    if not _TENANT.fullmatch(text):
        raise InvalidInputError("tenant_invalid", "a tenant id has 1 to 64 letters, digits, - or _")
    return TenantId(text)


def parse_account_id(text: str) -> AccountId:
    """Return the account id; one that cannot exist is an account that is not found."""
    if not _UUID.fullmatch(text):
        raise AccountNotFoundError
    return AccountId(text)


def parse_application_id(text: str) -> ApplicationId:
    """Return the application id; raise `InvalidInputError` when it cannot be one."""
    if not _TENANT.fullmatch(text):
        raise InvalidInputError("application_invalid", "an application id has 1 to 64 letters, digits, - or _")
    return ApplicationId(text)


def parse_selling_partner_id(text: str) -> SellingPartnerId:
    """Return the selling partner id; raise `InvalidInputError` for what Amazon never issues."""
    if not _SELLING_PARTNER.fullmatch(text):
        raise InvalidInputError("selling_partner_id_invalid", "selling_partner_id is not one that Amazon issues")
    return SellingPartnerId(text)


def ads_grant_id(application: ApplicationId) -> SellingPartnerId:
    """Return what stands in the place of a selling partner id for a consent to Amazon Ads.

    The callback of Login with Amazon carries no id of the person or the advertiser, and one grant may cover many
    advertisers. So a tenant has one such grant for each application and region, and consenting again renews it; further
    grants are told apart by names that are given by hand. It looks like nothing that Amazon issues.
    """
    return SellingPartnerId(f"lwa-grant.{application}")
