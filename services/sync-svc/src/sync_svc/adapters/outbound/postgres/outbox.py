"""Events on their way out of PostgreSQL."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from svc_kit.messaging import Event
from svc_kit.outbox import append, outbox_table
from sync_svc.domain.events import DomainEvent

OUTBOX: Final = outbox_table(MetaData())
EventWriter = Callable[[str, DomainEvent], Event]
"""Puts an event of a tenant on the wire."""


class Outbox:
    """Takes the events of one transaction of one tenant; they leave when it is committed."""

    def __init__(self, connection: AsyncConnection, tenant: str, write: EventWriter) -> None:
        self._connection = connection
        self._tenant = tenant
        self._write = write

    async def append(self, *events: DomainEvent) -> None:
        """Record the events, in this order."""
        await append(self._connection, OUTBOX, *(self._write(self._tenant, event) for event in events))
