"""AccountFloors: the promises of its docstrings."""

import asyncio


async def heard(floors, account_id, version, seconds=30):
    async with asyncio.timeout(seconds):
        while floors.of(account_id) != version:
            await asyncio.sleep(0.001)


async def test_at_first_there_is_no_bound(fleet):
    assert fleet.one.floors.of("acc-1") == 0


async def test_a_bound_is_held_at_once_and_heard_by_the_other_replica(fleet):
    await fleet.one.floors.raise_to("acc-1", 3)
    assert fleet.one.floors.of("acc-1") == 3
    await heard(fleet.two.floors, "acc-1", 3)
    assert fleet.two.floors.of("acc-2") == 0


async def test_a_bound_only_grows(fleet):
    for version in (5, 3, 5):
        await fleet.one.floors.raise_to("acc-1", version)
    await fleet.two.floors.raise_to("acc-1", 4)
    await heard(fleet.two.floors, "acc-1", 5)
    assert fleet.one.floors.of("acc-1") == 5


async def test_of_many_at_once_the_highest_stands(fleet):
    replicas = (fleet.one, fleet.two)
    await asyncio.gather(*(replicas[version % 2].floors.raise_to("acc-1", version) for version in range(1, 9)))
    for replica in replicas:
        await heard(replica.floors, "acc-1", 8)
