"""Requests to synchronise leave by the outbox."""

from account_svc.adapters.outbound.postgres.event_wire import wire_event
from account_svc.adapters.outbound.postgres.tables import outbox
from account_svc.domain.events import SyncRequested
from svc_kit.clock import Clock
from svc_kit.database import Database
from svc_kit.ids import IdFactory
from svc_kit.outbox import append


class PostgresSyncRequests:
    """Writes the event down; the relay brings it to the stream."""

    def __init__(self, database: Database, clock: Clock, ids: IdFactory) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def ask(self, event: SyncRequested) -> None:
        async with self._database.transaction() as connection:
            await append(connection, outbox, wire_event(event, self._clock, self._ids))
