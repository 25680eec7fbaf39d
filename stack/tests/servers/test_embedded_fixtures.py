"""What the fixtures promise to every other test."""

import asyncio

import asyncpg
import httpx
import nats
import pytest

from sellerport_stack.servers import nats as nats_server
from sellerport_stack.servers import running


def plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://")


async def test_nats_offers_jetstream(nats_url):
    client = await nats.connect(nats_url)
    try:
        assert (await client.jetstream().account_info()).limits.max_streams == -1  # other tests may have made streams
    finally:
        await client.close()


async def test_with_access_rules_nats_asks_for_the_password(scratch):
    access = scratch / "nats.conf"
    access.write_text(nats_server.access_rules("s3-_cret"))

    with running(
        lambda port: nats_server.spec(port=port, store=scratch / f"closed-{port}", log=scratch / "closed.log", access=access)
    ) as server:
        client = await nats.connect(nats_server.url(server.port, "s3-_cret"))
        await client.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert b'"auth_required":true' in await reader.readline()
        writer.write(b'CONNECT {"verbose":false}\r\nPING\r\n')
        assert b"Authorization Violation" in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_each_fresh_database_is_empty_and_owned_by_its_owner(database_factory):
    first, second = database_factory(owner="shop_owner", app="shop_app"), database_factory(owner="shop_owner", app="shop_app")
    assert first != second
    owner = await asyncpg.connect(plain(first.owner_url))
    await owner.execute("CREATE TABLE thing (id int)")
    assert await owner.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'thing'") == "shop_owner"
    await owner.close()
    other = await asyncpg.connect(plain(second.owner_url))
    assert await other.fetchval("SELECT count(*) FROM pg_tables WHERE tablename = 'thing'") == 0
    await other.close()


async def test_the_app_role_has_no_power_but_what_a_migration_grants(database_factory):
    urls = database_factory(owner="shop_owner", app="shop_app")
    owner, app = await asyncio.gather(asyncpg.connect(plain(urls.owner_url)), asyncpg.connect(plain(urls.app_url)))
    await owner.execute("CREATE TABLE thing (id int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.fetch("SELECT * FROM thing")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE mine (id int)")
    await owner.execute("GRANT SELECT ON thing TO shop_app")
    assert await app.fetch("SELECT * FROM thing") == []
    assert await app.fetchrow("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'shop_app'") == (False, False)
    await asyncio.gather(owner.close(), app.close())


async def test_the_superuser_needs_its_password(postgres_url):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(plain(postgres_url).replace(":embedded@", ":wrong@"))


def test_moto_answers_sts(moto_url):
    scope = {"authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0"}
    answer = httpx.post(
        moto_url, data={"Action": "GetCallerIdentity", "Version": "2011-06-15"}, headers=scope, timeout=60
    )  # moto loads a service when it is first asked for
    assert "<Account>123456789012</Account>" in answer.text
