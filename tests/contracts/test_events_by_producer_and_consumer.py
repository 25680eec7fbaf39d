"""What the producers' code writes satisfies the schemas, and what the schemas promise is what the consumers' code reads."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import msgspec
import pytest

from account_svc.adapters.inbound.nats import run_events as account_consumer
from account_svc.adapters.outbound.postgres.application_wire import wire_application_event
from account_svc.adapters.outbound.postgres.event_wire import wire_event
from account_svc.domain import events as account_events
from account_svc.domain.account import Authorization, Identity, SellingPartnerAccount
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.sealed import Sealed
from spapi_gateway.adapters.inbound.nats import account_events as gateway_consumer
from svc_kit.clock import ManualClock
from svc_kit.ids import SystemIds
from svc_kit.messaging import Event
from sync_svc.adapters.inbound.nats import accounts as sync_consumer
from sync_svc.adapters.inbound.nats import sync_requests
from sync_svc.adapters.inbound.sse.frames import frame_of
from sync_svc.adapters.outbound.wire.events import EventWire
from sync_svc.application.ports.event_log import LoggedEvent
from sync_svc.domain import events as sync_events
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.money import Money
from sync_svc.domain.order import Order
from sync_svc.domain.run import Run
from token_svc.adapters.inbound.nats import account_events as token_consumer

EVENTS = Path(__file__).parents[2] / "contracts" / "schemas" / "events"
CLOCK, IDS = ManualClock(), SystemIds()
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ACCOUNT_ID = "01936f0e-5b2a-7c3d-9e4f-0123456789ab"


def seller() -> SellingPartnerAccount:
    identity = Identity(tenant=TenantId("acme"), selling_partner_id=SellingPartnerId("A1EXAMPLE"), region=Region("NA"))
    given = Authorization(
        refresh_token=Sealed(b"planted-cipher-text"), application=ApplicationId("default"), marketplaces=("ATVPDKIKX0DER",)
    )
    return SellingPartnerAccount.create(AccountId(ACCOUNT_ID), identity, given, NOW)


def application() -> Application:
    made = Application(
        id=ApplicationId("default"),
        name="Default",
        spapi_application_id="amzn1.sp.solution.x",
        client_id="amzn1.application-oa2-client.x",
        redirect_uri="http://door.test/callback",
        client_secret=Sealed(b"planted-cipher-text"),
    )
    return made.with_next_secret(Sealed(b"planted-cipher-text"), expires_at=NOW, current_expires_at=NOW)


def produced() -> list[Event]:
    """Return one event of every type that the producers' code can make."""
    account = seller()
    by_account_svc = [
        account_events.AccountConnected(account),
        account_events.AccountUpdated(account),
        account_events.AccountDisconnected(account.disconnect(NOW)),
        account_events.ReauthorizationBecameRequired(account, "invalid_grant"),
        account_events.AccountErased(account.ended(NOW)),
        account_events.SyncRequested(account),
    ]
    known = {"account_id": ACCOUNT_ID, "marketplace_id": "ATVPDKIKX0DER", "last_updated": NOW}
    order = Order(order_id="111-1", status="UNSHIPPED", created=NOW, total=Money(amount=Decimal("12.30"), currency="USD"), **known)
    pending = Order(order_id="111-2", status="PENDING", created=NOW, total=None, **known)
    stock = dict.fromkeys(("total_quantity", "fulfillable_quantity", "reserved_quantity", "inbound_quantity", "unfulfillable_quantity"), 3)
    item = InventoryItem(seller_sku="SKU 1/2", asin=None, fn_sku=None, product_name=None, condition=None, **stock, **known)
    run = Run(
        id=IDS.new(), tenant="acme", account_id=ACCOUNT_ID, dataset=Dataset.ORDERS, slot="s", trigger=Trigger.CONNECTED, created_at=NOW
    )
    projection = Account(
        id=ACCOUNT_ID,
        tenant="acme",
        region="NA",
        selling_partner_id="A1EXAMPLE",
        marketplaces=("ATVPDKIKX0DER",),
        status=AccountStatus.ACTIVE,
        version=1,
        changed_at=NOW,
    )
    by_sync_svc = [
        sync_events.OrderChanged(order, is_new=True),
        sync_events.OrderChanged(pending),
        sync_events.InventoryChanged(item),
        sync_events.InventoryChanged(item, is_removed=True),
        sync_events.RunStarted(run),
        sync_events.RunProgressed(run),
        sync_events.RunCompleted(run),
        sync_events.RunFailed(run),
        sync_events.AccountChanged(projection, "connected"),
    ]
    wire = EventWire(CLOCK, IDS)
    by_account_svc_of_applications = wire_application_event(ApplicationSecretRotated(application()), CLOCK, IDS)
    return (
        [wire_event(event, CLOCK, IDS) for event in by_account_svc]
        + [by_account_svc_of_applications]
        + [wire("acme", event) for event in by_sync_svc]
    )


def examples(source: str) -> list[Path]:
    return sorted(EVENTS.glob(f"{source}.*.example.json"))


@pytest.mark.parametrize("event", produced(), ids=lambda event: event.type)
def test_what_the_producer_writes_satisfies_the_schema(event):
    schema = json.loads((EVENTS / f"{event.type}.json").read_text())
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(json.loads(event.encode()))
    assert b"planted-cipher-text" not in event.encode()


@pytest.mark.parametrize("event", produced(), ids=lambda event: event.type)
def test_the_golden_example_has_the_fields_that_the_producer_writes(event):
    example = json.loads((EVENTS / f"{event.type}.example.json").read_text())
    assert set(json.loads(event.encode())["data"]) == set(example["data"])


def test_every_schema_has_a_producer():
    assert {path.name.removesuffix(".example.json") for path in EVENTS.glob("*.example.json")} == {event.type for event in produced()}


@pytest.mark.parametrize("path", examples("account-svc.account"), ids=lambda path: path.name)
def test_every_consumer_of_account_events_reads_the_example(path):
    event = Event.decode(path.read_bytes())
    expected = event.data["account"]["id"]
    assert msgspec.convert(event.data, sync_consumer.AccountEventData).account.id == expected
    assert msgspec.convert(event.data, token_consumer._Data).account.id == expected
    assert msgspec.json.decode(path.read_bytes(), type=gateway_consumer._Event).data.account.id == expected


def test_the_consumer_of_sync_requests_reads_the_example():
    (path,) = examples("account-svc.sync.requested")
    event = Event.decode(path.read_bytes())
    data = msgspec.convert(event.data, sync_requests.SyncRequestData)
    assert (data.account.id, data.account.tenant) == (event.data["account"]["id"], event.tenantid)
    assert event.type == sync_requests.SUBJECT


@pytest.mark.parametrize("path", examples("sync-svc.run"), ids=lambda path: path.name)
def test_every_consumer_of_run_events_reads_the_example(path):
    event = Event.decode(path.read_bytes())
    data = msgspec.convert(event.data, account_consumer.RunData)
    assert (data.account_id, data.dataset, data.error) == tuple(event.data[name] for name in ("account_id", "dataset", "error"))


@pytest.mark.parametrize("path", examples("sync-svc"), ids=lambda path: path.name)
def test_every_sync_event_becomes_a_frame_for_the_page(path):
    event = Event.decode(path.read_bytes())
    logged = LoggedEvent(sequence=7, type=event.type, tenant=event.tenantid, data=msgspec.json.encode(event.data))
    frame = frame_of(logged)
    assert frame is not None
    fields = dict(line.split(": ", 1) for line in frame.decode().strip().splitlines())
    assert fields["id"] == "7"
    assert json.loads(fields["data"]) == event.data
