"""LwaClient: the promises of its docstrings, by the fake and by the HTTP client against the simulator."""

import base64
import hashlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret
from token_svc.adapters.outbound.lwa.lwa_client import HttpLwaClient
from token_svc.adapters.outbound.memory.lwa_client import MemoryLwaClient
from token_svc.application.ports.lwa_client import (
    AnswerLost,
    ClientRejected,
    GrantRefused,
    LwaClient,
    LwaClientId,
    Malformed,
    RequestRefused,
)

REDIRECT = "http://127.0.0.1/callback"
PATIENCE = 60  # of a busy machine; nothing takes so long
_NUMBERS = itertools.count(1)


@dataclass
class Lwa:
    """A client under test, and how to prepare what it meets."""

    port: LwaClient
    me: LwaClientId
    fake: MemoryLwaClient | None = None
    amazon: Any = None

    def seller(self, *, rotates: bool = False) -> tuple[str, Secret]:
        if self.fake is not None:
            token = f"Atzr|seller-{next(_NUMBERS)}"
            self.fake.refresh_tokens[token] = self.me.client_id
            self.fake.is_rotating = rotates
            return token, Secret(token)
        seller = self.amazon.seller(rotates_refresh_tokens=rotates)
        return seller, Secret(self.amazon.grant(seller))

    def revoke(self, seller: str) -> None:
        if self.fake is not None:
            del self.fake.refresh_tokens[seller]
        else:
            self.amazon.revoke(seller)

    def code(self) -> Secret:
        if self.fake is not None:
            code = f"code-{next(_NUMBERS)}"
            self.fake.codes[code] = (self.me.client_id, REDIRECT)
            return Secret(code)
        return Secret(self.amazon.code(self.amazon.seller(), REDIRECT))

    def ads_code(self, verifier: str) -> tuple[LwaClientId, Secret]:
        """An application of the Ads API and the code of a consent with PKCE."""
        if self.fake is not None:
            code = f"ads-code-{next(_NUMBERS)}"
            self.fake.codes[code], self.fake.verifiers[code] = (self.me.client_id, REDIRECT), verifier
            return self.me, Secret(code)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        code = self.amazon.ads_code(self.amazon.seller(), REDIRECT, challenge)
        me = LwaClientId(client_id=self.amazon.ads_client_id, client_secret=Secret(self.amazon.ads_client_secret), is_for_ads=True)
        return me, Secret(code)

    def fault(self, kind: str, **more: Any) -> None:
        if self.fake is None:
            self.amazon.fault("lwa", kind, times=1, **more)
        elif kind == "rate_limit":
            self.fake.storm(1)
        elif kind == "status":
            self.fake.outage(1)
        elif kind == "malformed":
            self.fake.faults.append(Malformed("an answer that is none"))
        elif kind == "slow":
            self.fake.faults.append(Timeout("no answer in time"))


@pytest.fixture(params=["memory", "simulator"])
async def lwa(request) -> AsyncIterator[Lwa]:
    if request.param == "memory":
        fake = MemoryLwaClient(clients={"amzn1.me": {"secret"}})
        yield Lwa(fake, LwaClientId(client_id="amzn1.me", client_secret=Secret("secret")), fake=fake)
        return
    amazon = request.getfixturevalue("sunny_amazon")
    me = LwaClientId(client_id=amazon.client_id, client_secret=Secret(amazon.client_secret))
    async with HttpLwaClient.open(dict.fromkeys(("NA", "EU", "FE"), amazon.token_url)) as port:
        yield Lwa(port, me, amazon=amazon)


async def test_a_refresh_token_gives_an_access_token_and_stays_the_same(lwa):
    _, token = lwa.seller()
    answer = await lwa.port.refresh(lwa.me, token, region="NA", seconds=PATIENCE)
    assert answer.access_token.reveal().startswith("Atza|")
    assert (answer.expires_in, answer.refresh_token) == (3600, token)


async def test_a_rotated_refresh_token_is_in_the_answer_and_works(lwa):
    _, token = lwa.seller(rotates=True)
    answer = await lwa.port.refresh(lwa.me, token, region="NA", seconds=PATIENCE)
    assert answer.refresh_token not in {None, token}
    again = await lwa.port.refresh(lwa.me, answer.refresh_token, region="NA", seconds=PATIENCE)
    assert again.access_token != answer.access_token


async def test_a_revoked_refresh_token_is_told_apart(lwa):
    seller, token = lwa.seller()
    lwa.revoke(seller)
    with pytest.raises(GrantRefused):
        await lwa.port.refresh(lwa.me, token, region="EU", seconds=PATIENCE)


