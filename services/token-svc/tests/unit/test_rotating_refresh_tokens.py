"""Amazon replaces the refresh token at each use and ends the authorisation when a replaced one comes back: it never comes back."""

import asyncio

import pytest

from svc_kit.errors import DomainError, Timeout
from token_svc.application.ports.lwa_client import Malformed

KEY = "acc-1"


@pytest.fixture
def rotating(world):
    world.lwa.is_rotating = True
    return world


async def issue(world, replica, **more):
    return await world.passing(replica.issue_access_token(KEY, deadline=world.deadline(), **more))


async def known_to_rotate(world, replica) -> str:
    """Have one refresh done, from which account-svc learns that the account's token rotates; return the access token."""
    token = (await issue(world, replica)).grant.secret
    assert world.source.accounts[KEY].rotates_refresh_tokens
    return token.fingerprint()


def assert_the_stored_one_is_valid(world):
    assert world.source.accounts[KEY].refresh_token.reveal() in world.lwa.refresh_tokens
    assert world.lwa.families_revoked == 0


async def test_replicas_that_cannot_reach_each_other_use_it_one_after_the_other(rotating):
    fleet = [rotating.replica() for _ in range(4)]
    rotating.store.is_down = True
    issued = await rotating.passing(asyncio.gather(*(r.issue_access_token(KEY, deadline=rotating.deadline(30)) for r in fleet)))
    assert len({one.grant.secret for one in issued}) == 4
    assert_the_stored_one_is_valid(rotating)


async def test_a_replica_cut_off_from_the_others_does_not_use_it_beside_them(rotating):
    inside = rotating.replica()
    old = await known_to_rotate(rotating, inside)
    cut_off = rotating.replica()
    rotating.lwa.gate = asyncio.Event()
    first = asyncio.ensure_future(inside.issue_access_token(KEY, deadline=rotating.deadline(), rejected_sha256=old))
    while rotating.lwa.calls["refresh_token"] < 2:
        await asyncio.sleep(0)
    rotating.store.is_down = True
    second = asyncio.ensure_future(cut_off.issue_access_token(KEY, deadline=rotating.deadline(30), rejected_sha256=old))
    while rotating.clock.sleepers == 0:
        await asyncio.sleep(0)
    assert rotating.lwa.calls["refresh_token"] == 2
    rotating.lwa.gate.set()
    await rotating.passing(asyncio.gather(first, second))
    assert_the_stored_one_is_valid(rotating)


@pytest.mark.parametrize("doubt", [Timeout("slow"), Malformed("nonsense")])
async def test_a_use_in_doubt_is_not_repeated_while_a_token_lives(rotating, doubt):
    replica = rotating.replica()
    token = await known_to_rotate(rotating, replica)
    rotating.clock.advance(3545)
    rotating.lwa.faults = [doubt]
    for _ in range(3):
        assert (await issue(rotating, replica)).grant.secret.fingerprint() == token
    assert rotating.lwa.calls["refresh_token"] == 2
    rotating.clock.advance(60)  # nothing is left to serve: it was never used up, as it turns out
    assert (await issue(rotating, replica)).grant.secret.fingerprint() != token
    assert_the_stored_one_is_valid(rotating)


async def test_an_answer_that_is_lost_takes_the_new_token_with_it_and_ends_in_one_clear_refusal(rotating):
    """The limit: Amazon has replaced the token, nobody has the new one. What is left is to serve what lives, then to say so."""
    replica = rotating.replica()
    token = await known_to_rotate(rotating, replica)
    rotating.clock.advance(3545)
    rotating.lwa.answers_to_lose = 1
    assert (await issue(rotating, replica)).grant.secret.fingerprint() == token
    assert rotating.lwa.families_revoked == 0
    rotating.clock.advance(60)
    with pytest.raises(DomainError, match="reauthorization_required"):
        await issue(rotating, replica)
    assert list(rotating.source.reports) == [(KEY, 2)]


async def test_a_lost_answer_of_an_account_that_does_not_rotate_is_simply_asked_for_again(world):
    world.lwa.answers_to_lose = 2
    assert (await issue(world, world.replica())).grant
    assert world.lwa.calls["refresh_token"] == 3
    assert world.leases.taken == 0


async def test_the_storing_outlives_the_request_that_caused_it(rotating):
    replica = rotating.replica()
    begun, held = asyncio.Event(), asyncio.Event()
    original = rotating.source.replace_refresh_token

    async def slowly(account_id, **change):
        begun.set()
        await held.wait()
        return await original(account_id, **change)

    slow = rotating.replica()
    slow.rotations.source = _Slow(rotating.source, slowly)
    asked = asyncio.ensure_future(slow.issue_access_token(KEY, deadline=rotating.deadline()))
    await begun.wait()
    asked.cancel()
    await slow.grants.close()
    held.set()
    await slow.close()
    assert rotating.source.accounts[KEY].refresh_token_version == 2
    assert_the_stored_one_is_valid(rotating)
    assert (await issue(rotating, replica)).grant


async def test_a_replica_killed_before_the_storing_leaves_it_to_the_others(rotating):
    killed, survivor = rotating.replica(), rotating.replica()
    rotating.source.is_read_only = True
    with pytest.raises(DomainError, match="account_service_unavailable"):
        await issue(rotating, killed)
    rotating.source.is_read_only = False
    await survivor.rotations.settle_all()
    assert rotating.source.accounts[KEY].refresh_token_version == 2
    assert_the_stored_one_is_valid(rotating)


async def test_after_account_svc_was_away_all_kept_tokens_come_home_by_themselves(rotating):
    replica = rotating.replica()
    rotating.store.is_down = rotating.source.is_read_only = True
    with pytest.raises(DomainError, match="account_service_unavailable"):
        await issue(rotating, replica)
    await replica.rotations.settle_all()
    assert "rotation_still_waits" in rotating.journal.events("warning")
    rotating.source.is_read_only = False
    await replica.rotations.settle_all()
    assert rotating.source.accounts[KEY].refresh_token_version == 2
    assert_the_stored_one_is_valid(rotating)


class _Slow:
    """account-svc with a storing that takes its time."""

    def __init__(self, inner, replace_refresh_token):
        self._inner = inner
        self.replace_refresh_token = replace_refresh_token

    def __getattr__(self, name):
        return getattr(self._inner, name)
