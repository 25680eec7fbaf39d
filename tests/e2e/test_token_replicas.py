"""Many replicas of token-svc, a thousand callers at each, one expiry: one call of LWA, by the simulator's ledger."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from harness.backend import Backend
from harness.crowd import Crowd, Outcome
from harness.waiting import eventually
from harness.world import World

# What is promised is sixteen processes. Sixteen containers, each behind a proxy of its own, starve two cores: four there.
REPLICAS = 4 if os.environ.get("STACK") == "containers" else 16
CALLERS = 1000
# The one call is under way while the callers arrive; far below LWA_ATTEMPT_SECONDS (4), for a call that is given up is made again.
SLOW_MS = 1500


@pytest.fixture(scope="module")
def replicas(backend: Backend) -> Iterator[list[str]]:
    """The replicas, started together; gone in the end, so that they cost the other journeys nothing."""
    with ThreadPoolExecutor(REPLICAS) as pool:
        added = list(pool.map(backend.add_replica, ["token-svc"] * REPLICAS))
        yield added
        list(pool.map(backend.remove_replica, added))


async def _new_account(world: World) -> tuple[str, str]:
    person, seller = await world.person(), await world.seller(orders=0, skus=0)
    return (await world.connect_by_hand(person, seller))["id"], seller.id


def _gathered(world: World, urls: list[str], account: str, *, each: int = CALLERS, **more: str) -> Any:
    headers = {
        "authorization": f"Bearer {world.backend.service_token('spapi-gateway', 'token-svc', ('tokens:issue',))}",
        "x-deadline-ms": "40000",
    }
    body = {"kind": "access", "account_id": account, **more}
    return Crowd.gathered(urls, each=each, path="/v1/tokens", headers=headers, body=body)


def _token(outcome: Outcome) -> str:
    """Return the one token that all got."""
    (token,) = {body["token"] for body in outcome.bodies}
    return str(token)


async def test_many_replicas_with_a_thousand_callers_each_make_one_call_per_expiry(world: World, replicas: list[str]) -> None:
    account, seller = await _new_account(world)
    async with (
        _gathered(world, replicas, account) as crowd,
        world.simulator.fault("lwa", "slow", delay_ms=SLOW_MS, selling_partner_id=seller),
    ):
        cold = await crowd.ask()
    assert (cold.statuses, cold.broken) == ({200: REPLICAS * CALLERS}, 0)
    assert len(await world.simulator.ledger(kind="lwa", selling_partner_id=seller)) == 1

    expired = hashlib.sha256(_token(cold).encode()).hexdigest()
    mark = await world.simulator.mark()
    async with (
        _gathered(world, replicas, account, rejected_token_sha256=expired) as crowd,
        world.simulator.fault("lwa", "slow", delay_ms=SLOW_MS, selling_partner_id=seller),
    ):
        renewed = await crowd.ask()
    assert (renewed.statuses, renewed.broken) == ({200: REPLICAS * CALLERS}, 0)
    assert _token(renewed) != _token(cold)
    assert len(await world.simulator.ledger(kind="lwa", selling_partner_id=seller, since=mark)) == 1


async def test_a_killed_lock_holder_costs_one_more_call_and_only_its_own_callers(world: World, replicas: list[str]) -> None:
    account, seller = await _new_account(world)
    holder = replicas[0]
    async with _gathered(world, [holder], account, each=1) as one:
        expired = hashlib.sha256(_token(await one.ask()).encode()).hexdigest()
    mark = await world.simulator.mark()
    async with (
        _gathered(world, replicas, account, rejected_token_sha256=expired) as crowd,
        world.simulator.fault("lwa", "slow", delay_ms=SLOW_MS, selling_partner_id=seller),
        _gathered(world, [holder], account, each=1, rejected_token_sha256=expired) as first,
    ):
        idle = await _refreshes(world, holder)
        begun = asyncio.create_task(first.ask())
        await eventually(lambda: _refreshes(world, holder), lambda seen: seen > idle, within=20, what="the first caller's refresh")
        asking = asyncio.create_task(crowd.ask())
        await asyncio.to_thread(world.backend.remove_replica, holder)
        assert (await begun).broken == 1
        outcome = await asking
    replicas[0] = await asyncio.to_thread(world.backend.add_replica, "token-svc")
    assert outcome.broken == CALLERS
    assert outcome.statuses == {200: (REPLICAS - 1) * CALLERS}
    assert _token(outcome)
    assert 1 <= len(await world.simulator.ledger(kind="lwa", selling_partner_id=seller, since=mark)) <= 2


async def _refreshes(world: World, replica: str) -> int:
    """Return how many access tokens the replica has begun to make since its start."""
    try:
        answer = await world.http.get(f"{replica}/v1/cache", headers=world.operator("token-svc", "cache:read"))
    except httpx.TransportError as error:
        raise AssertionError("no answer yet") from error
    return int(answer.json()["refreshes"].get("access", 0))
