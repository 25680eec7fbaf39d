"""Account events of account-svc → ApplyAccountChange."""

from typing import Final

import msgspec
from nats.aio.msg import Msg

from svc_kit.logs import get_logger
from svc_kit.messaging import Event
from sync_svc.application.commands.apply_account_change import ApplyAccountChange
from sync_svc.domain.account import Account, AccountStatus

_KIND: Final = "selling_partner"


class AccountRef(msgspec.Struct):
    """What account-svc says of an account; fields that are not needed here are passed over."""

    id: str
    tenant: str
    kind: str
    region: str
    selling_partner_id: str
    marketplaces: tuple[str, ...]
    status: str
    version: int


class AccountEventData(msgspec.Struct):
    """Data of `account-svc.account.*.v1`."""

    account: AccountRef


class AccountHandler:
    """Handles one account event; one that cannot be read, or is of another kind of account, is passed over."""

    def __init__(self, apply: ApplyAccountChange) -> None:
        self._apply = apply

    async def __call__(self, message: Msg) -> None:
        try:
            event = Event.decode(message.data)
            ref = msgspec.convert(event.data, type=AccountEventData).account
            account, reason = _account(event, ref)
        except (msgspec.MsgspecError, ValueError, IndexError) as error:
            get_logger().error("unreadable_account_event", subject=message.subject, error=str(error))
            return
        if ref.kind == _KIND:
            await self._apply(account, reason=reason)


def _account(event: Event, ref: AccountRef) -> tuple[Account, str]:
    reason = event.type.split(".")[2]
    if ref.tenant != event.tenantid:
        raise ValueError("the event and its account name different tenants")
    status = AccountStatus.ERASED if reason == "erased" else AccountStatus(ref.status)
    account = Account(
        id=ref.id,
        tenant=ref.tenant,
        region=ref.region,
        selling_partner_id=ref.selling_partner_id,
        marketplaces=ref.marketplaces,
        status=status,
        version=ref.version,
        changed_at=event.time,
    )
    return account, reason
