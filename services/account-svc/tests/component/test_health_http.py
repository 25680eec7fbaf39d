"""GET /api/v1/accounts/health and /api/v1/accounts/{id}/health, and what sync-svc tells of its runs."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest

from account_svc.adapters.inbound.nats.run_events import RunHandler
from account_svc.application.commands.note_run import NoteRun

BY_HAND = {"region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}


@dataclass
class Message:
    """A message as NATS brings it."""

    data: bytes
    subject: str = "sync-svc.run.completed.v1"


@pytest.fixture
def tell(world):
    """Tell, as sync-svc does, that a run ended: `await tell(account_id, error="access_denied")`."""
    handler = RunHandler(NoteRun(records=world.sync_records))

    async def told(account_id: str, error: str | None = None, *, tenant: str = "acme", **data: object) -> None:
        run = {"run_id": "r", "account_id": account_id, "dataset": "orders", "error": error, "finished_at": world.clock.now(), "new": 1}
        event = {
            "id": "e",
            "source": "sync-svc",
            "type": f"sync-svc.run.{'failed' if error else 'completed'}.v1",
            "time": world.clock.now(),
            "subject": "r",
            "tenantid": tenant,
            "data": run | data,
        }
        await handler(Message(msgspec.json.encode(event)))

    return told


@pytest.fixture
def health(client, user):
    async def asked(account_id: str, tenant: str = "acme"):
        return (await client.get(f"/api/v1/accounts/{account_id}/health", headers=user(tenant))).json()

    return asked


async def test_a_new_account_is_healthy_for_a_year(connected, health):
    assert await health(connected["id"]) == {
        "account_id": connected["id"],
        "name": None,
        "account_status": "active",
        "status": "healthy",
        "reasons": [],
        "token_valid": True,
        "last_sync_at": None,
        "last_error": None,
        "error_count": 0,
        "reauthorize_by": "2027-01-01T00:00:00Z",
        "days_until_reauthorization": 365,
    }


async def test_a_failure_degrades_counts_once_a_day_and_is_cured_by_a_success(connected, health, tell, world):
    await tell(connected["id"])
    for _ in range(3):
        world.clock.advance(600)
        await tell(connected["id"], "access_denied")
        await tell(connected["id"], "access_denied")
    shown = await health(connected["id"])
    assert (shown["status"], shown["reasons"], shown["error_count"]) == ("degraded", ["sync_failing"], 1)
    assert (shown["last_sync_at"], shown["last_error"]["code"]) == ("2026-01-01T00:00:00Z", "access_denied")
    world.clock.advance(timedelta(days=1).total_seconds())
    await tell(connected["id"], "access_denied")
    shown = await health(connected["id"])
    assert (shown["status"], shown["error_count"]) == ("error", 2)
    world.clock.advance(600)
    await tell(connected["id"])
    shown = await health(connected["id"])
    assert (shown["status"], shown["error_count"], shown["last_error"]["code"]) == ("healthy", 2, "access_denied")


async def test_the_seller_is_warned_before_the_authorisation_ends(connected, health, begin, come_back, world):
    world.clock.advance(timedelta(days=340).total_seconds())
    shown = await health(connected["id"])
    assert (shown["status"], shown["reasons"], shown["days_until_reauthorization"]) == ("degraded", ["authorization_expires_soon"], 25)
    world.clock.advance(timedelta(days=25).total_seconds())
    shown = await health(connected["id"])
    assert (shown["status"], shown["token_valid"], shown["days_until_reauthorization"]) == ("reauthorization_required", False, 0)
    world.exchange.codes["good"] = "Atzr|planted-newer"
    await come_back(await begin())
    shown = await health(connected["id"])
    assert (shown["status"], shown["token_valid"], shown["days_until_reauthorization"]) == ("healthy", True, 365)


async def test_a_refused_token_needs_the_seller(connected, health, client, service):
    refused = {"error": "invalid_grant", "error_description": "revoked", "refresh_token_version": 1}
    path = f"/internal/v1/accounts/{connected['id']}/authorization-failures"
    await client.post(path, headers=service("token-svc", "credentials:write"), json=refused)
    shown = await health(connected["id"])
    assert (shown["status"], shown["token_valid"], shown["error_count"]) == ("reauthorization_required", False, 1)
    assert shown["last_error"]["detail"] == "revoked"


async def test_the_list_pages_over_accounts_that_are_not_disconnected(client, user, tell):
    ids = []
    for number in range(4):
        made = await client.post("/api/v1/accounts", headers=user("acme"), json=BY_HAND | {"selling_partner_id": f"A{number}"})
        ids.append(made.json()["id"])
    await client.delete(f"/api/v1/accounts/{ids[1]}", headers=user("acme"))
    await tell(ids[2])
    first = (await client.get("/api/v1/accounts/health", headers=user("acme"), params={"limit": 2})).json()
    rest = await client.get("/api/v1/accounts/health", headers=user("acme"), params={"limit": 2, "cursor": first["next_cursor"]})
    shown = first["items"] + rest.json()["items"]
    assert [health["account_id"] for health in shown] == [ids[0], ids[2], ids[3]]
    assert [health["last_sync_at"] is None for health in shown] == [True, False, True]
    assert (await client.get("/api/v1/accounts/health", headers=user("rival"))).json() == {"items": [], "next_cursor": None}


async def test_another_tenants_account_has_no_health(connected, client, user):
    answer = await client.get(f"/api/v1/accounts/{connected['id']}/health", headers=user("rival"))
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


ODD = [{"tenant": "rival"}, {"tenant": "$system"}, {"account_id": "nope"}, {"dataset": "a\nb"}, {"dataset": 7}]


@pytest.mark.parametrize("change", ODD)
async def test_what_is_told_of_somebody_else_or_makes_no_sense_changes_nothing(connected, health, tell, change):
    before = await health(connected["id"])
    await tell(**{"account_id": connected["id"], "error": "access_denied", **change})
    assert await health(connected["id"]) == before


async def test_an_odd_error_code_is_not_repeated(connected, health, tell):
    await tell(connected["id"], "<script>")
    assert (await health(connected["id"]))["last_error"]["code"] == "failed"


async def test_a_message_that_is_no_event_is_passed_over(connected, health, world):
    handler = RunHandler(NoteRun(records=world.sync_records))
    for content in (b"", b"{}", b"nonsense"):
        await handler(Message(content))
    assert (await health(connected["id"]))["status"] == "healthy"
