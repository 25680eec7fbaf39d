"""The bucket of a usage plan: never more than rate·t + burst."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spapi_gateway.domain.bucket import TokenBucket


def bucket(limit=1.0, burst=2, now=0.0) -> TokenBucket:
    return TokenBucket(limit=limit, burst=burst, now=now)


def test_a_burst_is_free_and_then_the_rate_rules():
    plan = bucket()
    assert [plan.try_take(0.0) for _ in range(3)] == [True, True, False]
    assert plan.wait(0.0) == pytest.approx(1.0)
    assert not plan.try_take(0.9)
    assert plan.try_take(1.0)
    assert plan.wait(1.0, ahead=4) == pytest.approx(5.0)


@given(
    limit=st.floats(0.005, 50),
    burst=st.integers(1, 50),
    steps=st.lists(st.tuples(st.floats(0, 20), st.integers(0, 20)), max_size=60),
)
def test_never_more_than_rate_times_time_plus_burst(limit, burst, steps):
    plan, now, taken = bucket(limit, burst), 0.0, 0
    for pause, tries in steps:
        now += pause
        taken += sum(plan.try_take(now) for _ in range(tries))
        assert taken <= limit * now + burst + 1e-6


@given(steps=st.lists(st.tuples(st.floats(0, 5), st.sampled_from(["take", "cut", "recover", "follow"]), st.floats(0.01, 10)), max_size=80))
def test_whatever_happens_the_rate_stays_between_floor_and_limit(steps):
    plan, now, taken, highest = bucket(2.0, 5), 0.0, 0, 2.0
    for pause, action, rate in steps:
        now += pause
        if action == "take":
            taken += plan.try_take(now)
        elif action == "cut":
            plan.cut(now)
        elif action == "recover":
            plan.recover(now)
        else:
            plan.follow(rate, now)
            highest = max(highest, rate)
        assert plan.limit * 0.1 - 1e-9 <= plan.rate <= plan.limit + 1e-9
        assert plan.tokens <= 5
        assert taken <= highest * now + 5 + 1e-6


def test_a_429_empties_the_bucket_and_halves_the_rate_and_successes_mend_it():
    plan = bucket(2.0, 10)
    plan.cut(0.0)
    assert (plan.rate, plan.try_take(0.0)) == (1.0, False)
    assert plan.wait(0.0) == pytest.approx(1.0)
    for _ in range(10):
        plan.recover(0.0)
    assert plan.rate == pytest.approx(2.0)
    assert not plan.recover(0.0)


def test_the_header_is_followed_up_and_down_and_a_cut_survives_it():
    plan = bucket(1.0, 1)
    assert plan.follow(4.0, 0.0)
    assert plan.rate == 4.0
    plan.cut(0.0)
    assert plan.follow(8.0, 0.0)
    assert plan.rate == pytest.approx(4.0)
    assert not plan.follow(8.0, 0.0)
    assert not plan.follow(0.0, 0.0)


@pytest.mark.parametrize(("limit", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0)])
def test_a_plan_needs_a_rate_and_a_burst(limit, burst):
    with pytest.raises(ValueError, match="positive rate"):
        bucket(limit, burst)
