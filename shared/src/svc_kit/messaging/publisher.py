"""Puts events on a stream, once."""

import nats.errors
from nats.js.errors import APIError, NoStreamResponseError

from svc_kit.errors import Timeout, Unavailable
from svc_kit.messaging.connection import NatsConnection
from svc_kit.messaging.event import Event


class JetStreamPublisher:
    """Publishes an event to the subject that is its type, and returns only when the stream has it on disk."""

    def __init__(self, connection: NatsConnection, *, timeout: float = 5.0) -> None:
        self._connection = connection
        self._timeout = timeout

    async def publish(self, event: Event) -> None:
        """Publish `event`; its id makes a second publication within the stream's duplicate window have no effect.

        Raises `Unavailable` while NATS or the stream is not there, `Timeout` when no acknowledgement came.
        """
        await self.send(event.type, event.id, event.encode())

    async def send(self, subject: str, message_id: str, content: bytes) -> None:
        """Publish `content` under a message id of the caller's own."""
        try:
            js = self._connection.jetstream(timeout=self._timeout)
            await js.publish(subject, content, headers={"Nats-Msg-Id": message_id}, timeout=self._timeout)
        except (nats.errors.TimeoutError, TimeoutError) as error:
            raise Timeout(f"the stream of {subject} did not acknowledge in time") from error
        except (NoStreamResponseError, APIError, nats.errors.Error, OSError) as error:
            raise Unavailable(f"the stream of {subject} cannot be reached") from error
