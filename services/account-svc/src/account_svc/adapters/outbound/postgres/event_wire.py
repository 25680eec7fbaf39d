"""Account events as others read them (contracts/schemas/events/account-svc.account.*.v1.json)."""

from typing import Any, Final

from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.events import (
    AccountConnected,
    AccountDisconnected,
    AccountErased,
    AccountEvent,
    AccountUpdated,
    ReauthorizationBecameRequired,
    SyncRequested,
)
from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from svc_kit.messaging import Event

_TYPES: Final[dict[type[AccountEvent], str]] = {
    AccountConnected: "account-svc.account.connected.v1",
    AccountUpdated: "account-svc.account.updated.v1",
    AccountDisconnected: "account-svc.account.disconnected.v1",
    SyncRequested: "account-svc.sync.requested.v1",
    AccountErased: "account-svc.account.erased.v1",
    ReauthorizationBecameRequired: "account-svc.account.reauthorization_required.v1",
}


def account_reference(account: SellingPartnerAccount) -> dict[str, Any]:
    """Return what other services know of an account; no secret is in it."""
    return {
        "id": account.id,
        "tenant": account.identity.tenant,
        "kind": account.identity.kind.value,
        "region": account.identity.region.value,
        "selling_partner_id": account.identity.selling_partner_id,
        "marketplaces": list(account.marketplaces),
        "signing": account.signing.value,
        "application": account.application,
        "status": account.status.value,
        "version": account.version,
    }


def wire_event(event: AccountEvent, clock: Clock, ids: IdFactory) -> Event:
    """Return the envelope of an event."""
    data: dict[str, Any] = {"account": account_reference(event.account)}
    if isinstance(event, ReauthorizationBecameRequired):
        data["reason"] = event.reason
    elif isinstance(event, AccountErased):
        data["account"]["status"] = "erased"
    return Event.create(
        type=_TYPES[type(event)], tenant=event.account.identity.tenant, subject=event.account.id, data=data, clock=clock, ids=ids
    )
