"""The figures of the orders tile, by SPEC section 4: per currency, never added across currencies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sync_svc.domain.money import Money
from sync_svc.domain.order import CANCELLED, UNSHIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """How many orders share day (in the asked time zone), marketplace, status and currency, and what they sum to.

    `currency` and `amount` are None for orders without a total.
    """

    day: date
    marketplace_id: str
    status: str
    currency: str | None
    orders: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Orders and revenue of one day or one marketplace."""

    key: str
    orders: int
    revenue: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKpis:
    """The figures of one period."""

    total_orders: int
    total_revenue: tuple[Money, ...]
    average_order_value: tuple[Money, ...]
    unshipped_orders: int
    by_status: dict[str, int]
    by_day: tuple[Bucket, ...]
    by_marketplace: tuple[Bucket, ...]


def summarise(facts: Iterable[OrderFacts]) -> OrderKpis:
    """Return the figures of the facts; days and marketplaces without an order that counts are left out.

    Cancelled orders count in `by_status` only. The average is revenue over the orders that have a total.
    """
    everything = list(facts)
    counted = [fact for fact in everything if fact.status != CANCELLED]
    by_status: dict[str, int] = {}
    for fact in everything:
        by_status[fact.status] = by_status.get(fact.status, 0) + fact.orders
    revenue = _revenue(counted)
    with_total = {money.currency: sum(fact.orders for fact in counted if fact.currency == money.currency) for money in revenue}
    return OrderKpis(
        total_orders=sum(fact.orders for fact in counted),
        total_revenue=revenue,
        average_order_value=tuple(money.divided_by(with_total[money.currency]) for money in revenue),
        unshipped_orders=sum(fact.orders for fact in counted if fact.status in UNSHIPPED),
        by_status=dict(sorted(by_status.items())),
        by_day=_buckets(counted, lambda fact: str(fact.day)),
        by_marketplace=_buckets(counted, lambda fact: fact.marketplace_id),
    )


def _revenue(facts: Iterable[OrderFacts]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = {}
    for fact in facts:
        if fact.currency is not None and fact.amount is not None:
            sums[fact.currency] = sums.get(fact.currency, Decimal(0)) + fact.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))


def _buckets(facts: list[OrderFacts], key_of: Callable[[OrderFacts], str]) -> tuple[Bucket, ...]:
    groups: dict[str, list[OrderFacts]] = {}
    for fact in facts:
        groups.setdefault(key_of(fact), []).append(fact)
    return tuple(
        Bucket(key=key, orders=sum(fact.orders for fact in group), revenue=_revenue(group)) for key, group in sorted(groups.items())
    )
