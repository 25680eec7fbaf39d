"""RestrictedTokens: the promises of its docstrings, by the fake and by the HTTP client against the simulator."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret
from token_svc.adapters.outbound.memory.restricted_tokens import MemoryRestrictedTokens
from token_svc.adapters.outbound.spapi.restricted_tokens import HttpRestrictedTokens
from token_svc.application.ports.restricted_tokens import AccessTokenExpired, RestrictedTokens, RestrictionRefused
from token_svc.domain.restriction import RestrictedResource, Restriction

PATIENCE = 60  # of a busy machine; nothing takes so long
ORDERS = Restriction.of([RestrictedResource(method="GET", path="/orders/v0/orders", data_elements=("buyerInfo",))])
NONSENSE = Restriction.of([RestrictedResource(method="GET", path="/catalog/2022-04-01/items")])


@dataclass
class Tokens:
    port: RestrictedTokens
    access: Secret
    fake: MemoryRestrictedTokens | None = None
    amazon: Any = None

    def fault(self, kind: str, **more: Any) -> None:
        if self.amazon is not None:
            self.amazon.fault("spapi", kind, times=1, operation="createRestrictedDataToken", **more)
            return
        failures = {"rate_limit": RateLimited("slow", retry_after=1), "status": Unavailable("down"), "slow": Timeout("slow")}
        self.fake.faults.append(failures[kind])


@pytest.fixture(params=["memory", "simulator"])
async def tokens(request) -> AsyncIterator[Tokens]:
    if request.param == "memory":
        fake = MemoryRestrictedTokens(refused={"/catalog/2022-04-01/items"}, expired={"Atza|expired"})
        yield Tokens(fake, Secret("Atza|good"), fake=fake)
        return
    amazon = request.getfixturevalue("sunny_amazon")
    form = {"grant_type": "refresh_token", "refresh_token": amazon.grant(amazon.seller())}
    form |= {"client_id": amazon.client_id, "client_secret": amazon.client_secret}
    access = amazon.lwa(form)["access_token"]
    async with HttpRestrictedTokens.open(amazon.regions) as port:
        yield Tokens(port, Secret(access), amazon=amazon)


async def test_a_restricted_operation_gets_a_token(tokens):
    answer = await tokens.port.create(tokens.access, ORDERS, region="NA", seconds=PATIENCE)
    assert answer.access_token.reveal().startswith("Atz.sprdt|")
    assert answer.expires_in == 3600
    assert answer.refresh_token is None


async def test_what_is_not_restricted_is_refused(tokens):
    with pytest.raises(RestrictionRefused):
        await tokens.port.create(tokens.access, NONSENSE, region="NA", seconds=PATIENCE)


async def test_an_expired_access_token_is_told_apart_and_not_shown(tokens):
    with pytest.raises(AccessTokenExpired) as caught:
        await tokens.port.create(Secret("Atza|expired"), ORDERS, region="NA", seconds=PATIENCE)
    assert "Atza|expired" not in repr(caught.value)


@pytest.mark.parametrize(("kind", "expected"), [("rate_limit", RateLimited), ("status", Unavailable), ("slow", Timeout)])
async def test_passing_failures_are_told_apart(tokens, kind, expected):
    tokens.fault(kind, delay_ms=2000 if kind == "slow" else 0)
    with pytest.raises(expected):
        await tokens.port.create(tokens.access, ORDERS, region="NA", seconds=0.5 if kind == "slow" else PATIENCE)


async def test_an_endpoint_that_is_not_there_is_unavailable(free_url):
    async with HttpRestrictedTokens.open(dict.fromkeys(("NA", "EU", "FE"), free_url)) as port:
        with pytest.raises(Unavailable):
            await port.create(Secret("Atza|x"), ORDERS, region="NA", seconds=PATIENCE)
