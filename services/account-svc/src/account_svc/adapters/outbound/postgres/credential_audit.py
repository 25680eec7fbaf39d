"""The record of credential uses, in PostgreSQL."""

from sqlalchemy import insert

from account_svc.adapters.outbound.postgres.tables import credential_uses
from account_svc.domain.credential_use import CredentialUse
from svc_kit.database import Database


class PostgresCredentialAudit:
    """Appends; the app role may neither change nor remove what is written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, use: CredentialUse) -> None:
        row = {
            "tenant_id": use.tenant,
            "account_id": use.account,
            "application": use.application,
            "caller": use.caller,
            "purpose": use.purpose,
            "request_id": use.request_id,
            "used_at": use.at,
        }
        async with self._database.tenant_transaction(use.tenant) as connection:
            await connection.execute(insert(credential_uses).values(**row))
