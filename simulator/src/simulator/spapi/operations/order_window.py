"""The rules that both Orders APIs share: the window, the page, and the token of the next page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.clock import whole_milliseconds
from simulator.spapi import cursors
from simulator.spapi.call import Call
from simulator.spapi.refusal import invalid_input, not_found
from simulator.spapi.rules import check_range, read_moment
from simulator.state.orders import By, Order

_TOKEN_LIFE = timedelta(hours=24)
_BEFORE_DISTANCE = timedelta(minutes=2)
MAX_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How one of the APIs spells the parameters."""

    created_after: str
    created_before: str
    updated_after: str
    updated_before: str
    page_size: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, in the order of the window's time; ``until`` is the end that the first page fixed."""

    orders: list[Order]
    by: By
    until: datetime
    next_token: str | None


def read_page(call: Call, names: Names, accept: Callable[[Order], bool]) -> Page:
    """The page that the call asks for; 400 when it breaks a rule of the window.

    Pages follow (time, order id), so an order that arrives meanwhile moves none that is still to come. An order that changes while a
    window over changes is being read leaves that window and stands in the next one, which begins at the served ``…Before``.
    """
    by, after, before = _window(call, names)
    size = call.number(names.page_size, MAX_PAGE)
    check_range(names.page_size, size, 1, MAX_PAGE)
    cursor = cursors.read(call, names.token, _TOKEN_LIFE)
    settled = whole_milliseconds(call.now - timedelta(seconds=call.world.config.order_settle_seconds))
    until = (cursor.until if cursor else None) or before or settled
    behind = (cursor.last_time, cursor.last_id) if cursor and cursor.last_time else None
    found: list[Order] = []
    for order in call.seller_shop.orders.window(by, after, until, behind):
        if not accept(order):
            continue
        if len(found) == size:
            last = found[-1]
            token = cursors.issue(call, names.token, last_id=last.order_id, last_time=getattr(last, by), until=until)
            break
        found.append(order)
    else:
        token = None
    call.entry.ids = [order.order_id for order in found]
    return Page(orders=found, by=by, until=until, next_token=token)


def _window(call: Call, names: Names) -> tuple[By, datetime, datetime | None]:
    created_after, updated_after = _moment(call, names.created_after), _moment(call, names.updated_after)
    created_before, updated_before = _moment(call, names.created_before), _moment(call, names.updated_before)
    if (created_after is None) == (updated_after is None):
        raise invalid_input(f"Give exactly one of {names.created_after} and {names.updated_after}.")
    by: By = "created" if created_after else "updated"
    after = created_after or updated_after
    before, foreign = (created_before, updated_before) if created_after else (updated_before, created_before)
    if foreign is not None:
        raise invalid_input("The end of the window must be of the same kind as its beginning.")
    if after is None:  # pragma: no cover - one of them was given
        raise invalid_input("The window has no beginning.")
    if before is not None and before > call.now - _BEFORE_DISTANCE:
        raise invalid_input("The end of the window must lie at least two minutes in the past.")
    if before is not None and before < after:
        raise invalid_input("The window ends before it begins.")
    if after > call.now:
        raise invalid_input("The window begins in the future.")
    return by, after, before


def _moment(call: Call, name: str) -> datetime | None:
    text = call.text(name)  # the v0 model publishes its times as plain strings
    return read_moment(name, text) if text is not None else call.moment(name)


def own_order(call: Call) -> Order:
    """The seller's order that the path names; 404 for anybody else's."""
    order = call.seller_shop.orders.get(call.path_values["orderId"])
    if order is None:
        raise not_found(f"There is no order {call.path_values['orderId']}.")
    call.entry.ids = [order.order_id]
    return order
