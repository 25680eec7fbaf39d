"""The search for secrets finds what is there: something harmless, put into each kind of place, is found and named.

A metric's label takes nothing from outside (routes, kinds and states only), so no canary can be put there; the search reads
the metrics all the same.
"""

import base64
import gzip
import secrets
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from urllib.parse import quote

import asyncpg
import nats
import pytest

from harness.answers import Answers
from harness.spellings import Finding, search
from harness.world import World
from harness.written import written


@pytest.fixture
def canary() -> str:
    return f"canary-{secrets.token_hex(16)}"


async def found(world: World, canary: str) -> dict[str, set[str]]:
    """Return the encodings in which the canary was found by its places."""
    places = [place async for place in written(world)]
    findings = search({"canary": canary.encode()}, places)
    return {place: {finding.encoding for finding in findings if finding.place == place} for place in {each.place for each in findings}}


async def test_in_a_log_and_in_a_file(world: World, canary: str) -> None:
    async with world.browser() as browser:
        answer = await browser.get("/api/v1/amazon/oauth/callback", params={"state": "x"}, headers={"x-request-id": canary})
    assert answer.status_code == 302
    seen = await found(world, canary)
    assert seen.get("log of account-svc") == {"plain"}
    assert not world.backend.files() or seen.get("file logs/account-svc.log") == {"plain"}


async def test_in_the_ledger(world: World, canary: str) -> None:
    person, seller = await world.person(), await world.seller(orders=0, skus=0)
    account = await world.connect_by_hand(person, seller)
    query = {"MarketplaceIds": seller.marketplaces[0], "CreatedAfter": "2026-01-01T00:00:00Z", "SellerOrderId": canary}
    await person.api.get(f"/v1/accounts/{account['id']}/spapi/orders/v0/orders", params=query)
    assert (await found(world, canary)).get("the simulator's ledger") == {"plain"}


async def test_in_a_stream_and_in_a_bucket(world: World, canary: str) -> None:
    name = f"CANARY_{secrets.token_hex(4)}"
    connection = await nats.connect(world.backend.addresses.nats)
    jetstream = connection.jetstream(timeout=30)
    try:
        await jetstream.add_stream(name=name, subjects=[name])
        await jetstream.publish(name, base64.b64encode(f"x{canary}".encode()), headers={"note": quote(canary).replace("-", "%2D")})
        bucket = await jetstream.create_key_value(bucket=name)
        await bucket.put("key", canary.encode("utf-16-le"))
        await bucket.delete("key")
        seen = await found(world, canary)
    finally:
        await jetstream.delete_stream(name)
        await jetstream.delete_key_value(name)
        await connection.close()
    assert seen[f"stream {name}"] == {"base64+1"}
    files = {place: encodings for place, encodings in seen.items() if place.startswith("file nats/")}
    assert not world.backend.files() or {"base64+1", "utf-16"} <= set().union(*files.values()), "what was deleted, too, is on the disk"


async def test_in_a_table(world: World, canary: str) -> None:
    connection = await asyncpg.connect(world.backend.addresses.databases[0])
    try:
        await connection.execute("CREATE TABLE canaries (told text, sealed bytea)")
        await connection.execute("INSERT INTO canaries VALUES ($1, $2)", "told", canary.encode())
        seen = await found(world, canary)
    finally:
        await connection.execute("DROP TABLE canaries")
        await connection.close()
    assert seen["table account_svc, public.canaries"] == {"hex"}


async def test_in_a_failing_statement(world: World, canary: str) -> None:
    connection = await asyncpg.connect(world.backend.addresses.databases[1])
    try:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.execute(f'SELECT 1 / 0 AS "{canary}"')
    finally:
        await connection.close()
    assert (await found(world, canary))["log of postgres"] == {"plain"}


async def test_in_a_file_that_is_compressed(world: World, canary: str) -> None:
    files = world.backend.files()
    if not files:  # the harness sees none on this kind of stack, and says so
        return
    planted = next(file for name, file in files.items() if name == "endpoints.json").with_name("canary.gz")
    planted.write_bytes(gzip.compress(canary.encode().hex().upper().encode()))
    try:
        seen = await found(world, canary)
    finally:
        planted.unlink()
    assert seen == {"file canary.gz": {"gzip HEX"}}


async def test_in_the_environment_and_on_the_command_line_of_a_program(world: World, canary: str) -> None:
    if not list(world.backend.processes()):  # the same
        return
    command = [sys.executable, "-c", "print(flush=True); input()", base64.urlsafe_b64encode(canary.encode()).decode()]
    program = await create_subprocess_exec(*command, env={"CANARY": canary}, stdin=PIPE, stdout=PIPE)
    assert program.stdout is not None
    await program.stdout.readline()
    seen = await found(world, canary)
    await program.communicate(b"\n")
    named = {place.partition(" of ")[0]: encodings for place, encodings in seen.items() if place.endswith(f"({program.pid})")}
    assert named == {"environment": {"plain"}, "command line": {"base64+0"}}


async def test_in_an_answer(world: World, canary: str) -> None:
    answers = Answers()
    async with world.browser() as browser:
        answers.listen(browser)
        await browser.get("/api/v1/accounts", headers={"x-request-id": canary})
    (place,) = answers.kept
    assert search({"canary": canary.encode()}, answers.kept.items()) == [Finding(place, "canary", "plain")]
