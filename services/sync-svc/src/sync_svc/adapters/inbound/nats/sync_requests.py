"""Requests of account-svc → RequestAccountSync."""

from typing import Final

import msgspec
from nats.aio.msg import Msg

from svc_kit.logs import get_logger
from svc_kit.messaging import Event
from sync_svc.application.commands.request_account_sync import RequestAccountSync

SUBJECT: Final = "account-svc.sync.requested.v1"


class _Account(msgspec.Struct):
    id: str
    tenant: str


class SyncRequestData(msgspec.Struct):
    """Data of `account-svc.sync.requested.v1`; the rest of the account is passed over."""

    account: _Account


class SyncRequestHandler:
    """Handles one request; one that cannot be read is reported and passed over."""

    def __init__(self, request: RequestAccountSync) -> None:
        self._request = request

    async def __call__(self, message: Msg) -> None:
        try:
            event = Event.decode(message.data)
            account = msgspec.convert(event.data, type=SyncRequestData).account
        except msgspec.MsgspecError as error:
            get_logger().error("unreadable_sync_request", subject=message.subject, error=str(error))
            return
        if account.tenant == event.tenantid:
            await self._request(account.tenant, account.id, request_id=event.id)
