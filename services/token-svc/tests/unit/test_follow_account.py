"""Account events and the cache."""

import asyncio
from dataclasses import replace

import pytest

from svc_kit.errors import DomainError


@pytest.fixture
async def replica(world):
    found = world.replica()
    await found.issue_access_token("acc-1", deadline=world.deadline())
    return found


async def calls_after(world, replica) -> int:
    await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))
    return world.lwa.calls["refresh_token"]


async def test_an_update_that_changes_nothing_of_the_account_keeps_its_token(world, replica):
    await replica.follow_account.changed(replace(world.source.accounts["acc-1"].account, version=7))
    assert await calls_after(world, replica) == 1


@pytest.mark.parametrize("change", [{"application": "other"}, {"region": "EU"}, {"selling_partner_id": "A2"}, {"tenant": "other"}])
async def test_an_update_of_what_the_token_is_for_drops_it(world, replica, change):
    await replica.follow_account.changed(replace(world.source.accounts["acc-1"].account, version=2, **change))
    assert await calls_after(world, replica) == 2


async def test_a_sellers_rotations_do_not_feed_on_their_own_events(world):
    world.lwa.is_rotating = True
    replica = world.replica()
    for _ in range(5):
        await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))
        await replica.follow_account.changed(replace(world.source.accounts["acc-1"].account, version=99))
    assert world.lwa.calls["refresh_token"] == 1


@pytest.mark.parametrize(("status", "code"), [("disconnected", "amazon_not_connected"), ("erased", "account_not_found")])
async def test_an_ended_authorisation_drops_everything(world, replica, status, code):
    world.source.set_status("acc-1", status)
    await replica.follow_account.ended(world.source.accounts["acc-1"].account, f"account-svc.account.{status}.v1")
    assert list(replica.cache_stats().sizes) == []
    with pytest.raises(DomainError, match=code):
        await calls_after(world, replica)


async def test_a_renewed_authorisation_drops_what_was_made_before_in_every_replica(world, replica):
    other = world.replica()
    world.lwa.refresh_tokens["Atzr|again"] = "amzn1.client"
    world.source.reconnect("acc-1", "Atzr|again")
    await replica.follow_account.renewed(world.source.accounts["acc-1"].account)
    assert await calls_after(world, other) == 2


async def test_the_same_news_again_costs_no_second_token(world, replica):
    world.lwa.refresh_tokens["Atzr|again"] = "amzn1.client"
    world.source.reconnect("acc-1", "Atzr|again")
    account = world.source.accounts["acc-1"].account
    for tell in (
        replica.follow_account.renewed,
        replica.follow_account.changed,
        lambda news: replica.follow_account.ended(replace(news, version=news.version - 1), "account-svc.account.disconnected.v1"),
    ):
        await tell(account)
        before = await calls_after(world, replica)
        await tell(account)
        assert await calls_after(world, replica) == before


async def test_the_news_of_the_authorisation_a_token_was_made_from_keeps_it(world, replica):
    account = world.source.accounts["acc-1"].account
    for news in (account, replace(account, version=account.version - 1)):
        await replica.follow_account.renewed(news)
    assert await calls_after(world, replica) == 1


async def test_the_news_of_a_new_authorisation_spares_the_refresh_under_way_with_it(world):
    replica = world.replica()
    world.lwa.gate = asyncio.Event()
    waiting = asyncio.ensure_future(replica.issue_access_token("acc-1", deadline=world.deadline()))
    while not world.lwa.calls:
        await asyncio.sleep(0)
    await replica.follow_account.renewed(world.source.accounts["acc-1"].account)
    world.lwa.gate.set()
    await waiting
    assert await calls_after(world, replica) == 1


async def test_the_news_of_a_new_authorisation_voids_the_refresh_under_way_with_the_old(world):
    replica = world.replica()
    world.lwa.gate = asyncio.Event()
    waiting = asyncio.ensure_future(replica.issue_access_token("acc-1", deadline=world.deadline()))
    while not world.lwa.calls:
        await asyncio.sleep(0)
    world.source.reconnect("acc-1", "Atzr|acc-1")
    await replica.follow_account.renewed(world.source.accounts["acc-1"].account)
    world.lwa.gate.set()
    await waiting
    assert await calls_after(world, replica) == 2
