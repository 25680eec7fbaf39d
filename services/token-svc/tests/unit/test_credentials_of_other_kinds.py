"""Restricted and grantless tokens, AWS sessions, authorization codes."""

from dataclasses import replace

import pytest

from svc_kit.errors import DomainError, RateLimited, Unavailable
from svc_kit.secret import Secret
from token_svc.domain.restriction import RestrictedResource, Restriction
from token_svc.domain.session import AwsSession

ORDERS = RestrictedResource(method="GET", path="/orders/v0/orders", data_elements=("buyerInfo",))
ADDRESS = RestrictedResource(method="GET", path="/orders/v0/orders/{orderId}/address")
NOTIFICATIONS = "sellingpartnerapi::notifications"
ROLE = "arn:aws:iam::123456789012:role/seller"


async def refused(world, work) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await world.passing(work)
    return caught.value


async def test_restricted_tokens_are_cached_by_exactly_what_they_cover(world):
    replica = world.replica()

    async def token(*resources):
        restriction = Restriction.of(list(resources))
        return (await world.passing(replica.issue_restricted_token("acc-1", restriction, deadline=world.deadline()))).grant.secret

    both, swapped = await token(ORDERS, ADDRESS), await token(ADDRESS, ORDERS, ORDERS)
    one = await token(ORDERS)
    wider = await token(replace(ORDERS, data_elements=("buyerInfo", "shippingAddress")))
    assert both == swapped
    assert len({both, one, wider}) == 3
    assert len(world.restricted.issued) == 3
    assert world.lwa.calls["refresh_token"] == 1


async def test_restricted_tokens_of_two_accounts_are_never_mixed_up(world):
    world.connect("acc-2")
    replica = world.replica()
    tokens = [
        (await world.passing(replica.issue_restricted_token(a, Restriction.of([ORDERS]), deadline=world.deadline()))).grant.secret
        for a in ("acc-1", "acc-2")
    ]
    assert len(set(tokens)) == 2


async def test_an_expired_access_token_is_replaced_once_for_a_restricted_one(world):
    replica = world.replica()
    old = (await world.passing(replica.issue_access_token("acc-1", deadline=world.deadline()))).grant.secret
    world.restricted.expired.add(old.reveal())
    assert await world.passing(replica.issue_restricted_token("acc-1", Restriction.of([ORDERS]), deadline=world.deadline()))
    assert world.lwa.calls["refresh_token"] == 2


async def test_a_restriction_that_amazon_refuses_is_refused(world):
    world.restricted.refused.add(ORDERS.path)
    error = await refused(world, world.replica().issue_restricted_token("acc-1", Restriction.of([ORDERS]), deadline=world.deadline()))
    assert error.code == "restricted_token_rejected"


async def test_a_throttled_tokens_api_is_waited_for(world):
    world.restricted.faults = [RateLimited("slow down", retry_after=1), Unavailable("503")]
    assert await world.passing(world.replica().issue_restricted_token("acc-1", Restriction.of([ORDERS]), deadline=world.deadline()))


async def test_grantless_tokens_are_cached_by_application_and_scope(world):
    replica = world.replica()
    first = await world.passing(replica.issue_grantless_token("default", NOTIFICATIONS, deadline=world.deadline()))
    again = await world.passing(replica.issue_grantless_token("default", NOTIFICATIONS, deadline=world.deadline()))
    other = "sellingpartnerapi::client_credential:rotation"
    third = await world.passing(replica.issue_grantless_token("default", other, deadline=world.deadline()))
    assert first.grant.secret == again.grant.secret != third.grant.secret
    assert first.account is None
    assert world.lwa.calls["client_credentials"] == 2


async def test_a_scope_amazon_does_not_know_is_refused(world):
    error = await refused(world, world.replica().issue_grantless_token("default", "nonsense", deadline=world.deadline()))
    assert error.code == "scope_rejected"


async def test_an_unknown_application_is_refused(world):
    error = await refused(world, world.replica().issue_grantless_token("nobody", NOTIFICATIONS, deadline=world.deadline()))
    assert error.code == "application_not_found"


@pytest.fixture
def signed(world, make_account):
    world.connect("acc-3", account=make_account("acc-3", signing="sigv4"), role_arn=ROLE, external_id="their-id")
    world.sts.roles[ROLE] = "their-id"
    return world


async def test_a_session_is_kept_until_five_minutes_before_its_end(signed):
    replica = signed.replica()

    async def session():
        return AwsSession.unpacked((await signed.passing(replica.assume_role_session("acc-3", deadline=signed.deadline()))).grant.secret)

    first = await session()
    signed.clock.advance(3299)
    assert await session() == first
    signed.clock.advance(2)
    assert await session() != first
    assert signed.sts.names == ["sellerport-acc-3"] * 2


async def test_a_rejected_session_is_replaced_only_while_it_is_the_cached_one(signed):
    replica = signed.replica()

    async def session(rejected=None):
        found = await signed.passing(replica.assume_role_session("acc-3", deadline=signed.deadline(), rejected_sha256=rejected))
        return AwsSession.unpacked(found.grant.secret)

    first = await session()
    second = await session(first.session_token.fingerprint())
    assert second != first
    assert await session(first.session_token.fingerprint()) == second


async def test_the_applications_role_is_used_when_the_account_has_none(world):
    known = world.source.accounts["acc-1"]
    world.source.put(replace(known, application=replace(known.application, role_arn=ROLE)))
    world.sts.roles[ROLE] = None
    assert await world.passing(world.replica().assume_role_session("acc-1", deadline=world.deadline()))


async def test_an_account_without_a_role_has_no_session(world):
    assert (await refused(world, world.replica().assume_role_session("acc-1", deadline=world.deadline()))).code == "account_has_no_role"


async def test_a_role_that_does_not_trust_us_is_told(signed):
    signed.sts.roles[ROLE] = "another-id"
    assert (await refused(signed, signed.replica().assume_role_session("acc-3", deadline=signed.deadline()))).code == "role_refused"


async def test_an_sts_outage_is_told_apart(signed):
    signed.sts.faults = [Unavailable("down")] * 10
    assert (await refused(signed, signed.replica().assume_role_session("acc-3", deadline=signed.deadline()))).code == "sts_unavailable"


async def test_a_code_is_exchanged_for_account_svc(world):
    world.lwa.codes["the-code"] = ("amzn1.client", "https://here/callback")
    exchange = world.replica().exchange_authorization_code

    def again():
        return exchange("default", Secret("the-code"), "https://here/callback", region="EU", deadline=world.deadline())

    answer = await world.passing(again())
    assert answer.refresh_token.reveal() in world.lwa.refresh_tokens
    error = await refused(world, again())
    assert error.code == "authorization_code_rejected"
    assert "the-code" not in error.detail
