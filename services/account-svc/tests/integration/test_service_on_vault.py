"""The whole service with its secrets in Vault: PostgreSQL holds names, and the client secret and tokens come back."""

import asyncio
from dataclasses import replace

import asyncpg
import httpx
import pytest
from aiohttp import web
from sqlalchemy.engine import make_url

from account_svc.bootstrap import build_app
from account_svc.config import VaultKv
from simulator.vault import VaultDoor
from simulator.web.asgi import AsgiDoor
from svc_kit.sealing.key_holders import VaultAccess
from svc_kit.secret import Secret

TOKEN = "Atzr|planted-token"
BY_HAND = {"selling_partner_id": "A1SELLER", "region": "NA", "marketplaces": ["US"], "refresh_token": TOKEN}


@pytest.fixture
async def vault_url():
    """A Vault behind a real socket; this server does not know LIST, so the sweeper waits."""
    door = VaultDoor(tokens={"service": ("secret/data/account-svc/", "secret/metadata/account-svc/")})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AsgiDoor(door)), base_url="http://vault.test") as behind:

        async def passed_on(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.lower().startswith("x-vault")}
            found = await behind.request(request.method, request.raw_path, content=await request.read(), headers=headers)
            return web.Response(status=found.status_code, body=found.content, content_type="application/json")

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", passed_on)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


@pytest.fixture
async def client(live_config, vault_url, lived):
    kept = VaultKv(vault=VaultAccess(address=vault_url, token=Secret("service"), namespace=None), mount="secret", prefix="account-svc")
    async with lived(build_app(replace(live_config, vault_kv=kept))) as client:
        yield client


async def test_a_token_is_in_vault_and_its_row_holds_a_name(client, user, service, database_urls):
    async with asyncio.timeout(30):  # until the service has stored its application
        while (made := await client.post("/api/v1/accounts", headers=user("acme"), json=BY_HAND)).status_code == 409:
            await asyncio.sleep(0.05)
    assert made.status_code == 201, made.text
    path = f"/internal/v1/accounts/{made.json()['id']}/credentials"
    found = await client.get(path, headers=service("token-svc", "credentials:read"))
    assert found.json()["refresh_token"] == TOKEN
    connection = await asyncpg.connect(make_url(database_urls.app_url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await connection.execute("SELECT set_config('app.tenant_id', 'acme', false)")
        stored = await connection.fetchval("SELECT refresh_token FROM accounts")
        keys = await connection.fetchval("SELECT count(*) FROM data_keys")
    finally:
        await connection.close()
    assert stored.startswith(b"\x02accounts.")
    assert keys == 0
    assert (await client.delete(f"/api/v1/accounts/{made.json()['id']}", headers=user("acme"))).status_code == 204
    gone = await client.get(path, headers=service("token-svc", "credentials:read"))
    assert TOKEN not in gone.text
