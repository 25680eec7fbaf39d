"""What a refresh does with each of Amazon's and account-svc's answers."""

from dataclasses import replace

import pytest

from svc_kit.errors import DomainError, Timeout
from svc_kit.secret import Secret
from token_svc.application.ports.lwa_client import Malformed, RequestRefused

KEY = "acc-1"


async def issue(world, replica, **more):
    return await world.passing(replica.issue_access_token(KEY, deadline=world.deadline(), **more))


async def refused(world, replica, **more) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await issue(world, replica, **more)
    return caught.value


async def test_a_rotated_refresh_token_is_stored_before_the_access_token_leaves(world):
    world.lwa.is_rotating = True
    replica = world.replica()
    await issue(world, replica)
    stored = world.source.accounts[KEY]
    assert stored.refresh_token_version == 2
    assert world.lwa.refresh_tokens[stored.refresh_token.reveal()] == "amzn1.client"


async def test_a_rotated_refresh_token_that_cannot_be_stored_is_kept_and_stored_later(world):
    world.lwa.is_rotating = True
    world.source.is_read_only = True
    error = await refused(world, world.replica())
    assert (error.code, world.source.accounts[KEY].refresh_token_version) == ("account_service_unavailable", 1)
    assert world.journal.events("alarm") == ["rotated_refresh_token_not_stored"]
    world.source.is_read_only = False
    world.clock.advance(2)
    assert (await issue(world, world.replica())).grant
    assert world.source.accounts[KEY].refresh_token_version == 3
    assert world.source.accounts[KEY].refresh_token.reveal() in world.lwa.refresh_tokens


async def test_a_newer_refresh_token_in_account_svc_wins_over_a_rotation(world):
    world.lwa.is_rotating = True
    world.lwa.refresh_tokens["Atzr|new consent"] = "amzn1.client"
    original = world.source.replace_refresh_token

    async def reconnected_meanwhile(account_id, **changes):
        if world.source.accounts[KEY].refresh_token_version == 1:
            world.source.reconnect(KEY, "Atzr|new consent")
        return await original(account_id, **changes)

    world.source = _Wrapped(world.source, replace_refresh_token=reconnected_meanwhile)
    await issue(world, world.replica())
    assert world.source.accounts[KEY].refresh_token_version == 3
    assert world.lwa.calls["refresh_token"] == 2


async def test_a_revoked_authorisation_is_reported_once_and_never_asked_again(world):
    world.lwa.refresh_tokens.clear()
    fleet = [world.replica(), world.replica()]
    for _ in range(3):
        for replica in fleet:
            assert (await refused(world, replica)).code == "reauthorization_required"
        world.clock.advance(30)
    assert world.lwa.calls["refresh_token"] == 1
    assert list(world.source.reports) == [(KEY, 1)]


async def test_a_new_consent_ends_the_refusal_even_without_an_event(world):
    world.lwa.refresh_tokens.clear()
    replica = world.replica()
    await refused(world, replica)
    world.lwa.refresh_tokens["Atzr|again"] = "amzn1.client"
    world.source.reconnect(KEY, "Atzr|again")
    world.clock.advance(11)
    assert (await issue(world, replica)).grant


async def test_a_report_that_did_not_arrive_is_made_again(world):
    world.lwa.refresh_tokens.clear()
    world.source.is_read_only = True
    replica = world.replica()
    await refused(world, replica)
    assert not world.source.reports
    world.source.is_read_only = False
    world.clock.advance(11)
    assert (await refused(world, replica)).code == "reauthorization_required"
    assert list(world.source.reports) == [(KEY, 1)]
    assert world.lwa.calls["refresh_token"] == 1


async def test_invalid_grant_for_an_outdated_version_is_tried_again_with_the_newer(world):
    world.lwa.refresh_tokens = {"Atzr|newer": "amzn1.client"}
    original = world.source.account
    reads = []

    async def changes_after_the_first_read(account_id):
        found = await original(account_id)
        if not reads:
            world.source.reconnect(KEY, "Atzr|newer")
        reads.append(found)
        return found

    world.source = _Wrapped(world.source, account=changes_after_the_first_read)
    assert (await issue(world, world.replica())).grant
    assert not world.source.reports


