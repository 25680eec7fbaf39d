"""Puts account events on their stream, and makes the stream where it is missing."""

from typing import Final

import nats.errors
from nats.js.errors import Error as JetStreamError

from svc_kit.errors import PortError, Unavailable
from svc_kit.messaging import Event, JetStreamPublisher, NatsConnection, ensure_stream

STREAM: Final = "ACCOUNT_EVENTS"
SUBJECTS: Final = ["account-svc.>"]


class AccountEventPublisher:
    """Publishes for the outbox relay.

    The stream is ensured before the first event and again after any failure, so a NATS that comes back empty is no
    reason for an event to wait for ever.
    """

    def __init__(self, connection: NatsConnection) -> None:
        self._connection = connection
        self._publisher = JetStreamPublisher(connection)
        self._is_ensured = False

    async def publish(self, event: Event) -> None:
        if not self._is_ensured:
            await self._ensure()
        try:
            await self._publisher.publish(event)
        except PortError:
            self._is_ensured = False
            raise

    async def _ensure(self) -> None:
        try:
            await ensure_stream(self._connection.jetstream(), STREAM, SUBJECTS)
        except (TimeoutError, JetStreamError, nats.errors.Error, OSError) as error:
            raise Unavailable(f"the stream {STREAM} cannot be made") from error
        self._is_ensured = True
