"""What makes an account healthy, or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.domain.account import AccountStatus, Authorization, Failure, Identity, SellingPartnerAccount
from account_svc.domain.account_health import HealthReason, HealthStatus, health_of
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.sealed import Sealed
from account_svc.domain.sync_record import DatasetRecord, RunOutcome, SyncRecord

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
R, S = HealthReason, HealthStatus


def account(authorized_days_ago: float | None = 1, **changes) -> SellingPartnerAccount:
    at = NOW - DAY * (10 if authorized_days_ago is None else authorized_days_ago)
    identity = Identity(tenant=TenantId("acme"), selling_partner_id=SellingPartnerId("A1"), region=Region.NA)
    given = Authorization(
        refresh_token=Sealed(b"one"),
        application=ApplicationId("default"),
        marketplaces=("ATVPDKIKX0DER",),
        authorized_at=None if authorized_days_ago is None else at,
    )
    return replace(SellingPartnerAccount.create(AccountId("1"), identity, given, at), **changes)


def orders(good: timedelta | None = None, bad: timedelta | None = None, code: str = "access_denied") -> SyncRecord:
    """A record of orders: last read `good` ago, last failed `bad` ago."""
    known = DatasetRecord(
        dataset="orders",
        succeeded_at=None if good is None else NOW - good,
        failed_at=None if bad is None else NOW - bad,
        failure_code=None if bad is None else code,
    )
    return SyncRecord(datasets=(known,), failure_days=frozenset() if bad is None else frozenset({(NOW - bad).date()}))


REFUSED = account(status=AccountStatus.REAUTHORIZATION_REQUIRED, last_failure=Failure(code="invalid_grant", detail="x", at=NOW))


@pytest.mark.parametrize(
    ("known", "record", "status", "reasons"),
    [
        (account(), SyncRecord(), S.HEALTHY, ()),
        (account(), orders(good=HOUR), S.HEALTHY, ()),
        (account(), orders(good=HOUR, bad=2 * HOUR), S.HEALTHY, ()),
        (account(), orders(good=2 * HOUR, bad=HOUR), S.DEGRADED, (R.SYNC_FAILING,)),
        (account(9), orders(good=DAY, bad=HOUR), S.ERROR, (R.SYNC_FAILING,)),
        (account(9), orders(bad=HOUR), S.ERROR, (R.SYNC_FAILING,)),
        (account(0.1), orders(bad=HOUR), S.DEGRADED, (R.SYNC_FAILING,)),
        (account(0.1), orders(bad=DAY), S.HEALTHY, ()),
        (account(9), orders(good=DAY), S.DEGRADED, (R.SYNC_OVERDUE,)),
        (account(334.5), SyncRecord(), S.HEALTHY, ()),
        (account(335), SyncRecord(), S.DEGRADED, (R.AUTHORIZATION_EXPIRES_SOON,)),
        (account(364.9), orders(good=HOUR), S.DEGRADED, (R.AUTHORIZATION_EXPIRES_SOON,)),
        (account(365), orders(good=HOUR), S.REAUTHORIZATION_REQUIRED, (R.AUTHORIZATION_EXPIRED,)),
        (account(None), orders(good=HOUR), S.HEALTHY, ()),
        (REFUSED, orders(good=2 * HOUR, bad=HOUR), S.REAUTHORIZATION_REQUIRED, (R.REAUTHORIZATION_REQUIRED, R.SYNC_FAILING)),
        (account().disconnect(NOW), orders(bad=HOUR), S.ERROR, (R.DISCONNECTED,)),
    ],
)
def test_the_worst_of_what_is_known_is_the_status(known, record, status, reasons):
    health = health_of(known, record, NOW)
    assert (health.status, health.reasons) == (status, reasons)


@pytest.mark.parametrize(
    ("known", "days", "is_valid"),
    [
        (account(1), 364, True),
        (account(364.5), 0, True),
        (account(400), 0, False),
        (account(None), None, True),
        (REFUSED, 364, False),
        (account().disconnect(NOW), 364, False),
    ],
)
def test_the_authorisation_ends_365_days_after_consent_where_consent_was_seen(known, days, is_valid):
    health = health_of(known, SyncRecord(), NOW)
    assert (health.days_until_reauthorization, health.is_token_valid) == (days, is_valid)


def test_an_account_connected_again_by_hand_has_no_known_end():
    given = Authorization(refresh_token=Sealed(b"two"), application=ApplicationId("default"), marketplaces=("ATVPDKIKX0DER",))
    assert health_of(account().reconnect(given, NOW), SyncRecord(), NOW).reauthorize_by is None


def test_an_account_authorised_again_while_active_starts_a_new_year():
    given = Authorization(
        refresh_token=Sealed(b"two"), application=ApplicationId("default"), marketplaces=("ATVPDKIKX0DER",), authorized_at=NOW
    )
    assert health_of(account(360).reconnect(given, NOW), SyncRecord(), NOW).days_until_reauthorization == 365


def test_failures_count_once_a_day_for_thirty_days():
    days = frozenset({(NOW - DAY * number).date() for number in (0, 1, 29, 30, 90)})
    assert health_of(account(100), SyncRecord(failure_days=days), NOW).error_count == 3
    assert health_of(REFUSED, SyncRecord(failure_days=frozenset({NOW.date()})), NOW).error_count == 1


def test_the_last_error_is_the_newest_of_either_side():
    health = health_of(REFUSED, orders(bad=HOUR), NOW)
    assert (health.last_error.code, health.last_error.at) == ("invalid_grant", NOW)
    later = health_of(account(), orders(bad=HOUR), NOW).last_error
    assert (later.code, later.detail) == ("access_denied", "Reading orders from Amazon failed.")


def test_a_record_keeps_the_newest_outcome_of_each_kind_in_any_order():
    outcomes = [
        RunOutcome(account=AccountId("1"), dataset="orders", at=NOW),
        RunOutcome(account=AccountId("1"), dataset="orders", at=NOW - DAY),
        RunOutcome(account=AccountId("1"), dataset="orders", at=NOW - HOUR, failure_code="new"),
        RunOutcome(account=AccountId("1"), dataset="orders", at=NOW - DAY, failure_code="old"),
    ]
    expected = DatasetRecord(dataset="orders", succeeded_at=NOW, failed_at=NOW - HOUR, failure_code="new")
    for order in (outcomes, outcomes[::-1], outcomes * 2):
        known = DatasetRecord(dataset="orders")
        for outcome in order:
            known = known.after(outcome)
        assert known == expected
