"""What a DataKeyStore and a DataKeyRing promise, asked of the fakes and of PostgreSQL."""

import asyncio
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, insert, text

from svc_kit.database import Database
from svc_kit.sealing import DataKey, Place, WrappedKey
from svc_kit.sealing.memory import MemoryDataKeyStore, MemorySealedRows
from svc_kit.sealing.postgres import PostgresDataKeyStore, data_keys_table
from svc_kit.sealing.postgres_sealed_rows import PostgresSealedRows, SealedColumn
from svc_kit.sealing.schema import data_key_guards, sealed_column_guards
from svc_kit.sealing.sealed_rows import SealedValue

METADATA = MetaData()
KEYS = data_keys_table(METADATA)
NOTES = Table("notes", METADATA, Column("tenant_id", Text), Column("id", Text, primary_key=True), Column("note", LargeBinary))
SETTINGS = Table("settings", METADATA, Column("id", Text, primary_key=True), Column("value", LargeBinary))
SYSTEM = "$system"
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Stores:
    """The keys and the rows of one database."""

    keys: MemoryDataKeyStore | PostgresDataKeyStore
    rows: MemorySealedRows | PostgresSealedRows
    database: Database | None = None

    async def write(self, value: SealedValue) -> None:
        """Store a sealed value as a service does."""
        if self.database is None:
            self.rows.put(value)
            return
        place = value.place
        row = {"id": place.row, value.column: value.sealed}
        async with self.database.tenant_transaction(place.tenant) as connection:
            if place.table == "notes":
                await connection.execute(insert(NOTES).values(tenant_id=place.tenant, **row))
            else:
                await connection.execute(insert(SETTINGS).values(**row))


@pytest.fixture(scope="module")
async def kit_urls(database_factory):
    urls = database_factory(owner="kit_owner", app="kit_app")
    rls = [
        statement
        for table in ("data_keys", "notes")
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {table} USING (tenant_id = current_setting('app.tenant_id', true))",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kit_app",
        )
    ]
    guards = (
        *data_key_guards("kit_app"),
        *sealed_column_guards("notes", "note"),
        *sealed_column_guards("settings", "value", tenant=SYSTEM),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON settings TO kit_app",
    )
    async with Database.open(urls.owner_url) as owner, owner.transaction() as connection:
        await connection.run_sync(METADATA.create_all)
        for statement in (*rls, *guards):
            await connection.execute(text(statement))
    return urls


@pytest.fixture
def memory() -> Stores:
    rows = MemorySealedRows()
    return Stores(MemoryDataKeyStore(rows), rows)


@pytest.fixture
async def postgres(kit_urls):
    columns = [
        SealedColumn(table=NOTES, column="note", row="id", field="note"),
        SealedColumn(table=SETTINGS, column="value", row="id", field="value", tenant=SYSTEM),
    ]
    async with Database.open(kit_urls.app_url) as database:
        async with database.tenant_transaction(SYSTEM) as connection:
            await connection.execute(SETTINGS.delete())
            await connection.execute(KEYS.delete())
        yield Stores(PostgresDataKeyStore(database, KEYS), PostgresSealedRows(database, columns), database)


@pytest.fixture(params=["memory", "postgres"])
def stores(request) -> Stores:
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(stores):
    return stores.keys


@pytest.fixture
def tenant() -> str:
    """A tenant that no other test uses."""
    return f"t-{uuid.uuid4()}"


def key(tenant: str, age: int = 0) -> DataKey:
    return DataKey(tenant=tenant, id=uuid.uuid4(), wrapped=WrappedKey("k1", uuid.uuid4().bytes), created_at=THEN - timedelta(seconds=age))


def value(key: DataKey, row: str = "1", *, table: str = "notes", column: str = "note") -> SealedValue:
    place = Place(tenant=key.tenant, table=table, row=f"{key.tenant}-{row}", field=column)
    return SealedValue(place=place, column=column, sealed=b"\x01" + key.id.bytes + uuid.uuid4().bytes)


async def listed(stores, tenant: str, active: DataKey, limit: int = 2) -> list[SealedValue]:
    return [value async for batch in stores.rows.under_others(tenant, active.id, limit) for value in batch]


async def test_a_tenant_without_keys_has_none(store, tenant):
    assert await store.active(tenant) is None
    assert await store.find(tenant, uuid.uuid4()) is None
    assert await store.keys(tenant) == []


async def test_an_added_key_is_active_and_found(store, tenant):
    added = key(tenant)
    assert await store.add(added) == added
    assert await store.active(tenant) == added
    assert await store.find(tenant, added.id) == added


async def test_a_second_key_does_not_replace_the_active_one(store, tenant):
    first = await store.add(key(tenant))
    assert await store.add(key(tenant)) == first
    assert await store.active(tenant) == first


async def test_of_several_at_once_one_wins_and_all_get_it(store, tenant):
    answers = await asyncio.gather(*(store.add(key(tenant)) for _ in range(8)))
    assert len({answer.id for answer in answers}) == 1
    assert await store.active(tenant) == answers[0]