async def test_a_wrong_client_secret_is_told_apart_and_not_shown(lwa):
    _, token = lwa.seller()
    wrong = LwaClientId(client_id=lwa.me.client_id, client_secret=Secret("planted-wrong-secret"))
    with pytest.raises(ClientRejected) as caught:
        await lwa.port.refresh(wrong, token, region="NA", seconds=PATIENCE)
    assert "planted-wrong-secret" not in repr(caught.value)
    assert token.reveal() not in repr(caught.value)


async def test_a_code_gives_a_refresh_token_once(lwa):
    code = lwa.code()
    answer = await lwa.port.exchange_code(lwa.me, code, REDIRECT, region="NA", seconds=PATIENCE)
    assert answer.refresh_token.reveal().startswith("Atzr|")
    with pytest.raises(GrantRefused):
        await lwa.port.exchange_code(lwa.me, code, REDIRECT, region="NA", seconds=PATIENCE)


async def test_a_code_works_only_for_its_redirect_uri(lwa):
    with pytest.raises(GrantRefused):
        await lwa.port.exchange_code(lwa.me, lwa.code(), "http://127.0.0.1/elsewhere", region="NA", seconds=PATIENCE)


async def test_a_code_with_pkce_needs_its_verifier_and_is_used_up_by_a_wrong_one(lwa):
    verifier = Secret("v" * 43)
    me, code = lwa.ads_code(verifier.reveal())
    answer = await lwa.port.exchange_code(me, code, REDIRECT, region="EU", seconds=5, verifier=verifier)
    assert answer.refresh_token.reveal().startswith("Atzr|")
    for wrong in (Secret("w" * 43), None):
        me, code = lwa.ads_code(verifier.reveal())
        with pytest.raises(GrantRefused):
            await lwa.port.exchange_code(me, code, REDIRECT, region="EU", seconds=5, verifier=wrong)
        with pytest.raises(GrantRefused):
            await lwa.port.exchange_code(me, code, REDIRECT, region="EU", seconds=5, verifier=verifier)


async def test_applications_of_the_ads_api_have_token_endpoints_of_their_own(sunny_amazon, free_url):
    regions = ("NA", "EU", "FE")
    me = LwaClientId(client_id=sunny_amazon.client_id, client_secret=Secret(sunny_amazon.client_secret), is_for_ads=True)
    token = Secret(sunny_amazon.grant(sunny_amazon.seller()))
    async with HttpLwaClient.open(dict.fromkeys(regions, free_url), dict.fromkeys(regions, sunny_amazon.token_url)) as port:
        assert (await port.refresh(me, token, region="FE", seconds=5)).access_token
        with pytest.raises(Unavailable):
            await port.refresh(replace(me, is_for_ads=False), token, region="FE", seconds=2)


async def test_client_credentials_give_a_token_without_a_refresh_token(lwa):
    answer = await lwa.port.client_credentials(lwa.me, "sellingpartnerapi::notifications", region="FE", seconds=PATIENCE)
    assert answer.access_token
    assert answer.refresh_token is None


async def test_an_unknown_scope_is_a_refused_request(lwa):
    with pytest.raises(RequestRefused, match="invalid_scope"):
        await lwa.port.client_credentials(lwa.me, "sellingpartnerapi::nothing", region="NA", seconds=PATIENCE)


@pytest.mark.parametrize(
    ("kind", "expected"), [("rate_limit", RateLimited), ("status", Unavailable), ("malformed", Malformed), ("slow", Timeout)]
)
async def test_passing_failures_are_told_apart(lwa, kind, expected):
    _, token = lwa.seller()
    lwa.fault(kind, delay_ms=3000 if kind == "slow" else 0)
    with pytest.raises(expected):
        await lwa.port.refresh(lwa.me, token, region="NA", seconds=0.5 if kind == "slow" else PATIENCE)
    assert (await lwa.port.refresh(lwa.me, token, region="NA", seconds=PATIENCE)).access_token


async def test_an_endpoint_that_does_not_answer_is_unavailable(free_url):
    async with HttpLwaClient.open(dict.fromkeys(("NA", "EU", "FE"), free_url)) as port:
        with pytest.raises(Unavailable):
            await port.refresh(LwaClientId(client_id="a", client_secret=Secret("b")), Secret("c"), region="NA", seconds=PATIENCE)


async def test_a_cut_answer_is_lost(sunny_amazon):
    me = LwaClientId(client_id=sunny_amazon.client_id, client_secret=Secret(sunny_amazon.client_secret))
    token = Secret(sunny_amazon.grant(sunny_amazon.seller()))
    sunny_amazon.fault("lwa", "cut", times=1)
    async with HttpLwaClient.open(dict.fromkeys(("NA", "EU", "FE"), sunny_amazon.token_url)) as port:
        with pytest.raises((AnswerLost, Malformed)):
            await port.refresh(me, token, region="NA", seconds=PATIENCE)
