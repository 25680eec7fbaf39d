"""Tokens of accounts in use are replaced before they run out."""


async def due(world, replica):
    await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))
    world.clock.advance(3300)  # inside the lead of five minutes and its jitter


async def run(world, replica) -> int:
    started = replica.refresh_ahead()

    async def flown():
        while replica.grants.is_busy():
            await world.clock.sleep(0)

    await world.passing(flown())
    return started


async def test_a_token_in_use_is_replaced_in_the_background(world):
    replica = world.replica()
    await due(world, replica)
    assert await run(world, replica) == 1
    assert world.lwa.calls["refresh_token"] == 2
    world.clock.advance(300)
    await replica.issue_access_token("acc-1", deadline=world.deadline())
    assert world.lwa.calls["refresh_token"] == 2


async def test_of_all_replicas_one_replaces_it(world):
    fleet = [world.replica() for _ in range(4)]
    for replica in fleet:
        await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))
    world.clock.advance(3300)
    for replica in fleet:
        replica.refresh_ahead()
    for replica in fleet:
        await run(world, replica)
    assert world.lwa.calls["refresh_token"] == 2


async def test_a_fresh_token_is_left_alone(world):
    replica = world.replica()
    await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))
    world.clock.advance(3000)
    assert await run(world, replica) == 0


async def test_an_account_nobody_asks_for_is_left_alone(world):
    replica = world.replica(recent_seconds=600)
    await due(world, replica)
    assert await run(world, replica) == 0


async def test_a_failed_refresh_ahead_harms_nobody_and_waits_a_moment(world):
    replica = world.replica()
    await due(world, replica)
    world.lwa.outage(100)
    assert await run(world, replica) == 1
    assert (await replica.issue_access_token("acc-1", deadline=world.deadline())).grant
    assert await run(world, replica) == 0
    world.lwa.faults.clear()
    world.clock.advance(2)
    assert await run(world, replica) == 1
