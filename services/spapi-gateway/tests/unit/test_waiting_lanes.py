"""Fair shares between lanes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from spapi_gateway.domain.lanes import Lane, LaneQueue


def drain(queue: LaneQueue, count: int | None = None) -> list:
    found = []
    while count is None or len(found) < count:
        waiter = queue.pop(lambda _waiter: True)
        if waiter is None:
            return found
        found.append(waiter)
    return found


def test_inside_a_lane_first_come_is_first_served():
    queue = LaneQueue()
    for number in range(5):
        queue.add(Lane.SYNC, number)
    assert drain(queue) == [0, 1, 2, 3, 4]


def test_full_lanes_share_by_weight_and_nobody_starves():
    queue = LaneQueue()
    for lane in reversed(Lane):
        for number in range(100):
            queue.add(lane, (lane, number))
    served = Counter(lane for lane, _ in drain(queue, 75))
    assert served == {Lane.INTERACTIVE: 40, Lane.EVENT: 20, Lane.SYNC: 10, Lane.BACKFILL: 5}


def test_an_idle_lane_saves_nothing_up():
    queue = LaneQueue()
    for number in range(50):
        queue.add(Lane.BACKFILL, ("backfill", number))
    drain(queue, 30)
    for number in range(20):
        queue.add(Lane.SYNC, ("sync", number))
    first = Counter(kind for kind, _ in drain(queue, 12))
    assert first["backfill"] >= 3


def test_those_who_gave_up_are_passed_over():
    queue = LaneQueue()
    for number in range(4):
        queue.add(Lane.EVENT, number)
    queue.discard(Lane.EVENT, 0)
    queue.discard(Lane.EVENT, 99)
    assert queue.pop(lambda waiter: waiter != 1) == 2
    assert len(queue) == 1


@given(st.lists(st.sampled_from(list(Lane)), max_size=40), st.integers(0, 30), st.sampled_from(list(Lane)))
def test_the_foretold_place_is_the_place(waiting, served, lane):
    queue = LaneQueue()
    for number, other in enumerate(waiting):
        queue.add(other, number)
    drain(queue, min(served, len(waiting)))
    ahead = queue.ahead(lane)
    queue.add(lane, "newcomer")
    assert drain(queue).index("newcomer") == ahead
