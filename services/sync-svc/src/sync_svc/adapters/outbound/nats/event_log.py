"""The log of changes as a JetStream stream."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final

import msgspec
import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext

from svc_kit.errors import Unavailable
from svc_kit.messaging import NatsConnection
from sync_svc.application.ports.event_log import LoggedEvent

_BATCH: Final = 256
_FETCH_SECONDS: Final = 2.0
_FAULTS: Final = (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError)


class _Envelope(msgspec.Struct):
    type: str
    tenantid: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class NatsEventLog:
    """Implements `EventLog`; the place of an event is its stream sequence. Readers are consumers without acknowledgement."""

    def __init__(self, connection: NatsConnection, *, stream: str) -> None:
        self._connection = connection
        self._stream = stream

    async def bounds(self) -> tuple[int, int]:
        try:
            state = (await self._connection.jetstream().stream_info(self._stream)).state
        except _FAULTS as error:
            raise Unavailable("the event stream cannot be reached") from error
        return (state.first_seq, state.last_seq) if state.last_seq else (1, 0)

    async def read(self, *, after: int, until: int) -> AsyncGenerator[LoggedEvent]:
        if after >= until:
            return
        async for event in self._consume(after=after, until=until):
            yield event

    async def follow(self, *, after: int) -> AsyncGenerator[LoggedEvent]:
        async for event in self._consume(after=after, until=None):
            yield event

    async def _consume(self, *, after: int, until: int | None) -> AsyncGenerator[LoggedEvent]:
        try:
            js = self._connection.jetstream()
            subscription = await self._subscribe(js, after)
        except _FAULTS as error:
            raise Unavailable("the event stream cannot be reached") from error
        place = after
        try:
            while until is None or place < until:
                messages = await self._fetch(subscription)
                if not messages and until is not None:
                    return  # the rest has been dropped from the stream meanwhile
                for message in messages:
                    place = message.metadata.sequence.stream
                    if until is not None and place > until:
                        return
                    event = _event(message, place)
                    if event is not None:
                        yield event
        finally:
            with suppress(Exception):  # leaving: whatever the connection still says of it, nobody is left to be told
                await subscription.unsubscribe()

    async def _subscribe(self, js: JetStreamContext, after: int) -> JetStreamContext.PullSubscription:
        config = ConsumerConfig(
            ack_policy=AckPolicy.NONE,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            inactive_threshold=30.0,
            mem_storage=True,
            num_replicas=1,
        )
        info = await js.add_consumer(self._stream, config)
        return await js.pull_subscribe_bind(info.name, self._stream)

    async def _fetch(self, subscription: JetStreamContext.PullSubscription) -> list[Msg]:
        try:
            return await subscription.fetch(_BATCH, timeout=_FETCH_SECONDS)
        except (TimeoutError, nats.errors.TimeoutError):
            if not self._connection.is_connected:
                raise Unavailable("the event stream cannot be reached") from None
            await self._require_consumer(subscription)
            return []
        except _FAULTS as error:
            raise Unavailable("the event stream cannot be reached") from error

    async def _require_consumer(self, subscription: JetStreamContext.PullSubscription) -> None:
        """Silence may mean that the consumer is gone, for instance after a restart of the server."""
        try:
            await subscription.consumer_info()
        except _FAULTS as error:
            raise Unavailable("the event stream was made anew") from error


def _event(message: Msg, place: int) -> LoggedEvent | None:
    try:
        envelope = msgspec.json.decode(message.data, type=_Envelope)
    except msgspec.MsgspecError:
        return None  # not one of ours
    return LoggedEvent(sequence=place, tenant=envelope.tenantid, type=envelope.type, data=bytes(envelope.data))
