"""However many ask, in however many replicas: one expiry is one call of LWA."""

import asyncio
import hashlib

import httpx

from harness.world import World

CALLERS = 200


async def test_two_replicas_and_two_hundred_callers_make_one_call_per_expiry(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=1, skus=1)
    account = await world.connect_by_hand(person, seller)
    await world.synced(person, seller)
    replicas = [world.backend.addresses.token_svc, world.backend.add_replica("token-svc")]
    headers = {"authorization": f"Bearer {world.backend.service_token('spapi-gateway', 'token-svc', ('tokens:issue',))}"}
    wanted = {"kind": "access", "account_id": account["id"]}

    async def ask(callers: int, **more: str) -> str:
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=callers), headers=headers) as client:
            calls = (client.post(f"{replicas[number % 2]}/v1/tokens", json={**wanted, **more}) for number in range(callers))
            answers = await asyncio.gather(*calls)
        assert {answer.status_code for answer in answers} == {200}
        (token,) = {answer.json()["token"] for answer in answers}
        return str(token)

    token = await ask(2)
    for _ in range(2):
        mark = await world.simulator.mark()
        expired, token = token, await ask(CALLERS, rejected_token_sha256=hashlib.sha256(token.encode()).hexdigest())
        calls = await world.simulator.ledger(kind="lwa", selling_partner_id=seller.id, since=mark)
        assert len(calls) == 1
        assert token != expired


async def test_a_token_that_amazon_no_longer_takes_is_renewed_once_and_the_call_replayed(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=0, skus=0)
    account = await world.connect_by_hand(person, seller)
    path = f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations"
    assert (await person.api.get(path)).status_code == 200
    mark = await world.simulator.mark()

    async with world.simulator.fault("spapi", "expired_token", selling_partner_id=seller.id, times=1):
        answer = await person.api.get(path)

    assert answer.status_code == 200, answer.text
    assert len(await world.simulator.ledger(kind="lwa", selling_partner_id=seller.id, since=mark)) == 1
