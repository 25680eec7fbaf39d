"""Finding the operation of a method and a raw path."""

import pytest

from spapi_gateway.adapters.outbound.packaged.catalogue import load_catalogue
from spapi_gateway.domain.catalogue import Catalogue
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.operations import Operation, RdtRule

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/orders/v0/orders", "orders.v0.getOrders"),
        ("GET", "/orders/v0/orders/1/orderItems", "orders.v0.getOrderItems"),
        ("GET", "/orders/2026-01-01/orders/1", "orders.2026-01-01.getOrder"),
        ("PUT", "/listings/2021-08-01/items/A1/a%2Fb", "listings-items.2021-08-01.putListingsItem"),
        (
            "POST",
            "/uploads/2020-11-01/uploadDestinations/messaging/v1/orders/1/messages/invoice",
            "uploads.2020-11-01.createUploadDestinationForResource",
        ),
        ("POST", "/uploads/2020-11-01/uploadDestinations/a%2Fb", "uploads.2020-11-01.createUploadDestinationForResource"),
    ],
)
def test_the_operation_is_found(method, path, name):
    assert CATALOGUE.match(method, path).name == name


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing/v1/here", "unknown_operation"),
        ("/orders/v0", "unknown_operation"),
        ("/orders/v0/orders/1/nothing", "unknown_operation"),
        ("/Orders/v0/orders", "unknown_operation"),
        ("/%6frders/v0/orders", "unknown_operation"),
        ("/orders%2fv0/orders", "unsafe_path"),
        ("/orders/v0/orders/1%2ForderItems", "unsafe_path"),
        ("/reports/2021-06-30/reports/a%2fb", "unsafe_path"),
    ],
)
def test_what_is_not_published_is_refused(path, code):
    with pytest.raises(CallRefusedError) as refusal:
        CATALOGUE.match("GET", path)
    assert refusal.value.code == code


def test_a_method_the_path_does_not_have_names_those_it_has():
    with pytest.raises(CallRefusedError) as refusal:
        CATALOGUE.match("PATCH", "/notifications/v1/destinations/1")
    assert refusal.value.code == "method_not_allowed"
    assert refusal.value.allow == ("DELETE", "GET")


def test_unknown_paths_can_be_allowed_with_the_default_plan_grouped_so_that_ids_make_no_new_ones():
    catalogue = load_catalogue(allow_unknown=True)
    first, second = catalogue.match("GET", "/new/v9/things/1"), catalogue.match("GET", "/new/v9/things/2")
    assert first is second
    assert (first.rate, first.burst, first.is_read, first.is_plan_published) == (0.5, 1, True, False)
    assert not catalogue.match("POST", "/new/v9/things").is_read


def test_facts_that_decide_how_a_call_is_made():
    def of(method: str, path: str) -> Operation:
        return CATALOGUE.match(method, path)

    assert of("GET", "/orders/v0/orders").rdt is RdtRule.ON_REQUEST
    assert of("GET", "/orders/v0/orders").removal == "2027-03-27"
    assert of("GET", "/orders/v0/orders/1/address").rdt is RdtRule.ALWAYS
    assert of("GET", "/reports/2021-06-30/documents/1").rdt is RdtRule.ON_REFUSAL
    assert of("GET", "/orders/2026-01-01/orders").rdt is RdtRule.NEVER
    assert of("GET", "/notifications/v1/destinations").grantless_scope == "sellingpartnerapi::notifications"
    assert of("GET", "/notifications/v1/subscriptions/ORDER_CHANGE").grantless_scope is None
    assert of("POST", "/products/fees/v0/feesEstimate").is_read
    assert not of("POST", "/feeds/2021-06-30/feeds").is_read
    assert sum(operation.rdt is not RdtRule.NEVER for operation in CATALOGUE) == 31
    assert sum(operation.grantless_scope is not None for operation in CATALOGUE) == 8
    assert sum(not operation.is_plan_published for operation in CATALOGUE) == 70


def test_an_operation_cannot_be_there_twice():
    operation = CATALOGUE.match("GET", "/orders/v0/orders/1")
    with pytest.raises(ValueError, match="twice"):
        Catalogue([operation, operation])


@pytest.mark.parametrize("changes", [{"rate": 0.0}, {"burst": 0}, {"template": "orders"}])
def test_an_operation_without_a_usable_plan_or_path_is_none(changes):
    facts = {"api": "a", "version": "1", "operation_id": "o", "method": "GET", "template": "/a", "rate": 1.0, "burst": 1}
    with pytest.raises(ValueError, match="no "):
        Operation(**(facts | changes))
