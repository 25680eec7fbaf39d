"""Both rotations of keys while calls run, with kill -9 of the job and of account-svc in the middle: nobody notices."""

import asyncio

import pytest

from harness.calls import calls_running
from harness.keys import Keys
from harness.waiting import eventually
from harness.world import Json, Person, World

SELLERS = 6


@pytest.fixture
async def keys(world: World) -> Keys:
    return Keys(world.backend.keys_settings())


async def sellers(world: World, person: Person) -> list[Json]:
    made = [await world.seller(orders=1, skus=1) for _ in range(SELLERS)]
    return [await world.connect_by_hand(person, seller) for seller in made]


def participations(accounts: list[Json]) -> list[str]:
    return [f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations" for account in accounts]


async def secrets_open(world: World, accounts: list[Json]) -> None:
    """Ask account-svc itself, past every cache: each account's credentials open."""
    token = world.backend.service_token("token-svc", "account-svc", ("credentials:read",))
    for account in accounts:
        path = f"{world.backend.addresses.account_svc}/internal/v1/accounts/{account['id']}/credentials"
        answer = await world.http.get(path, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text


async def restarted(world: World, accounts: list[Json]) -> None:
    """Kill and start every service: nothing of the keys is left in any memory."""
    for part in ("account-svc", "token-svc", "spapi-gateway"):
        world.backend.kill(part)
        world.backend.start(part)
    await eventually(lambda: secrets_open_answer(world, accounts), what="open secrets after a restart")


async def secrets_open_answer(world: World, accounts: list[Json]) -> bool:
    await secrets_open(world, accounts)
    return True


async def test_keys_are_replaced_under_load_and_the_old_ones_destroyed(world: World, keys: Keys) -> None:
    person = await world.person()
    accounts = await sellers(world, person)
    paths = participations(accounts)
    (old_kek,) = [line.split()[2] for line in (await keys.run("status")).splitlines() if line.startswith("key-encryption key")]
    mark = await world.simulator.mark()

    async with calls_running(person.api, paths) as answers:
        await eventually(lambda: asyncio.sleep(0, answers[200]), lambda seen: seen > SELLERS, what="calls")

        await keys.run("new-kek")
        await keys.run("rewrap")
        await keys.run(f"destroy-kek {old_kek}")

        first = await keys.run_killed("rotate-data-keys --batch 1 --grace-seconds 15", after="sealed anew")
        world.backend.kill("account-svc")
        world.backend.start("account-svc")
        again = first.partition(": ")[2].strip()
        await keys.run(f"{again} --grace-seconds 15")

    assert set(answers) == {200}, answers
    status = await keys.run("status")
    assert old_kek not in status
    assert "0 retired" in status
    assert "0 under retired ones, 0 lost" in status
    await restarted(world, accounts)
    assert {(await person.api.get(path)).status_code for path in paths} == {200}
    served = await world.simulator.ledger(kind="spapi", since=mark)
    assert not [entry for entry in served if entry.get("status") in {401, 403}]


async def test_a_shredded_tenant_is_disconnected_and_nobody_else_notices(world: World, keys: Keys) -> None:
    gone, stays = await world.person(), await world.person()
    lost, kept = await sellers(world, gone), await sellers(world, stays)
    assert f"{SELLERS} accounts disconnected" in await keys.run(f"shred --tenant {gone.tenant} --yes")

    async def refused() -> set[int]:
        return {(await gone.api.get(path)).status_code for path in participations(lost)}

    await eventually(refused, lambda seen: seen == {403}, what="no call of the shredded tenant")
    assert {(await stays.api.get(path)).status_code for path in participations(kept)} == {200}
    assert {account["status"] for account in await world.accounts(gone)} == {"disconnected"}
