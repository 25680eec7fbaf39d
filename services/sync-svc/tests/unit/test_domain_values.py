from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_svc.domain.errors import InvalidParameterError, LostRunError
from sync_svc.domain.money import Money
from sync_svc.domain.order_kpis import OrderFacts, summarise
from sync_svc.domain.period import Period

AMOUNTS = st.decimals(min_value=Decimal("-1e9"), max_value=Decimal("1e9"), allow_nan=False, places=4)


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


@given(AMOUNTS, AMOUNTS)
def test_addition_is_exact_and_order_does_not_matter(first, second):
    assert (usd(first) + usd(second)).amount == first + second == (usd(second) + usd(first)).amount


def test_currencies_never_meet():
    with pytest.raises(ValueError, match="never added"):
        usd("1") + Money(amount=Decimal(1), currency="EUR")


@pytest.mark.parametrize("currency", ["usd", "US", "DOLLAR", "", "€€€"])
def test_currency_is_three_capital_letters(currency):
    with pytest.raises(ValueError, match="currency"):
        Money(amount=Decimal(1), currency=currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_amount_is_finite(amount):
    with pytest.raises(ValueError, match="finite"):
        usd(amount)


@pytest.mark.parametrize(
    ("amount", "count", "currency", "share"),
    [("0.05", 2, "USD", "0.02"), ("0.15", 2, "USD", "0.08"), ("5", 2, "JPY", "2"), ("10", 3, "USD", "3.33"), ("1", 3, "KWD", "0.333")],
)
def test_share_is_rounded_half_to_even_in_minor_units(amount, count, currency, share):
    assert Money(amount=Decimal(amount), currency=currency).divided_by(count).amount == Decimal(share)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [("12.3", "USD", "12.30"), ("0", "USD", "0.00"), ("1E+3", "JPY", "1000"), ("1.2345", "USD", "1.2345"), ("-5.1", "EUR", "-5.10")],
)
def test_text_has_the_minor_units_and_loses_no_digit(amount, currency, text):
    assert Money(amount=Decimal(amount), currency=currency).text() == text


@given(AMOUNTS)
def test_text_reads_back_as_the_same_amount(amount):
    assert Decimal(usd(amount).text()) == amount


FACT = st.builds(
    OrderFacts,
    day=st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    marketplace_id=st.sampled_from(["A", "B"]),
    status=st.sampled_from(["CANCELLED", "SHIPPED", "UNSHIPPED", "PENDING"]),
    currency=st.sampled_from(["USD", "EUR"]),
    orders=st.integers(1, 50),
    amount=st.decimals(0, 10_000, places=2),
)


@given(st.lists(FACT))
def test_days_and_marketplaces_add_up_to_the_total(facts):
    kpis = summarise(facts)
    assert sum(day.orders for day in kpis.by_day) == sum(place.orders for place in kpis.by_marketplace) == kpis.total_orders
    assert sum(kpis.by_status.values()) - kpis.by_status.get("CANCELLED", 0) == kpis.total_orders
    for money in kpis.total_revenue:
        by_day = [part.amount for day in kpis.by_day for part in day.revenue if part.currency == money.currency]
        assert sum(by_day) == money.amount


def test_period_of_a_day_with_a_clock_change_has_23_hours():
    period = Period.parse("2026-03-29", "2026-03-30", "Europe/Berlin", now=datetime(2026, 4, 1, tzinfo=UTC))
    assert period.ends_at - period.starts_at == timedelta(hours=23)


def test_period_defaults_to_thirty_days_with_today_in_the_zone():
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    period = Period.parse(None, None, "Asia/Tokyo", now=late)
    assert (period.first, period.end) == (date(2026, 2, 10), date(2026, 3, 12))


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "localtime", "posix/UTC", "/etc/passwd", "UTC\x00"])
def test_zone_must_be_known(zone):
    with pytest.raises(InvalidParameterError):
        Period.parse(None, None, zone, now=datetime(2026, 1, 1, tzinfo=UTC))


def test_run_belongs_to_its_newest_claim_only(samples):
    first = samples.run().claimed(now=samples.noon, lease=timedelta(seconds=30))
    second = first.claimed(now=samples.noon + timedelta(minutes=1), lease=timedelta(seconds=30))
    assert second.held_by(second.epoch) is second
    with pytest.raises(LostRunError):
        second.held_by(first.epoch)
    with pytest.raises(LostRunError):
        second.completed(now=samples.noon).held_by(second.epoch)
