"""A client secret rotates under the feet of many: nobody's call fails, whichever slot holds the one that works."""

import asyncio
from dataclasses import replace

import pytest

from svc_kit.secret import Secret

FEW = [f"acc-{number}" for number in range(1, 9)]


def put_slots(world, current: str, following: str | None) -> None:
    for account_id in FEW:
        if account_id not in world.source.accounts:
            world.connect(account_id)
        known = world.source.accounts[account_id]
        slots = replace(known.application, client_secret=Secret(current), client_secret_next=Secret(following) if following else None)
        world.source.put(replace(known, application=slots))


async def issue_all(world, fleet):
    calls = (replica.issue_access_token(account_id, deadline=world.deadline()) for replica in fleet for account_id in FEW for _ in range(5))
    issued = await world.passing(asyncio.gather(*calls))
    assert len({one.grant.secret for one in issued}) == len(FEW)


@pytest.mark.parametrize("works", ["one", "two"])
@pytest.mark.parametrize(("current", "following"), [("one", "two"), ("two", "one")])
async def test_whichever_slot_works_all_are_served_with_one_alarmless_try_of_the_other(world, current, following, works):
    world.lwa.clients["amzn1.client"] = {works}
    put_slots(world, current, following)
    await issue_all(world, [world.replica(), world.replica()])
    refused = world.lwa.calls["refresh_token"] - len(FEW)
    assert 0 <= refused <= (0 if works == current else len(FEW))
    assert world.journal.events("alarm") == []
    assert world.source.reports == {}


async def test_through_a_whole_rotation_no_call_fails(world):
    fleet = [world.replica(), world.replica()]
    phases = [
        ({"old"}, "old", None),
        ({"old", "new"}, "old", None),
        ({"old", "new"}, "old", "new"),
        ({"new"}, "old", "new"),
        ({"new"}, "new", None),
    ]
    for accepted, current, following in phases:
        world.lwa.clients["amzn1.client"] = accepted
        put_slots(world, current, following)
        await issue_all(world, fleet)
        world.clock.advance(3600)
    assert world.journal.events("alarm") == []
    assert world.source.reports == {}


async def test_when_neither_slot_works_the_operators_are_alarmed_and_no_seller_is_blamed(world):
    world.lwa.clients["amzn1.client"] = set()
    put_slots(world, "one", "two")
    calls = (world.replica().issue_access_token(account_id, deadline=world.deadline()) for account_id in FEW)
    outcomes = await world.passing(asyncio.gather(*calls, return_exceptions=True))
    assert {outcome.code for outcome in outcomes} == {"application_credentials_rejected"}
    assert set(world.journal.events("alarm")) == {"application_credentials_rejected"}
    assert world.source.reports == {}
