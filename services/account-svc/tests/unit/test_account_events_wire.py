"""What is published is what contracts/schemas/events says, and holds no secret."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from account_svc.adapters.outbound.postgres.event_wire import wire_event
from account_svc.domain.account import Authorization, Identity, SellingPartnerAccount
from account_svc.domain.events import (
    AccountConnected,
    AccountDisconnected,
    AccountErased,
    AccountUpdated,
    ReauthorizationBecameRequired,
    SyncRequested,
)
from account_svc.domain.identifiers import AccountId, ApplicationId, SellingPartnerId, TenantId
from account_svc.domain.region import Region
from account_svc.domain.sealed import Sealed
from svc_kit.clock import ManualClock
from svc_kit.ids import SequenceIds

SCHEMAS = Path(__file__).parents[4] / "contracts" / "schemas" / "events"
GOLDEN = {path.name.removesuffix(".example.json"): json.loads(path.read_text()) for path in SCHEMAS.glob("account-svc.*.example.json")}


def account() -> SellingPartnerAccount:
    identity = Identity(tenant=TenantId("acme"), selling_partner_id=SellingPartnerId("A1EXAMPLESELLER"), region=Region.NA)
    given = Authorization(refresh_token=Sealed(b"sealed-token"), application=ApplicationId("default"), marketplaces=("ATVPDKIKX0DER",))
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return SellingPartnerAccount.create(AccountId("01936f0e-5b2a-7c3d-9e4f-0123456789ab"), identity, given, now)


EVENTS = [
    AccountConnected(account()),
    AccountUpdated(replace(account(), version=2)),
    AccountDisconnected(replace(account(), version=2).disconnect(account().created_at)),
    ReauthorizationBecameRequired(account(), "invalid_grant"),
    SyncRequested(account()),
    AccountErased(account().ended(account().created_at)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_fits_its_schema_and_has_the_fields_of_the_golden_example(event):
    sent = json.loads(wire_event(event, ManualClock(), SequenceIds()).encode())
    schema = json.loads((SCHEMAS / f"{sent['type']}.json").read_text())
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(sent)
    golden = GOLDEN[sent["type"]]
    assert set(sent) == set(golden)
    assert set(sent["data"]) == set(golden["data"])
    assert set(sent["data"]["account"]) == set(golden["data"]["account"])
    assert "sealed-token" not in json.dumps(sent)


def test_the_golden_example_of_a_connection_is_exactly_what_is_sent():
    golden = GOLDEN["account-svc.account.connected.v1"]
    sent = json.loads(wire_event(AccountConnected(account()), ManualClock(), SequenceIds()).encode())
    varying = {"id", "time"}
    assert {name: value for name, value in sent.items() if name not in varying} == {
        name: value for name, value in golden.items() if name not in varying
    }
