"""Amazon rotates the client secret while calls run, and a replica of token-svc is killed meanwhile: no call fails."""

import asyncio

from harness.waiting import eventually
from harness.world import US, Person, World

QUEUE = "client-secrets"
AT_ONCE = 10
OVERLAP_SECONDS = 8.0


async def _round(world: World, person: Person, account: str, seller: str) -> None:
    """Make Amazon forget the seller's tokens, then call at once as many times as the drill says: all must be served."""
    await world.simulator.expire_tokens(seller)
    path = f"/v1/accounts/{account}/spapi/listings/2021-08-01/restrictions"  # of all plans one of the quicker
    query = {"asin": "B000000001", "sellerId": seller, "marketplaceIds": US}
    answers = await asyncio.gather(*(person.api.get(path, params=query) for _ in range(AT_ONCE)))
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE, [answer.text for answer in answers if answer.status_code != 200]


async def test_no_call_fails_while_the_client_secret_rotates_and_a_replica_is_killed(world: World) -> None:
    replica = await asyncio.to_thread(world.backend.add_replica, "token-svc")
    person, seller = await world.person(), await world.seller(orders=0, skus=0)
    account = (await world.connect_by_hand(person, seller))["id"]
    operator = world.operator("account-svc", "applications:admin")
    application = f"{world.backend.addresses.account_svc}/api/v1/applications/default"
    client_id = (await world.http.get(application, headers=operator)).json()["client_id"]

    async def served() -> None:
        await _round(world, person, account, seller.id)

    await served()
    await world.simulator.rotate_client_secret(client_id, queue=QUEUE, overlap_seconds=OVERLAP_SECONDS)

    async def has_next() -> bool:
        await served()
        return bool((await world.http.get(application, headers=operator)).json()["has_next_secret"])

    await eventually(has_next, within=30, what="the new secret in the next slot")
    running = asyncio.create_task(served())
    await asyncio.to_thread(world.backend.remove_replica, replica)
    await running

    async def old_is_refused() -> bool:
        await served()
        calls = await world.simulator.ledger(kind="lwa", selling_partner_id=seller.id)
        promoted = not (await world.http.get(application, headers=operator)).json()["has_next_secret"]
        return promoted or any(call.get("error") == "invalid_client" for call in calls)

    await eventually(old_is_refused, within=40, what="a refresh for which Amazon refused the old secret, or its promotion")
    for _ in range(3):
        await served()
    shown = await world.http.get(application, headers=operator)
    assert "amzn1.oa2-cs" not in shown.text
    if shown.json()["has_next_secret"]:  # the other journeys count calls of LWA, and a refused secret is one
        moved = await world.http.post(f"{application}/next-secret/promotion", headers=operator)
        assert moved.status_code in {200, 201, 409}, moved.text
