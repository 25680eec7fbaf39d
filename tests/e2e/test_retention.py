"""docs/retention.md says what a running stack does."""

import re
import secrets
from pathlib import Path

import asyncpg
import nats

from harness.databases import tables
from harness.waiting import eventually
from harness.world import World

DOCUMENT = (Path(__file__).parents[2] / "docs" / "retention.md").read_text()
SECONDS = {"hours": 3600, "days": 86_400}


async def test_streams_and_buckets_keep_messages_as_long_as_the_document_says(world: World) -> None:
    rows = re.findall(r"^\| stream `(\w+)` \|.*\| (\d+) (hours|days) \|$", DOCUMENT, re.MULTILINE)
    # Made at their first use: a token and a synchronisation see to that.
    person, seller = await world.person(), await world.seller(orders=1, skus=1)
    await world.connect_by_hand(person, seller)
    await world.synced(person, seller)
    connection = await nats.connect(world.backend.addresses.nats)
    try:
        streams = [info.config for info in await connection.jetstream(timeout=30).streams_info()]
    finally:
        await connection.close()
    kept = {stream.name: stream.max_age for stream in streams if not str(stream.name).removeprefix("KV_").startswith("CANARY")}
    assert kept == {name: int(count) * SECONDS[unit] for name, count, unit in rows}
    events = {stream.duplicate_window for stream in streams if stream.name in {"ACCOUNT_EVENTS", "SYNC_EVENTS", "SYNC_WORK"}}
    assert events == {600}


async def test_every_table_that_the_document_names_is_there(world: World) -> None:
    there = {name.replace(", public", "") for url in world.backend.addresses.databases for name in await tables(url)}
    named = set(re.findall(r"`((?:account|sync)_svc\.\w+)`", DOCUMENT))
    assert named
    assert named <= there


async def test_a_sent_event_leaves_the_outbox_after_a_day(world: World) -> None:
    connection = await asyncpg.connect(world.backend.addresses.databases[0])
    add = "INSERT INTO outbox (event_id, type, content, sent_at) VALUES ($1, 'test', '', now() - $2::interval)"
    older, younger = f"old-{secrets.token_hex(8)}", f"young-{secrets.token_hex(8)}"

    async def left() -> set[str]:
        return {row["event_id"] for row in await connection.fetch("SELECT event_id FROM outbox WHERE type = 'test'")} & {older, younger}

    try:
        await connection.execute(add.replace("$2", "'25 hours'"), older)
        await connection.execute(add.replace("$2", "'23 hours'"), younger)
        person, seller = await world.person(), await world.seller(orders=0, skus=0)
        await world.connect_by_hand(person, seller)
        assert await eventually(left, lambda found: found == {younger}, within=60) == {younger}
    finally:
        await connection.execute("DELETE FROM outbox WHERE type = 'test'")
        await connection.close()


async def test_a_connection_can_be_ended_for_fifteen_minutes(world: World) -> None:
    person = await world.person()
    connection = await asyncpg.connect(world.backend.addresses.databases[0])
    states = "SELECT hash, extract(epoch FROM expires_at - now()) AS left FROM oauth_states WHERE tenant_id = $1"
    start = {"kind": "selling_partner", "marketplace": "ATVPDKIKX0DER"}
    try:
        assert (await person.api.post("/api/v1/amazon/oauth/start", json=start)).status_code == 200
        (first,) = await connection.fetch(states, person.tenant)
        assert 600 < first["left"] <= 900
        await connection.execute("UPDATE oauth_states SET expires_at = now() WHERE hash = $1", first["hash"])
        assert (await person.api.post("/api/v1/amazon/oauth/start", json=start)).status_code == 200
        (second,) = await connection.fetch(states, person.tenant)
        assert second["hash"] != first["hash"]
    finally:
        await connection.close()
