"""What a DataKeyStore promises, asked of the fake and of PostgreSQL."""

import asyncio
import uuid

import pytest
from sqlalchemy import MetaData, text

from svc_kit.database import Database
from svc_kit.sealing import DataKey, WrappedKey
from svc_kit.sealing.memory import MemoryDataKeyStore
from svc_kit.sealing.postgres import PostgresDataKeyStore, data_keys_table


@pytest.fixture(params=["memory", "postgres"])
async def store(request):
    if request.param == "memory":
        yield MemoryDataKeyStore()
        return
    urls = request.getfixturevalue("database_factory")(owner="kit_owner", app="kit_app")
    metadata = MetaData()
    table = data_keys_table(metadata)
    async with Database.open(urls.owner_url) as owner, owner.transaction() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in (
            "ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE data_keys FORCE ROW LEVEL SECURITY",
            "CREATE POLICY tenant ON data_keys USING (tenant_id = current_setting('app.tenant_id', true))",
            "GRANT SELECT, INSERT, UPDATE ON data_keys TO kit_app",
        ):
            await connection.execute(text(statement))
    async with Database.open(urls.app_url) as database:
        yield PostgresDataKeyStore(database, table)


def key(tenant="acme") -> DataKey:
    return DataKey(tenant=tenant, id=uuid.uuid4(), wrapped=WrappedKey("k1", b"wrapped"))


async def test_a_tenant_without_keys_has_none(store):
    assert await store.active("acme") is None
    assert await store.find("acme", uuid.uuid4()) is None


async def test_an_added_key_is_active_and_found(store):
    added = key()
    assert await store.add(added) == added
    assert await store.active("acme") == added
    assert await store.find("acme", added.id) == added


async def test_a_second_key_does_not_replace_the_active_one(store):
    first = await store.add(key())
    assert await store.add(key()) == first
    assert await store.active("acme") == first


async def test_of_several_at_once_one_wins_and_all_get_it(store):
    answers = await asyncio.gather(*(store.add(key()) for _ in range(8)))
    assert len({answer.id for answer in answers}) == 1
    assert await store.active("acme") == answers[0]


async def test_another_tenants_key_is_not_found(store):
    theirs = await store.add(key("rival"))
    assert await store.find("acme", theirs.id) is None
    assert await store.active("acme") is None
