"""A seller who takes back the permission: marked once, told how to repair it, and working again with its history."""

import asyncio
from typing import Any

from harness.events import read_events
from harness.waiting import eventually
from harness.world import Person, Seller, World

PATH = "sellers/v1/marketplaceParticipations"


async def test_a_withdrawn_permission_is_marked_once_and_repaired_by_connecting_again(world: World) -> None:
    person, seller = await world.person(), await world.seller(orders=9, skus=4)
    account = await world.connect(person, seller)
    await world.synced(person, seller)
    mark = await world.simulator.mark()

    await world.simulator.revoke(seller.id)
    answers = await asyncio.gather(*(person.api.get(f"/v1/accounts/{account['id']}/spapi/{PATH}") for _ in range(10)))

    assert {answer.status_code for answer in answers} == {403}, [answer.text for answer in answers]
    assert {answer.json()["code"] for answer in answers} == {"reauthorization_required"}
    assert await _refusals(world, seller, mark) == 1

    connection = await eventually(lambda: _connection(person), lambda seen: seen["status"] == "reauthorization_required", within=10)
    assert connection["connected"] is False
    assert connection["last_error"]["code"] == "invalid_grant"
    assert await _marks(world, account["id"]) == 1

    refused = await person.api.get(f"/v1/accounts/{account['id']}/spapi/{PATH}")
    assert refused.status_code == 403
    assert "connect" in refused.json()["detail"].lower()
    assert await _refusals(world, seller, mark) == 1, "a refresh token that was refused is not tried again"
    assert await _figures(world, person) == (9, 4), "what was there stays"

    new = await world.simulator.add_orders(seller.id, 3)
    again = await world.connect(person, seller)
    assert (again["id"], again["status"]) == (account["id"], "active")
    await world.synced(person, seller)

    assert len(new) == 3
    assert await _figures(world, person) == (12, 4)
    assert (await person.api.get(f"/v1/accounts/{account['id']}/spapi/{PATH}")).status_code == 200
    assert (await _connection(person))["connected"] is True
    assert await _marks(world, account["id"]) == 1


async def _refusals(world: World, seller: Seller, mark: str) -> int:
    asked = await world.simulator.ledger(kind="lwa", selling_partner_id=seller.id, since=mark)
    return sum(entry["status"] == 400 for entry in asked)


async def _connection(person: Person) -> dict[str, Any]:
    answer = await person.api.get("/api/v1/amazon/connection")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _marks(world: World, account_id: str) -> int:
    async def marks() -> int:
        events = await read_events(world.backend.addresses.nats, "ACCOUNT_EVENTS", "account-svc.account.reauthorization_required.v1")
        return sum(event["data"]["account"]["id"] == account_id for event in events)

    return await eventually(marks, lambda count: count > 0, within=10)


async def _figures(world: World, person: Person) -> tuple[int, int]:
    data = (await world.dashboard(person, "setup-status"))["integrations"]["amazon"]
    return data["orderCount"], data["inventoryCount"]
