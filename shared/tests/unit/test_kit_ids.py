import uuid

from hypothesis import given
from hypothesis import strategies as st

from svc_kit.ids import SequenceIds, SystemIds, uuid7


@given(st.integers(min_value=0, max_value=(1 << 48) - 1))
def test_an_id_is_a_version_7_uuid_that_carries_its_time(milliseconds):
    value = uuid.UUID(uuid7(milliseconds))
    assert value.version == 7
    assert value.variant == uuid.RFC_4122
    assert value.int >> 80 == milliseconds


def test_ids_sort_by_time():
    assert uuid7(1) < uuid7(2) < uuid7(1 << 40)


def test_ids_never_repeat():
    ids = SystemIds()
    assert len({ids.new() for _ in range(10_000)}) == 10_000


def test_sequence_ids_are_predictable():
    ids = SequenceIds()
    assert [ids.new()[-2:], ids.new()[-2:]] == ["01", "02"]
