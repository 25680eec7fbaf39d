"""Whose usage plan a call draws on."""

from typing import NamedTuple

from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.operations import Operation


class PlanKey(NamedTuple):
    """Amazon counts per application, selling partner, region and operation; grantless calls belong to no seller.

    Two accounts of the same seller (connected by two tenants) share one plan, so the seller counts, not the account.
    """

    application: str
    selling_partner_id: str
    region: str
    operation: str


def plan_key(account: Account, operation: Operation) -> PlanKey:
    """Return the plan that a call of `operation` for `account` draws on."""
    seller = "" if operation.grantless_scope else account.selling_partner_id
    return PlanKey(account.application, seller, account.region, operation.key)
