"""A store that is away: a clear answer at once, recovery by itself, nothing lost."""

import time

import httpx

from harness.waiting import eventually
from harness.world import US, Person, World

PROMPT = 10.0


def _assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503, (answer.status_code, answer.text)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert int(answer.headers["retry-after"]) >= 1


async def _timed(person: Person, method: str, path: str, **more: object) -> httpx.Response:
    begun = time.monotonic()
    answer = await person.api.request(method, path, **more)  # type: ignore[arg-type]
    assert time.monotonic() - begun < PROMPT, f"{path} took {time.monotonic() - begun:.1f} s"
    return answer


async def test_without_postgresql_the_answer_is_503_and_all_comes_back(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=3, skus=2)
    account = await world.connect_by_hand(person, seller)
    await world.synced(person, seller)
    call = f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations"
    assert (await person.api.get(call)).status_code == 200

    world.backend.kill("postgres")
    try:
        for path in ("/api/v1/accounts", "/api/v1/amazon/connection", "/api/v1/sync/runs"):
            _assert_unavailable(await _timed(person, "GET", path))
        _assert_unavailable(await _timed(person, "POST", "/api/v1/amazon/oauth/start", json={"kind": "selling_partner", "marketplace": US}))
        assert (await _timed(person, "GET", call)).status_code == 200, "a call with a warm token needs no database"
        ready = await world.http.get(f"{world.backend.addresses.account_svc}/health/ready")
        assert ready.status_code == 503
        assert (await world.http.get(f"{world.backend.addresses.account_svc}/health/live")).status_code == 200
        await world.simulator.add_orders(seller.id, 2)
    finally:
        world.backend.start("postgres")

    async def listed() -> int:
        return (await person.api.get("/api/v1/accounts")).status_code

    await eventually(listed, lambda status: status == 200, within=60)
    await world.synced(person, seller)


async def test_without_nats_calls_are_still_served_and_no_event_is_lost(world: World) -> None:
    person = await world.person()
    first, second = await world.seller(orders=2, skus=1), await world.seller(region="EU", orders=4, skus=2)
    account = await world.connect_by_hand(person, first)
    await world.synced(person, first)
    call = "sellers/v1/marketplaceParticipations"

    world.backend.kill("nats")
    try:
        warm = await _timed(person, "GET", f"/v1/accounts/{account['id']}/spapi/{call}")
        assert warm.status_code in {200, 503}, warm.text
        if warm.status_code == 503:
            _assert_unavailable(warm)
        _assert_unavailable(await _timed(person, "GET", "/api/v1/events"))
        late = await world.connect_by_hand(person, second)
        await world.simulator.add_orders(first.id, 3)
    finally:
        world.backend.start("nats")

    async def answered() -> int:
        return (await person.api.get(f"/v1/accounts/{late['id']}/spapi/{call}")).status_code

    await eventually(answered, lambda status: status == 200, within=60)
    truths = [await world.simulator.truth(seller.id) for seller in (first, second)]
    wanted = sum(truth["orders"]["orderCount"] for truth in truths)

    async def orders() -> int:
        return int((await world.dashboard(person, "setup-status"))["integrations"]["amazon"]["orderCount"])

    await eventually(orders, lambda count: count == wanted, within=90, what=f"{wanted} orders of both accounts")


async def test_a_killed_service_comes_back_with_all_it_knew(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=2, skus=1)
    account = await world.connect_by_hand(person, seller)

    for part in ("account-svc", "token-svc", "spapi-gateway", "sync-svc"):
        world.backend.kill(part)
        world.backend.start(part)

    answer = await person.api.get(f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations")
    assert answer.status_code == 200, answer.text
    await world.synced(person, seller)