async def test_another_tenants_key_is_not_found(store, tenant):
    theirs = await store.add(key(f"{tenant}-rival"))
    assert await store.find(tenant, theirs.id) is None
    assert await store.active(tenant) is None


async def test_tenants_are_named_in_order_a_page_at_a_time(store, tenant):
    names = [f"{tenant}-{number}" for number in range(5)]
    for name in names:
        await store.add(key(name))
    assert await store.tenants(names[0], 2) == names[1:3]
    assert [name for name in await store.tenants(names[2], 100) if name.startswith(tenant)] == names[3:]


async def test_rewrapping_changes_the_wrapping_only_and_only_once(store, tenant):
    added = await store.add(key(tenant))
    anew = WrappedKey("k2", b"anew")
    assert await store.rewrap(added, anew) is True
    assert await store.rewrap(added, WrappedKey("k3", b"late")) is False
    assert await store.active(tenant) == replace(added, wrapped=anew)


async def test_a_successor_retires_the_old_key_and_of_several_one_succeeds(store, tenant):
    old = await store.add(key(tenant, age=9))
    new = [key(tenant) for _ in range(4)]
    outcomes = await asyncio.gather(*(store.succeed(old, candidate) for candidate in new))
    assert sorted(outcomes) == [False, False, False, True]
    winner = new[outcomes.index(True)]
    assert await store.keys(tenant) == [replace(old, state="retired"), winner]
    assert await store.active(tenant) == winner
    assert (await store.find(tenant, old.id)).state == "retired"


async def test_only_a_retired_key_is_destroyed_and_twice_is_the_same(store, tenant):
    old = await store.add(key(tenant))
    assert await store.destroy(old) is False
    await store.succeed(old, key(tenant))
    assert await store.destroy(old) is True
    assert await store.destroy(old) is True
    assert await store.find(tenant, old.id) is None
    assert len(await store.keys(tenant)) == 1


async def test_a_key_is_not_destroyed_while_a_value_is_sealed_under_it(stores, tenant):
    old, new = await stores.keys.add(key(tenant)), key(tenant)
    await stores.write(value(old))
    await stores.keys.succeed(old, new)
    assert await stores.keys.destroy(old) is False
    (left,) = await listed(stores, tenant, new)
    assert await stores.rows.replace(left, value(new).sealed) is True
    assert await stores.keys.destroy(old) is True


async def test_shredding_takes_every_key_of_the_tenant_and_of_nobody_else(stores, tenant):
    old, rival = await stores.keys.add(key(tenant)), await stores.keys.add(key(f"{tenant}-rival"))
    await stores.write(value(old))
    await stores.keys.succeed(old, key(tenant))
    assert await stores.keys.shred(tenant) == 2
    assert await stores.keys.shred(tenant) == 0
    assert await stores.keys.find(tenant, old.id) is None
    assert await stores.keys.active(tenant) is None
    assert await stores.keys.keys(tenant) == []
    assert tenant not in await stores.keys.tenants("", 10_000)
    assert await stores.keys.active(rival.tenant) == rival
    again = await stores.keys.add(key(tenant))
    assert await stores.keys.active(tenant) == again


async def test_values_under_other_keys_are_listed_in_batches_each_once(stores, tenant):
    old, new = await stores.keys.add(key(tenant)), key(tenant)
    await stores.keys.succeed(old, new)
    wanted = [value(old, str(number)) for number in range(5)]
    for sealed in (*wanted, value(new, "right")):
        await stores.write(sealed)
    assert sorted(await listed(stores, tenant, new), key=lambda found: found.place.row) == wanted
    assert await stores.rows.counts(tenant) == {old.id: 5, new.id: 1}


async def test_a_value_that_was_written_meanwhile_is_not_replaced(stores, tenant):
    old, new = await stores.keys.add(key(tenant)), key(tenant)
    await stores.keys.succeed(old, new)
    read = value(old)
    await stores.write(read)
    assert await stores.rows.replace(read, value(new).sealed) is True
    assert await stores.rows.replace(read, value(new).sealed) is False


async def test_no_value_of_another_tenant_is_listed_or_counted(stores, tenant):
    mine, theirs = await stores.keys.add(key(tenant)), await stores.keys.add(key(f"{tenant}-rival"))
    await stores.write(value(theirs))
    assert await listed(stores, tenant, mine) == []
    assert await stores.rows.counts(tenant) == {}


async def test_a_table_without_tenant_is_sealed_under_the_one_it_names(stores):
    old, new = await stores.keys.add(key(SYSTEM)), key(SYSTEM)
    written = value(old, table="settings", column="value")
    await stores.write(written)
    await stores.keys.succeed(old, new)
    assert await listed(stores, SYSTEM, new) == [written]
    assert await stores.keys.destroy(old) is False
    assert await stores.rows.replace(written, value(new, table="settings", column="value").sealed) is True
    assert await stores.keys.destroy(old) is True
