from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.grant import MARGIN, Grant
from token_svc.domain.handle import Handle
from token_svc.domain.restriction import RestrictedResource, Restriction
from token_svc.domain.rotation import PendingRotation
from token_svc.domain.session import AwsSession

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=80)
KEY = Secret("k" * 32)


@given(WORDS, WORDS)
def test_a_handle_opens_to_what_was_sealed_and_is_url_safe(client_id, account_id):
    handle = Handle(client_id=client_id, account_id=account_id)
    text = handle.sealed(KEY)
    assert Handle.opened(text, KEY) == handle
    assert all(c.isascii() and (c.isalnum() or c in "._-") for c in text)


@given(st.data(), WORDS, WORDS)
def test_a_handle_changed_anywhere_is_refused(data, client_id, account_id):
    text = Handle(client_id=client_id, account_id=account_id).sealed(KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    changed = data.draw(st.sampled_from([c for c in "Aa0._-=+ é" if c != text[place]]))
    with pytest.raises(DomainError, match="malformed_handle"):
        Handle.opened(text[:place] + changed + text[place + 1 :], KEY)


@given(st.text(max_size=200))
def test_any_text_that_is_no_handle_is_refused_and_nothing_else_happens(text):
    with pytest.raises(DomainError, match="malformed_handle"):
        Handle.opened(text, KEY)


def test_a_handle_of_another_key_is_refused():
    with pytest.raises(DomainError):
        Handle.opened(Handle(client_id="c", account_id="a").sealed(Secret("x" * 32)), KEY)


@given(st.floats(0, 1e6), st.floats(0, 1))
def test_a_grant_is_trusted_for_its_life_minus_the_margin_but_at_least_half(expires_in, jitter):
    grant = Grant.create(Secret("t"), issued_at=NOW, expires_in=expires_in, jitter=jitter)
    life = timedelta(seconds=expires_in)
    assert grant.usable_until == NOW + max(life - MARGIN, life / 2)
    assert grant.is_usable(grant.usable_until) is False
    assert grant.issued_at <= grant.refresh_at <= grant.usable_until <= grant.expires_at


def test_an_hour_is_trusted_for_fifty_nine_minutes():
    grant = Grant.create(Secret("t"), issued_at=NOW, expires_in=3600)
    assert grant.is_usable(NOW + timedelta(seconds=3539))
    assert not grant.is_usable(NOW + timedelta(seconds=3540))
    assert grant.is_alive(NOW + timedelta(seconds=3590))
    assert not grant.is_alive(NOW + timedelta(seconds=3595))


def test_a_grants_times_must_be_in_order():
    with pytest.raises(ValueError, match="in order"):
        Grant(secret=Secret("t"), issued_at=NOW, expires_at=NOW, usable_until=NOW + timedelta(1), refresh_at=NOW)


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_different_coverages_never_share_a_key(one, two):
    first, second = (CacheKey(kind="restricted", owner=o, covers=c) for o, c in (one, two))
    assert (first.text == second.text) == (one == two)


@given(WORDS)
def test_a_key_is_fit_for_a_subject(owner):
    words = CacheKey.access(owner).text.split(".")
    assert len(words) == 3
    assert all(c.isascii() and (c.isalnum() or c in "_-=") for word in words for c in word)


@pytest.mark.parametrize(
    "wrong", [{"method": "get"}, {"path": "orders"}, {"data_elements": ("everything",)}, {"method": "TRACE"}, {"path": ""}]
)
def test_a_restricted_resource_is_checked(wrong):
    with pytest.raises(ValueError, match="m"):
        RestrictedResource(**{"method": "GET", "path": "/orders/v0/orders", **wrong})


@pytest.mark.parametrize("count", [0, 51])
def test_a_restriction_names_one_to_fifty_resources(count):
    with pytest.raises(ValueError, match="1 to 50"):
        Restriction.of([RestrictedResource(method="GET", path=f"/{n}") for n in range(count)])


def test_secrets_do_not_show_in_any_representation():
    session = AwsSession(access_key_id="AKIA", secret_access_key=Secret("planted-key"), session_token=Secret("planted-token"))
    pending = PendingRotation(refresh_token=Secret("planted-refresh"), expected_version=1)
    grant = Grant.create(Secret("planted-grant"), issued_at=NOW, expires_in=60)
    assert "planted" not in f"{session!r}{session}{session.packed()!r}{pending!r}{pending.packed()}{grant!r}{grant}"
    assert AwsSession.unpacked(session.packed()) == session
    assert PendingRotation.unpacked(pending.packed()) == pending
