"""Erasing accounts in PostgreSQL."""

from sqlalchemy import text

from account_svc.adapters.outbound.postgres.event_wire import wire_event
from account_svc.adapters.outbound.postgres.tables import outbox
from account_svc.domain.events import AccountErased
from svc_kit.clock import Clock
from svc_kit.database import Database
from svc_kit.errors import Conflict
from svc_kit.ids import IdFactory
from svc_kit.outbox import append


class PostgresAccountErasure:
    """The service's role may not delete accounts; it may call the one function that removes one account of its tenant."""

    def __init__(self, database: Database, clock: Clock, ids: IdFactory) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def erase(self, event: AccountErased) -> None:
        account = event.account
        values = {"id": account.id, "version": account.version - 1}
        async with self._database.tenant_transaction(account.identity.tenant) as connection:
            if not await connection.scalar(text("SELECT erase_account(:id, :version)"), values):
                raise Conflict("the account was changed in the meantime")
            await append(connection, outbox, wire_event(event, self._clock, self._ids))
