"""What account-svc says about accounts."""

from typing import Any, Final

import msgspec
from nats.aio.msg import Msg

from svc_kit.logs import get_logger
from svc_kit.messaging import DurableConsumer, Event, NatsConnection
from token_svc.application.commands.follow_account import FollowAccount
from token_svc.domain.account import Account

STREAM: Final = "ACCOUNT_EVENTS"
DURABLE: Final = "token-svc-accounts"
UPDATED: Final = "account-svc.account.updated.v1"
RENEWED: Final = frozenset({"account-svc.account.connected.v1", "account-svc.account.reauthorization_required.v1"})
SUBJECTS: Final = [
    f"account-svc.account.{verb}.v1" for verb in ("connected", "updated", "disconnected", "erased", "reauthorization_required")
]


class _Data(msgspec.Struct):
    account: Account


def account_events(connection: NatsConnection, follow: FollowAccount) -> DurableConsumer:
    """Return the consumer, one for all replicas, that drops an account's credentials when the account changes."""

    async def handle(message: Msg) -> None:
        try:
            event = Event.decode(message.data)
            data = msgspec.convert(event.data, _Data)
        except msgspec.MsgspecError as error:
            get_logger().error("event_not_understood", subject=message.subject, detail=str(error))
            return
        if event.type == UPDATED:
            await follow.changed(data.account)
        elif event.type in RENEWED:
            await follow.renewed(data.account)
        else:
            await follow.ended(data.account, reason=event.type)

    settings: dict[str, Any] = {"stream": STREAM, "durable": DURABLE, "subjects": SUBJECTS, "new_only": True}
    return DurableConsumer(connection, handler=handle, **settings)
