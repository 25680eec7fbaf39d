import asyncio

import pytest

from svc_kit.errors import DomainError, Timeout

KEY = "acc-1"


async def test_a_cached_token_is_answered_without_asking_anyone(world):
    replica = world.replica()
    first = await replica.issue_access_token(KEY, deadline=world.deadline())
    again = await replica.issue_access_token(KEY, deadline=world.deadline())
    assert first.grant.secret == again.grant.secret
    assert (world.lwa.calls["refresh_token"], world.source.reads) == (1, 1)
    assert again.account.id == KEY


@pytest.mark.parametrize("replicas", [1, 2, 16])
async def test_all_callers_of_all_replicas_share_one_lwa_call(world, replicas):
    fleet = [world.replica() for _ in range(replicas)]
    world.lwa.gate = asyncio.Event()
    calls = [asyncio.ensure_future(r.issue_access_token(KEY, deadline=world.deadline())) for r in fleet for _ in range(100)]
    while not world.lwa.calls:
        await asyncio.sleep(0)
    world.lwa.gate.set()
    tokens = {issued.grant.secret for issued in await asyncio.gather(*calls)}
    assert (len(tokens), world.lwa.calls["refresh_token"]) == (1, 1)


async def test_an_expired_token_is_refreshed_once_for_all(world):
    fleet = [world.replica() for _ in range(4)]
    await fleet[0].issue_access_token(KEY, deadline=world.deadline())
    world.clock.advance(3541)
    issued = await asyncio.gather(*(r.issue_access_token(KEY, deadline=world.deadline()) for r in fleet for _ in range(50)))
    assert len({i.grant.secret for i in issued}) == 1
    assert world.lwa.calls["refresh_token"] == 2


async def test_a_cancelled_caller_does_not_cancel_the_refresh(world):
    replica = world.replica()
    world.lwa.gate = asyncio.Event()
    impatient = asyncio.ensure_future(replica.issue_access_token(KEY, deadline=world.deadline()))
    patient = asyncio.ensure_future(replica.issue_access_token(KEY, deadline=world.deadline()))
    while not world.lwa.calls:
        await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    world.lwa.gate.set()
    assert (await patient).grant.secret
    assert world.lwa.calls["refresh_token"] == 1


async def test_a_rejected_token_is_replaced_only_while_it_is_the_cached_one(world):
    replica = world.replica()
    old = (await replica.issue_access_token(KEY, deadline=world.deadline())).grant.secret
    new = (await replica.issue_access_token(KEY, deadline=world.deadline(), rejected_sha256=old.fingerprint())).grant.secret
    same = (await replica.issue_access_token(KEY, deadline=world.deadline(), rejected_sha256=old.fingerprint())).grant.secret
    assert old != new == same
    assert world.lwa.calls["refresh_token"] == 2


async def test_many_callers_with_the_same_rejected_token_cause_one_refresh(world):
    fleet = [world.replica(), world.replica()]
    old = (await fleet[0].issue_access_token(KEY, deadline=world.deadline())).grant.secret
    calls = [r.issue_access_token(KEY, deadline=world.deadline(), rejected_sha256=old.fingerprint()) for r in fleet for _ in range(50)]
    tokens = {issued.grant.secret for issued in await asyncio.gather(*calls)}
    assert len(tokens) == 1
    assert world.lwa.calls["refresh_token"] == 2


async def test_a_holder_that_vanished_costs_at_most_one_more_call(world):
    victim, survivor = world.replica(lock_seconds=1.0), world.replica(lock_seconds=1.0)
    world.lwa.gate = asyncio.Event()
    dead = asyncio.ensure_future(victim.issue_access_token(KEY, deadline=world.deadline(60)))
    while not world.lwa.calls:
        await asyncio.sleep(0)
    lock = next(iter(world.store.locks.items()))
    waiting = [asyncio.ensure_future(survivor.issue_access_token(KEY, deadline=world.deadline(60))) for _ in range(20)]
    await asyncio.sleep(0)
    dead.cancel()
    await victim.grants.close()
    world.store.locks.update([lock])  # a killed process releases nothing
    world.lwa.gate.set()
    while not all(w.done() for w in waiting):
        world.clock.advance(0.002)
        await asyncio.sleep(0.001)  # who waits for the lock waits in real time
    assert len({w.result().grant.secret for w in waiting}) == 1
    assert world.lwa.calls["refresh_token"] == 2


async def test_without_the_shared_store_each_process_still_makes_one_call(world):
    fleet = [world.replica(), world.replica()]
    world.store.is_down = True
    calls = (r.issue_access_token(KEY, deadline=world.deadline()) for r in fleet for _ in range(50))
    issued = await world.passing(asyncio.gather(*calls))
    assert len({i.grant.secret for i in issued}) == 2
    assert world.lwa.calls["refresh_token"] == 2
    assert world.journal.events("warning").count("single_flight_degraded") == 2
    world.store.is_down = False
    await asyncio.gather(*(r.issue_access_token(KEY, deadline=world.deadline()) for r in fleet))
    assert "single_flight_restored" in world.journal.events("info")


async def test_a_caller_waits_no_longer_than_its_deadline(world):
    replica = world.replica()
    world.lwa.gate = asyncio.Event()
    with pytest.raises(Timeout):
        await replica.issue_access_token(KEY, deadline=world.deadline(0))
    await replica.grants.close()


async def test_another_tenants_account_is_not_found(world):
    replica = world.replica()
    with pytest.raises(DomainError, match="account_not_found"):
        await replica.issue_access_token(KEY, deadline=world.deadline(), tenant="someone-else")
    assert (await replica.issue_access_token(KEY, deadline=world.deadline(), tenant="demo")).grant
