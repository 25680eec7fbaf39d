"""The headline: N replicas with M callers each on one expiry make exactly one LWA call, by the simulator's ledger."""

import asyncio
from contextlib import AsyncExitStack

import msgspec
import pytest

from svc_kit.clock import SystemClock
from svc_kit.messaging import NatsConnection, RpcClient
from svc_kit.secret import Secret
from token_svc.application.deadline import Deadline
from token_svc.application.use_cases import Policy, UseCases
from token_svc.domain.cache_key import CacheKey


async def ask(client, town, account_id):
    response = await client.post(
        "/v1/tokens", json={"account_id": account_id}, headers=town.identities.bearer("spapi-gateway", "tokens:issue")
    )
    assert response.status_code == 200, response.text
    return response.json()["token"]


@pytest.mark.parametrize(("replicas", "callers"), [(2, 200), (16, 60)])
async def test_one_lwa_call_for_all_callers_of_all_replicas(town, make_credentials, replicas, callers):
    account_id, seller = town.seller(make_credentials)
    town.amazon.fault("lwa", "slow", delay_ms=100, times=1, selling_partner_id=seller)
    async with AsyncExitStack() as stack:
        fleet = [await stack.enter_async_context(town.replica(f"replica-{n}")) for n in range(replicas)]
        tokens = await asyncio.gather(*(ask(client, town, account_id) for client in fleet for _ in range(callers)))
        assert len(set(tokens)) == 1
        assert len(town.amazon.lwa_calls(seller)) == 1


async def test_sixteen_replicas_with_a_thousand_callers_each_make_one_call(town, make_credentials):
    account_id, seller = town.seller(make_credentials)
    town.amazon.fault("lwa", "slow", delay_ms=200, times=1, selling_partner_id=seller)
    async with AsyncExitStack() as stack:
        adapters = [await town.adapters(f"replica-{n}", stack) for n in range(16)]
        fleet = [
            UseCases.assemble(ports, Policy(handle_key=Secret("h" * 40), attempt_seconds=town.patience, lock_seconds=town.lock_seconds))
            for ports in adapters
        ]
        deadline = Deadline.after(SystemClock(), town.patience)
        issued = await asyncio.gather(*(r.issue_access_token(account_id, deadline=deadline) for r in fleet for _ in range(1000)))
        assert len({i.grant.secret.reveal() for i in issued}) == 1
        assert len(town.amazon.lwa_calls(seller)) == 1


async def test_a_new_replica_starts_warm(town, make_credentials):
    account_id, seller = town.seller(make_credentials)
    async with town.replica("old") as old:
        token = await ask(old, town, account_id)
    async with town.replica("new") as new:
        assert await ask(new, town, account_id) == token
    assert len(town.amazon.lwa_calls(seller)) == 1


async def test_http_and_nats_callers_share_the_call(town, make_credentials, nats_url):
    account_id, seller = town.seller(make_credentials)
    async with town.replica() as client, NatsConnection.open(nats_url, "caller") as connection:
        rpc = RpcClient(connection)
        headers = {**town.identities.bearer("spapi-gateway", "tokens:issue"), "x-deadline-ms": "60000"}
        body = msgspec.json.encode({"kind": "access", "account_id": account_id})
        calls = [rpc.call("token-svc.tokens.issue.v1", body, headers=headers, timeout=60) for _ in range(50)]
        answers = await asyncio.gather(*calls, *(ask(client, town, account_id) for _ in range(50)))
        tokens = {answer if isinstance(answer, str) else msgspec.json.decode(answer)["token"] for answer in answers}
        assert len(tokens) == 1
    assert len(town.amazon.lwa_calls(seller)) == 1


async def test_a_rejected_token_is_replaced_once_for_all(town, make_credentials):
    account_id, seller = town.seller(make_credentials)
    async with town.replica("a") as one, town.replica("b") as two:
        old = await ask(one, town, account_id)
        digest = Secret(old).fingerprint()
        headers = town.identities.bearer("spapi-gateway", "tokens:issue")
        body = {"account_id": account_id, "rejected_token_sha256": digest}
        answers = await asyncio.gather(*(c.post("/v1/tokens", json=body, headers=headers) for c in (one, two) for _ in range(50)))
        tokens = {answer.json()["token"] for answer in answers}
        assert len(tokens) == 1
        assert old not in tokens
    assert len(town.amazon.lwa_calls(seller)) == 2


async def test_a_killed_lock_holder_costs_at_most_one_more_call(town, make_credentials):
    account_id, seller = town.seller(make_credentials)
    town.lock_seconds = 3.0
    town.amazon.fault("lwa", "slow", delay_ms=600, times=1, selling_partner_id=seller)
    async with AsyncExitStack() as stack:
        survivor = await stack.enter_async_context(town.replica("survivor"))
        adapters = await town.adapters("victim", stack)
        lease = await adapters.lock.acquire(CacheKey.access(account_id), 3.0)  # and is never heard of again
        tokens = await asyncio.gather(*(ask(survivor, town, account_id) for _ in range(100)))
        assert len(set(tokens)) == 1
        assert await adapters.lock.release(lease) is False
    assert len(town.amazon.lwa_calls(seller)) == 1
