import pytest

from svc_kit.http_client import retry_after_of


@pytest.mark.parametrize(("text", "seconds"), [("0", 0.0), ("120", 120.0), ("999999", 999999.0)])
def test_seconds_are_read(text, seconds):
    assert retry_after_of({"retry-after": text}) == seconds


@pytest.mark.parametrize("text", ["", "-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "\u00b2", "1" * 400])
def test_what_is_no_number_of_seconds_is_no_hint(text):
    assert retry_after_of({"retry-after": text}) is None


def test_without_the_header_there_is_no_hint():
    assert retry_after_of({}) is None
