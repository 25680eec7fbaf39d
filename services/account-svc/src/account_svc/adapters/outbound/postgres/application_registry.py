"""LWA applications in PostgreSQL."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from account_svc.adapters.outbound.postgres.tables import applications
from account_svc.domain.application import Application
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed
from svc_kit.database import Database


class PostgresApplicationRegistry:
    """Applications belong to no tenant: their table has no row-level security and no tenant's data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, application_id: ApplicationId) -> Application:
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(applications).where(applications.c.id == application_id))).one_or_none()
        if row is None:
            raise ApplicationNotFoundError(is_default=application_id == DEFAULT_APPLICATION)
        return Application(
            id=ApplicationId(row.id),
            name=row.name,
            spapi_application_id=row.spapi_application_id,
            client_id=row.client_id,
            redirect_uri=row.redirect_uri,
            client_secret=Sealed(bytes(row.client_secret)),
            client_secret_next=Sealed(bytes(row.client_secret_next)) if row.client_secret_next is not None else None,
            is_draft=row.is_draft,
            role=Role(arn=row.role_arn, external_id=row.external_id) if row.role_arn else None,
        )

    async def put(self, application: Application) -> None:
        row = {
            "id": application.id,
            "name": application.name,
            "spapi_application_id": application.spapi_application_id,
            "client_id": application.client_id,
            "redirect_uri": application.redirect_uri,
            "client_secret": application.client_secret,
            "client_secret_next": application.client_secret_next,
            "is_draft": application.is_draft,
            "role_arn": application.role.arn if application.role else None,
            "external_id": application.role.external_id if application.role else None,
        }
        async with self._database.transaction() as connection:
            await connection.execute(insert(applications).values(**row).on_conflict_do_update(index_elements=["id"], set_=row))
