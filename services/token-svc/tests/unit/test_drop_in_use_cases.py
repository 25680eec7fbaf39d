"""Handles and Sellerport tokens."""

import pytest

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.application.use_cases import Policy, UseCases
from token_svc.domain.handle import Handle

SECRET = Secret("secret")


async def refused(work) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await work
    return caught.value


async def test_a_handle_is_redeemed_for_a_token_of_its_service_and_account(world):
    replica = world.replica()
    handle = await replica.issue_handle("acc-1", "sdk")
    token = await replica.redeem_handle("sdk", SECRET, handle)
    claims = dict(world.signer.signed[token.reveal()])
    claims.pop("jti")
    now = int(world.clock.now().timestamp())
    assert claims == {
        "iss": "token-svc",
        "sub": "demo-service",
        "aud": "spapi-gateway",
        "use": "spapi",
        "account_id": "acc-1",
        "tenant": "demo",
        "iat": now,
        "exp": now + 3600,
    }
    assert not world.lwa.calls


async def test_redeeming_leans_on_account_svc_once_a_minute(world):
    replica = world.replica()
    handle = await replica.issue_handle("acc-1", "sdk")
    for _ in range(20):
        await replica.redeem_handle("sdk", SECRET, handle)
    assert world.source.reads == 1
    world.clock.advance(61)
    await replica.redeem_handle("sdk", SECRET, handle)
    assert world.source.reads == 2


async def test_a_handle_of_another_client_is_refused(world):
    replica = world.replica()
    handle = await replica.issue_handle("acc-1", "sdk")
    assert (await refused(replica.redeem_handle("other", SECRET, handle))).code == "invalid_grant"


@pytest.mark.parametrize(("client_id", "secret"), [("sdk", "wrong"), ("nobody", "secret"), ("sdk", "")])
async def test_wrong_client_credentials_are_refused_before_the_handle_is_looked_at(world, client_id, secret):
    assert (await refused(world.replica().redeem_handle(client_id, Secret(secret), Secret("nonsense")))).code == "invalid_client"


async def test_a_forged_handle_is_refused(world):
    forged = Handle(client_id="sdk", account_id="acc-1").sealed(Secret("another key of forty characters or so...."))
    assert (await refused(world.replica().redeem_handle("sdk", SECRET, Secret(forged)))).code == "invalid_grant"


@pytest.mark.parametrize("status", ["disconnected", "reauthorization_required"])
async def test_an_unusable_account_gets_no_token(world, status):
    replica = world.replica()
    handle = await replica.issue_handle("acc-1", "sdk")
    world.source.set_status("acc-1", status)
    await replica.clear_cache("acc-1", reason="event")
    assert (await refused(replica.redeem_handle("sdk", SECRET, handle))).code == "invalid_grant"


async def test_a_handle_is_made_only_for_ones_own_tenant_and_a_known_client(world):
    issue = world.replica().issue_handle
    assert (await refused(issue("acc-1", "sdk", tenant="foreign"))).code == "account_not_found"
    assert (await refused(issue("acc-1", "nobody"))).code == "client_not_found"
    assert (await refused(issue("acc-9", "sdk"))).code == "account_not_found"


async def test_a_grantless_token_names_a_scope_and_no_account(world):
    token = world.replica().redeem_handle.grantless("sdk", SECRET, "sellingpartnerapi::notifications")
    claims = world.signer.signed[token.reveal()]
    assert claims["scope"] == "sellingpartnerapi::notifications"
    assert "account_id" not in claims


async def test_clearing_makes_the_next_call_ask_amazon_and_is_counted(world):
    replica = world.replica()
    await replica.issue_access_token("acc-1", deadline=world.deadline())
    assert await replica.clear_cache("acc-1", reason="test") == 1
    assert await replica.clear_cache("acc-1", reason="test") == 0
    await replica.issue_access_token("acc-1", deadline=world.deadline())
    assert world.lwa.calls["refresh_token"] == 2


async def test_the_cache_reports_its_figures(world):
    replica = world.replica()
    await replica.issue_access_token("acc-1", deadline=world.deadline())
    world.clock.advance(90)
    await replica.issue_access_token("acc-1", deadline=world.deadline())
    report = replica.cache_stats()
    assert (report.sizes, report.hits, report.misses, report.refreshes) == ({"access": 1}, {"access": 1}, {"access": 1}, {"access": 1})
    assert report.oldest_seconds == report.youngest_seconds == 90


async def test_a_handle_of_the_previous_key_is_taken_until_that_key_goes(world):
    old, new = Secret("o" * 40), Secret("n" * 40)
    before = UseCases.assemble(world.ports(), Policy(handle_key=old))
    rotating = UseCases.assemble(world.ports(), Policy(handle_key=new, handle_key_previous=old))
    after = UseCases.assemble(world.ports(), Policy(handle_key=new))
    handle = await before.issue_handle("acc-1", "sdk")
    assert await rotating.redeem_handle("sdk", SECRET, handle)
    fresh = await rotating.issue_handle("acc-1", "sdk")
    assert fresh != handle
    assert await after.redeem_handle("sdk", SECRET, fresh)
    assert (await refused(after.redeem_handle("sdk", SECRET, handle))).code == "invalid_grant"
