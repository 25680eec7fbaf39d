"""Secrets in Vault: what the rows hold, what a lost race leaves, and what is destroyed once no row in PostgreSQL names it."""

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.memory.secret_vault import MemorySecretVault
from account_svc.adapters.outbound.postgres.sealed_columns import SEALED_COLUMNS
from account_svc.adapters.outbound.vault.secret_vault import MARK, KvFolder, VaultKvSecretVault, VaultKvSweeper
from account_svc.application.ports.secret_vault import VaultBrokenError
from account_svc.domain.identifiers import AccountId, ApplicationId, TenantId
from account_svc.domain.sealed import Sealed, client_secret_place, refresh_token_place
from simulator.vault import VaultDoor
from simulator.web.asgi import AsgiDoor
from svc_kit.clock import ManualClock
from svc_kit.database import Database
from svc_kit.errors import Unavailable
from svc_kit.ids import SystemIds
from svc_kit.sealing.postgres_sealed_rows import PostgresSealedRows
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient

TOKEN = Secret("Atzr|planted")
APPLICATION = (
    "INSERT INTO applications (id, name, kind, spapi_application_id, client_id, redirect_uri, client_secret, is_draft, version)"
    " VALUES ('default', 'n', 'selling_partner', 'a', 'c', 'r', $1, false, 1)"
)
PLACE = refresh_token_place(TenantId("acme"), AccountId("1"))


class House:
    """A Vault, the service's folder in it, and a clock that both follow."""

    def __init__(self, http: httpx.AsyncClient, door: VaultDoor, clock: ManualClock) -> None:
        self.door = door
        self.clock = clock
        self.folder = KvFolder(client=VaultClient(http, token=Secret("root")), mount="secret", prefix="account-svc")
        self.earlier = MemorySecretVault()
        self.vault = VaultKvSecretVault(self.folder, SystemIds(), earlier=self.earlier)
        self.named: set[bytes] = set()

    async def rows(self, _tenant: str) -> frozenset[bytes]:
        return frozenset(self.named)

    async def sweep(self) -> int:
        return await VaultKvSweeper(self.folder, self.rows, self.clock, pause_seconds=1).sweep()


@pytest.fixture
async def house():
    clock = ManualClock()
    door = VaultDoor(tokens={"root": ("",)}, now=clock.now)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AsgiDoor(door)), base_url="http://vault.test") as http:
        yield House(http, door, clock)


async def test_the_row_holds_a_name_and_vault_the_secret(house):
    sealed = await house.vault.seal(PLACE, TOKEN)
    assert sealed.startswith(b"\x02accounts.1.refresh_token.")
    assert await house.vault.open(PLACE, sealed) == TOKEN


async def test_what_no_row_names_is_destroyed_when_it_is_old(house):
    kept, orphan = await house.vault.seal(PLACE, TOKEN), await house.vault.seal(PLACE, TOKEN)
    house.named.add(kept)
    assert await house.sweep() == 0
    house.clock.advance(16 * 60)
    young = await house.vault.seal(PLACE, TOKEN)
    assert await house.sweep() == 1
    assert await house.sweep() == 0
    assert await house.vault.open(PLACE, kept) == await house.vault.open(PLACE, young) == TOKEN
    with pytest.raises(VaultBrokenError, match="not in Vault"):
        await house.vault.open(PLACE, orphan)
    assert await house.folder.names("acme") == tuple(sorted(value[1:].decode() for value in (kept, young)))


async def test_a_sealed_vault_is_away_and_loses_nothing(house):
    sealed = await house.vault.seal(PLACE, TOKEN)
    house.door.is_sealed = True
    for asked in (house.vault.seal(PLACE, TOKEN), house.vault.open(PLACE, sealed), house.vault.shred(TenantId("acme")), house.sweep()):
        with pytest.raises(Unavailable):
            await asked
    house.door.is_sealed = False
    assert await house.vault.open(PLACE, sealed) == TOKEN


async def test_what_was_sealed_before_the_change_of_store_still_opens(house):
    sealed = await house.earlier.seal(PLACE, TOKEN)
    assert await house.vault.open(PLACE, sealed) == TOKEN


async def test_places_that_only_look_alike_have_names_of_their_own(house):
    one = refresh_token_place(TenantId("acme"), AccountId("1.x"))
    sealed = await house.vault.seal(one, TOKEN)
    assert await house.vault.open(one, sealed) == TOKEN
    with pytest.raises(VaultBrokenError, match="names no secret of its own"):
        await house.vault.open(PLACE, Sealed(sealed))


async def test_only_what_rows_in_the_database_name_outlives_a_sweep(house, database_urls):
    rival = refresh_token_place(TenantId("rival"), AccountId("2"))
    kept, orphan, theirs = [await house.vault.seal(place, TOKEN) for place in (PLACE, PLACE, rival)]
    settings = client_secret_place(ApplicationId("default"))
    current, replaced = await house.vault.seal(settings, TOKEN), await house.vault.seal(settings, TOKEN)
    await _store(database_urls, {("acme", "1"): kept, ("acme", "2"): b"other"}, current)
    house.clock.advance(16 * 60)
    async with Database.open(database_urls.app_url) as database:
        rows = PostgresSealedRows(database, SEALED_COLUMNS)
        assert await rows.marked("acme", MARK) == {kept}
        sweeper = VaultKvSweeper(house.folder, lambda tenant: rows.marked(tenant, MARK), house.clock, pause_seconds=1)
        assert await sweeper.sweep() == 3
        assert await rows.counts("acme") == {}
    assert await house.vault.open(PLACE, kept) == await house.vault.open(settings, current) == TOKEN
    for place, gone in ((PLACE, orphan), (rival, theirs), (settings, replaced)):
        with pytest.raises(VaultBrokenError, match="not in Vault"):
            await house.vault.open(place, gone)


async def _store(database_urls, tokens, client_secret):
    plain = make_url(database_urls.app_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        for (tenant, row), value in tokens.items():
            await connection.execute("SELECT set_config('app.tenant_id', $1, false)", tenant)
            await connection.execute(
                "INSERT INTO accounts (id, tenant_id, kind, selling_partner_id, region, marketplaces, signing, application, status,"
                " version, refresh_token, refresh_token_version, connected_at, created_at, updated_at)"
                " VALUES ($1, $2, 'selling_partner', $1, 'NA', '{}', 'none', 'default', 'active', 1, $3, 1, now(), now(), now())",
                row,
                tenant,
                value,
            )
        await connection.execute(APPLICATION, client_secret)
    finally:
        await connection.close()
