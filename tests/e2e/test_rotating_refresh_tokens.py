"""A seller whose refresh token is replaced at each use, and revoked for good when a replaced one comes back: it never comes back."""

import asyncio
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from harness.backend import Backend
from harness.waiting import eventually
from harness.world import Person, World

REPLICAS = 4


@pytest.fixture
def replicas(backend: Backend) -> Iterator[list[str]]:
    with ThreadPoolExecutor(REPLICAS) as pool:
        added = list(pool.map(backend.add_replica, ["token-svc"] * REPLICAS))
        yield added
        list(pool.map(backend.remove_replica, added))


@dataclass
class Rotating:
    """A connected account whose refresh token rotates."""

    world: World
    person: Person
    seller: str
    account: str
    token: str = ""

    @classmethod
    async def connected(cls, world: World) -> "Rotating":
        person, seller = await world.person(), await world.seller(orders=0, skus=0)
        await world.simulator.rotate_refresh_tokens(seller.id)
        account = await world.connect_by_hand(person, seller)
        return cls(world, person, seller.id, account["id"])

    async def ask(self, url: str) -> httpx.Response:
        """Ask for another token than the last one, as after Amazon has refused that."""
        bearer = self.world.backend.service_token("spapi-gateway", "token-svc", ("tokens:issue",))
        body = {"kind": "access", "account_id": self.account}
        if self.token:
            body["rejected_token_sha256"] = hashlib.sha256(self.token.encode()).hexdigest()
        headers = {"authorization": f"Bearer {bearer}", "x-deadline-ms": "30000"}
        return await self.world.http.post(f"{url}/v1/tokens", json=body, headers=headers, timeout=40)

    async def renew(self, *urls: str) -> set[str]:
        """Have every one of `urls` give another token; return them."""
        answers = await asyncio.gather(*(self.ask(url) for url in urls))
        assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
        tokens = {str(answer.json()["token"]) for answer in answers}
        self.token = next(iter(tokens))
        return tokens

    async def assert_never_reused(self) -> None:
        asked = await self.world.simulator.ledger(kind="lwa", selling_partner_id=self.seller)
        # A replica that is new may be refused with a client secret that was rotated before: that uses no refresh token.
        assert [entry for entry in asked if entry.get("error") not in {None, "invalid_client"}] == []
        (account,) = await self.world.accounts(self.person)
        assert account["status"] == "active"


async def test_the_stored_one_stays_valid_through_expiry_after_expiry(world: World, replicas: list[str]) -> None:
    seller = await Rotating.connected(world)
    for _ in range(5):
        await seller.renew(*replicas * 10)
        await seller.assert_never_reused()


async def test_without_nats_the_replicas_use_it_one_after_the_other(world: World, replicas: list[str]) -> None:
    seller = await Rotating.connected(world)
    await seller.renew(*replicas)
    world.backend.kill("nats")
    try:
        await seller.renew(*replicas)
        await seller.assert_never_reused()
    finally:
        world.backend.start("nats")

    async def is_whole() -> bool:
        states = await asyncio.gather(*(world.http.get(f"{url}/health/ready") for url in replicas))
        return {state.json()["status"] for state in states} == {"ok"}

    await eventually(is_whole, within=30, what="every replica follows the bucket again")
    await seller.renew(*replicas)
    await seller.assert_never_reused()


async def test_one_that_was_issued_but_not_stored_survives_the_kill_of_its_replica(world: World, replicas: list[str]) -> None:
    seller = await Rotating.connected(world)
    await seller.renew(*replicas)
    async with world.simulator.fault("lwa", "slow", delay_ms=1500, times=1, selling_partner_id=seller.seller):
        asked = asyncio.create_task(seller.ask(replicas[0]))
        await eventually(lambda: world.simulator.faults(seller.seller), lambda left: not left, within=10, what="the refresh at Amazon")
        await asyncio.to_thread(world.backend.kill, "account-svc")
        answer = await asked  # Amazon has answered by now, and nobody took the new refresh token
    assert (answer.status_code, answer.json()["code"]) == (503, "account_service_unavailable")
    await asyncio.to_thread(world.backend.remove_replica, replicas[0])
    await asyncio.to_thread(world.backend.start, "account-svc")
    replicas[0] = await asyncio.to_thread(world.backend.add_replica, "token-svc")
    await seller.renew(*replicas)
    await seller.assert_never_reused()
