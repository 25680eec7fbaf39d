"""A seller has an account erased: every service forgets it, also when a sync is under way; the databases are the judge."""

import httpx

from harness.databases import tables
from harness.waiting import eventually
from harness.world import World

# The tombstone that stops late events, and the record of who read the credentials: ids, no secret and nothing of the seller.
MAY_NAME_IT = {"public.accounts", "public.credential_uses"}


async def test_nothing_of_an_erased_account_is_left_and_the_seller_can_start_anew(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=330, skus=80)
    account = await world.connect(person, seller)

    async def stored_orders() -> int:
        return int((await world.dashboard(person, "setup-status"))["integrations"]["amazon"]["orderCount"])

    await eventually(stored_orders, lambda count: count > 0, within=60)
    path = f"/api/v1/accounts/{account['id']}"
    erased = await person.api.delete(path, params={"erase": "true"})
    again = await person.api.delete(path, params={"erase": "true"})

    assert (erased.status_code, again.status_code) == (204, 404)
    assert await world.accounts(person) == []

    async def tables_that_name_it() -> set[str]:
        found = [await tables(url) for url in world.backend.addresses.databases]
        rows = {name.partition(", ")[2]: content for part in found for name, content in part.items() if ", public." in name}
        assert not [name for name, content in rows.items() if seller.id.encode() in content]
        return {name for name, content in rows.items() if account["id"].encode() in content}

    assert await eventually(tables_that_name_it, lambda tables: tables == MAY_NAME_IT, within=30) == MAY_NAME_IT

    async def call() -> httpx.Response:
        return await person.api.get(f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations")

    refused = await eventually(call, lambda given: given.status_code in {403, 404}, within=10)
    assert refused.headers["content-type"].startswith("application/problem+json")
    mark = await world.simulator.mark()
    assert (await call()).status_code == refused.status_code
    assert await world.simulator.ledger(selling_partner_id=seller.id, since=mark) == []
    assert await tables_that_name_it() == MAY_NAME_IT
    assert await stored_orders() == 0

    anew = await world.connect(person, seller)
    await world.synced(person, seller)
    assert anew["id"] != account["id"]
