"""account-svc's events: what changed must not be served from memory."""

import asyncio
from contextlib import suppress
from typing import Final

import msgspec
from nats.aio.msg import Msg

from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.domain.accounts import AccountFloor
from svc_kit.errors import Unavailable
from svc_kit.messaging import NatsConnection

SUBJECT: Final = "account-svc.account.*.v1"
_ENDS: Final = frozenset({"disconnected", "erased"})


class _Account(msgspec.Struct):
    id: str
    version: int


class _Data(msgspec.Struct):
    account: _Account


class _Event(msgspec.Struct):
    type: str
    data: _Data


class AccountEvents:
    """Drops an account's credentials when account-svc says that it changed.

    Every replica listens for itself and nothing is kept for one that is away: after each (re)connection all is dropped.
    """

    def __init__(self, connection: NatsConnection, credentials: CredentialCache) -> None:
        self._connection = connection
        self._credentials = credentials
        self._is_subscribed = False
        self._subscribing = asyncio.Lock()
        connection.on_connect(self._connected)

    async def start(self) -> None:
        """Begin to listen: what is said after the return is heard. While NATS is away, as soon as it is there."""
        with suppress(Unavailable):
            await self._connected()

    async def _connected(self) -> None:
        try:
            async with self._subscribing:
                if not self._is_subscribed:
                    await self._connection.listen(SUBJECT, self.take)
                    self._is_subscribed = True
        finally:
            self._credentials.drop_all()  # last: what was fetched while nobody listened may be outdated

    async def take(self, message: Msg) -> None:
        """Handle one event; what cannot be read drops everything, which is always safe."""
        try:
            event = msgspec.json.decode(message.data, type=_Event)
        except msgspec.MsgspecError:
            self._credentials.drop_all()
            return
        verb = event.type.split(".")[2]
        account = event.data.account
        # An update may be a mere rotation of the refresh token, which leaves the tokens made from it as good as they were.
        floor = None if verb == "updated" else AccountFloor(account.version, is_end=verb in _ENDS)
        self._credentials.drop_account(account.id, floor)
