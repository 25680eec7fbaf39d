"""Connections under way, in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, text

from account_svc.adapters.outbound.postgres.tables import oauth_states
from account_svc.domain.account import AccountKind
from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.marketplaces import Central
from account_svc.domain.oauth_state import OAuthState
from account_svc.domain.region import Region
from account_svc.domain.return_path import ReturnPath
from svc_kit.database import Database


class PostgresOAuthStateStore:
    """A state is used up by deleting its row: the database lets one deletion win."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, state: OAuthState, now: datetime) -> None:
        row = {
            "hash": state.hash,
            "browser_proof": state.browser_proof,
            "tenant_id": state.tenant,
            "user_id": state.user,
            "kind": state.kind.value,
            "central": state.central.value if state.central else None,
            "region": state.region.value,
            "marketplace": state.marketplace,
            "application": state.application,
            "return_to": state.return_to,
            "expires_at": state.expires_at,
            "selling_partner_id": state.selling_partner_id,
        }
        async with self._database.tenant_transaction(state.tenant) as connection:
            await connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
            await connection.execute(insert(oauth_states).values(**row))

    async def consume(self, hashed_state: str, browser_proof: str | None) -> OAuthState:
        async with self._database.transaction() as connection:
            tenant = await connection.scalar(text("SELECT tenant_of_state(:hash)"), {"hash": hashed_state})
            if tenant is None:
                raise _unknown()
            await connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": tenant})
            this = oauth_states.c.hash == hashed_state
            used = delete(oauth_states).where(this, oauth_states.c.browser_proof == (browser_proof or "")).returning(oauth_states)
            row = (await connection.execute(used)).one_or_none()
            if row is not None:
                return _restored(row)
            if await connection.scalar(select(oauth_states.c.hash).where(this)) is None:
                raise _unknown()
        raise ConnectRefusedError("state_mismatch", "Another browser began this connection; finish it there, or start again here.")


def _unknown() -> ConnectRefusedError:
    return ConnectRefusedError("state_invalid", "The answer belongs to no connection under way; start connecting again.")


def _restored(row: Row[Any]) -> OAuthState:
    return OAuthState(
        hash=row.hash,
        browser_proof=row.browser_proof,
        tenant=TenantId(row.tenant_id),
        user=row.user_id,
        kind=AccountKind(row.kind),
        central=Central(row.central) if row.central else None,
        region=Region(row.region),
        marketplace=row.marketplace,
        application=ApplicationId(row.application),
        return_to=ReturnPath(row.return_to),
        expires_at=row.expires_at,
        selling_partner_id=SellingPartnerId(row.selling_partner_id) if row.selling_partner_id else None,
    )
