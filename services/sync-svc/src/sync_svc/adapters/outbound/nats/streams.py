"""The streams that sync-svc owns."""

import asyncio
from datetime import timedelta
from typing import Final

import nats.errors
import nats.js.errors

from svc_kit.errors import PortError
from svc_kit.logs import get_logger
from svc_kit.messaging import NatsConnection, ensure_stream

EVENTS_STREAM: Final = "SYNC_EVENTS"
WORK_STREAM: Final = "SYNC_WORK"
_EVENT_SUBJECTS: Final = [
    "sync-svc.order.>",
    "sync-svc.inventory.>",
    "sync-svc.account.>",
    "sync-svc.run.started.v1",
    "sync-svc.run.progressed.v1",
    "sync-svc.run.completed.v1",
    "sync-svc.run.failed.v1",
]
WORK_SUBJECT: Final = "sync-svc.work.>"
_PAUSE: Final = 1.0


async def ensure_streams(connection: NatsConnection) -> None:
    """Create both streams, or bring them to their settings; any number of processes may do so at once."""
    js = connection.jetstream()
    await ensure_stream(js, EVENTS_STREAM, _EVENT_SUBJECTS, max_age=timedelta(days=3))
    await ensure_stream(js, WORK_STREAM, [WORK_SUBJECT], retention="workqueue", max_age=timedelta(days=30))


async def keep_streams(connection: NatsConnection) -> None:
    """Ensure the streams at every connection, until cancelled: a server that lost its files gets them again."""
    while True:
        await connection.wait_connected()
        try:
            await ensure_streams(connection)
        except (nats.errors.Error, nats.js.errors.Error, PortError, OSError, TimeoutError) as error:
            get_logger().warning("streams_wait", error=type(error).__name__, detail=str(error))
            await asyncio.sleep(_PAUSE)
        else:
            await connection.wait_lost()