async def test_the_next_client_secret_is_used_when_amazon_refuses_the_current(world):
    known = world.source.accounts[KEY]
    application = known.application
    world.lwa.clients["amzn1.client"] = {"next"}
    world.source.put(replace(known, application=replace(application, client_secret_next=Secret("next"))))
    replica = world.replica()
    first = await issue(world, replica)
    assert world.lwa.calls["refresh_token"] == 2
    await issue(world, replica, rejected_sha256=first.grant.secret.fingerprint())
    assert world.lwa.calls["refresh_token"] == 3  # the slot that worked is tried first
    assert world.journal.events("warning") == ["next_client_secret_in_use"]


async def test_a_refused_application_alarms_the_operators_and_blames_nobody_else(world):
    world.lwa.clients.clear()
    replica = world.replica()
    error = await refused(world, replica)
    assert (error.code, error.context["retry_after"]) == ("application_credentials_rejected", 30)
    assert world.journal.events("alarm") == ["application_credentials_rejected"]
    assert not world.source.reports
    await refused(world, replica)
    assert world.lwa.calls["refresh_token"] == 1  # held back for a while


@pytest.mark.parametrize("failure", [Timeout("slow"), Malformed("nonsense")])
async def test_passing_failures_are_outlived_within_the_deadline(world, failure):
    world.lwa.faults = [failure, failure]
    assert (await issue(world, world.replica())).grant
    assert world.lwa.calls["refresh_token"] == 3


async def test_a_storm_of_429_is_outlived(world):
    world.lwa.storm(3)
    assert (await issue(world, world.replica())).grant


async def test_an_outage_ends_in_a_clear_refusal_and_is_remembered_for_a_moment(world):
    world.lwa.outage(100)
    fleet = [world.replica(), world.replica()]
    error = await refused(world, fleet[0])
    assert error.code == "lwa_unavailable"
    assert error.context["retry_after"] >= 1
    calls = world.lwa.calls["refresh_token"]
    assert (await refused(world, fleet[1])).code == "lwa_unavailable"
    assert world.lwa.calls["refresh_token"] == calls
    world.lwa.faults.clear()
    world.clock.advance(2)
    assert (await issue(world, fleet[1])).grant


async def test_during_an_outage_a_token_that_still_lives_is_served_on(world):
    replica = world.replica()
    token = (await issue(world, replica)).grant.secret
    world.clock.advance(3545)  # within the margin, before Amazon's expiry
    world.lwa.outage(100)
    assert (await issue(world, replica)).grant.secret == token
    assert "old_token_served" in world.journal.events("warning")
    world.clock.advance(60)
    assert (await refused(world, replica)).code == "lwa_unavailable"


async def test_a_request_amazon_refuses_outright_is_not_repeated(world):
    world.lwa.faults = [RequestRefused("invalid_request: Malformed request")]
    assert (await refused(world, world.replica())).code == "lwa_unavailable"
    assert world.lwa.calls["refresh_token"] == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [("disconnected", "amazon_not_connected"), ("reauthorization_required", "reauthorization_required"), ("erased", "account_not_found")],
)
async def test_an_unusable_account_is_refused_without_asking_amazon(world, status, code):
    world.source.set_status(KEY, status)
    assert (await refused(world, world.replica())).code == code
    assert not world.lwa.calls


async def test_an_unknown_account_is_not_found(world):
    del world.source.accounts[KEY]
    assert (await refused(world, world.replica())).code == "account_not_found"


async def test_without_account_svc_cached_tokens_are_served_and_others_refused(world):
    replica = world.replica()
    token = (await issue(world, replica)).grant.secret
    world.source.is_down = True
    assert (await issue(world, replica)).grant.secret == token
    world.clock.advance(3600)
    assert (await refused(world, replica)).code == "account_service_unavailable"


async def test_amazon_is_asked_at_the_accounts_region(world, make_account):
    world.connect("acc-eu", account=make_account("acc-eu", region="EU"))
    await world.passing(world.replica().issue_access_token("acc-eu", deadline=world.deadline()))
    assert world.lwa.regions == {"EU": 1}


class _Wrapped:
    """A stateful fake with one method replaced, to let something happen in between."""

    def __init__(self, inner, **methods):
        self._inner = inner
        self.__dict__.update(methods)

    def __getattr__(self, name):
        return getattr(self._inner, name)
