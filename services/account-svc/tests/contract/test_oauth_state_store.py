"""What an OAuthStateStore promises, asked of the fake and of PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.adapters.outbound.memory.oauth_state_store import MemoryOAuthStateStore
from account_svc.adapters.outbound.postgres.oauth_state_store import PostgresOAuthStateStore
from account_svc.domain.account import AccountKind
from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.marketplaces import Central
from account_svc.domain.oauth_state import OAuthState, state_hash
from account_svc.domain.region import Region
from account_svc.domain.return_path import ReturnPath

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def states(request):
    return MemoryOAuthStateStore() if request.param == "memory" else PostgresOAuthStateStore(request.getfixturevalue("database"))


@pytest.fixture
def state(tenant) -> OAuthState:
    return OAuthState(
        hash=state_hash(tenant),
        browser_proof="proof",
        tenant=tenant,
        user="somebody",
        central=Central.VENDOR,
        region=Region.EU,
        marketplace="A1PA6795UKMFR9",
        application=ApplicationId("default"),
        return_to=ReturnPath("/settings"),
        expires_at=NOW + timedelta(minutes=15),
    )


async def refused(states, *arguments) -> str:
    with pytest.raises(ConnectRefusedError) as caught:
        await states.consume(*arguments)
    return caught.value.code


async def test_a_state_comes_back_once(states, state):
    await states.add(state, NOW)
    assert await states.consume(state.hash, "proof") == state
    assert await refused(states, state.hash, "proof") == "state_invalid"


async def test_an_unknown_state_is_refused(states):
    assert await refused(states, state_hash("never"), "proof") == "state_invalid"


@pytest.mark.parametrize("proof", [None, "", "other"])
async def test_another_browser_is_refused_and_does_not_use_the_state_up(states, state, proof):
    await states.add(state, NOW)
    assert await refused(states, state.hash, proof) == "state_mismatch"
    assert await states.consume(state.hash, "proof") == state


async def test_of_several_at_once_exactly_one_gets_it(states, state):
    await states.add(state, NOW)
    outcomes = await asyncio.gather(*(states.consume(state.hash, "proof") for _ in range(8)), return_exceptions=True)
    assert [outcome for outcome in outcomes if isinstance(outcome, OAuthState)] == [state]
    assert {outcome.code for outcome in outcomes if isinstance(outcome, ConnectRefusedError)} == {"state_invalid"}


async def test_adding_forgets_the_tenants_expired_states(states, state):
    await states.add(state, NOW)
    later = state.expires_at + timedelta(seconds=1)
    await states.add(replace(state, hash=state_hash(state.tenant + "2"), expires_at=later + timedelta(minutes=15)), later)
    assert await refused(states, state.hash, "proof") == "state_invalid"


async def test_an_expired_state_that_is_still_there_is_returned_for_its_user_to_judge(states, state):
    await states.add(state, NOW)
    assert (await states.consume(state.hash, "proof")).expires_at == state.expires_at


async def test_a_connection_of_amazon_ads_comes_back_as_it_was(states, state):
    for_ads = replace(state, kind=AccountKind.ADVERTISING, central=None, marketplace=None)
    await states.add(for_ads, NOW)
    assert await states.consume(state.hash, "proof") == for_ads
