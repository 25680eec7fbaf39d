"""LWA applications in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from account_svc.adapters.outbound.postgres.application_rows import application_of, row_of
from account_svc.adapters.outbound.postgres.application_wire import wire_application_event
from account_svc.adapters.outbound.postgres.tables import applications, outbox
from account_svc.domain.application import Application, not_found
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId
from svc_kit.clock import Clock
from svc_kit.database import Database
from svc_kit.errors import Conflict
from svc_kit.ids import IdFactory
from svc_kit.outbox import append


class PostgresApplicationRegistry:
    """Applications belong to no tenant: their table has no row-level security and no tenant's data."""

    def __init__(self, database: Database, clock: Clock, ids: IdFactory) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def get(self, application_id: ApplicationId) -> Application:
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(applications).where(applications.c.id == application_id))).one_or_none()
        if row is None:
            raise not_found(application_id)
        return application_of(row)

    async def all(self) -> Sequence[Application]:
        async with self._database.transaction() as connection:
            return [application_of(row) for row in (await connection.execute(select(applications).order_by(applications.c.id))).all()]

    async def save(self, application: Application, *events: ApplicationSecretRotated) -> None:
        row = row_of(application)
        new = insert(applications).values(**row).on_conflict_do_nothing()
        this = applications.c.id == application.id, applications.c.version == application.version - 1
        try:
            async with self._database.transaction() as connection:
                stored = await connection.execute(new if application.version == 1 else update(applications).where(*this).values(**row))
                if stored.rowcount != 1:
                    raise Conflict("the application was changed in the meantime")
                await append(connection, outbox, *(wire_application_event(event, self._clock, self._ids) for event in events))
        except IntegrityError as error:
            raise Conflict("the data key of the secret was replaced in the meantime") from error
